"""The simple rule: earliest limit first, the heavy before the light, each into the first session with room. Pure.

What a careful planner does by hand; the fallback where nothing else is at hand, and what every plan is measured by.
First come first served is another such rule, for comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from custody.planning.board import Board
from custody.planning.filling import Filler
from custody.planning.rules import Unit

_NEVER = datetime.max.replace(tzinfo=UTC)


def fill(board: Board) -> Filler:
    """Fill the sessions by the simple rule."""
    return _in_order(board, lambda unit: (unit.limit_at or _NEVER, -unit.grams))


def first_come(board: Board) -> Filler:
    """Fill the sessions in the order in which the units came."""
    return _in_order(board, lambda unit: unit.exposed_from)


def _in_order(board: Board, key: Callable[[Unit], Any]) -> Filler:
    filler = Filler(board)
    queue = [
        (key(unit), unit.label, number)
        for number, batch in enumerate(board.batches)
        for unit in batch.units
    ]
    for *_, number in sorted(queue):
        filler.place_first(number)
    return filler
