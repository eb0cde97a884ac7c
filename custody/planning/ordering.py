"""A whole plan out of the linear programme's hint: units in the order that it gives them, what came late put forward.

Rounding what the programme splits would break limits by the dozen, for it fills every session to the gram. Placing units
in its order instead keeps every cap; and what breaks its limit all the same is moved up the order, and all are placed
again (squeaky wheel optimisation; Joslin and Clements, Journal of Artificial Intelligence Research 10, 1999). Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from custody.planning.board import Board, Filled
from custody.planning.filling import Filler

_ROUNDS = 40


def placed_in_order(
    board: Board,
    shares: Mapping[tuple[int, int], float],
    *,
    step: int,
    going: Callable[[], bool],
) -> Filled:
    """The best of the plans that come of putting forward what came late.

    Args:
        shares: how many of a batch the programme puts into which session.
        step: by how many sessions a batch is put forward at a time: small steps expose less, large ones break less.
        going: asked before each round whether to go on.
    """
    order = _wanted(board, shares)
    best = None
    for _ in range(_ROUNDS):
        filled, late = _place(board, order)
        if best is None or board.score(filled) < board.score(best):
            best = filled
        if not late or not going():
            break
        for batch in late:
            order[batch] -= step
    assert best is not None
    return best


def _wanted(board: Board, shares: Mapping[tuple[int, int], float]) -> list[float]:
    """The session, on average, in which the programme has each batch; what it leaves out comes last."""
    last = len(board.slots)
    total = [0.0] * len(board.batches)
    count = [0.0] * len(board.batches)
    for (batch, slot), share in shares.items():
        total[batch] += share * slot
        count[batch] += share
    return [
        (total[number] + (len(batch) - count[number]) * last) / len(batch)
        for number, batch in enumerate(board.batches)
    ]


def _place(board: Board, order: list[float]) -> tuple[Filled, set[int]]:
    filler, late = Filler(board), set()
    queue = sorted(
        range(len(order)), key=lambda number: (order[number], -board.batches[number].grams, number)
    )
    for number in queue:
        batch = board.batches[number]
        for _ in batch.units:
            slot = filler.place_first(number)
            cost = batch.left_out if slot is None else batch.cost_in(slot)
            if cost.broken:
                late.add(number)
    return filler.filled, late
