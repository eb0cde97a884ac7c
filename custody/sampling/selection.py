"""Which units are examined: drawn by a recorded seed, so that anybody can draw them again. Pure.

The algorithm, by name :data:`ALGORITHM`: write the seed, a line feed and the unit's label, in UTF-8; take the
SHA-256 of it in hexadecimal; sort the units by it; the first ones are drawn. With a shell and one label a line::

    while IFS= read -r label; do
        printf '%s %s\n' "$(printf '%s\n%s' "$seed" "$label" | sha256sum | cut -c1-64)" "$label"
    done <lot | LC_ALL=C sort | head -n "$count" | cut -d' ' -f2-

It depends on no language's random numbers and on no order of the lot. Whoever has to draw more units later takes
the next ones: the first stay drawn.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256

from custody.kit import ids
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence

ALGORITHM = "sha256-order-1"
_SEED = re.compile(r"[0-9a-f]{32}")


class InvalidDraw(CustodyError):
    """Nothing can be drawn: {why}."""

    code = "invalid_draw"


def new_seed() -> str:
    """A seed that nobody could foresee: 128 bits in hexadecimal.

    Take it after the lot is settled: who knows the seed before could choose labels, and who chooses the seed
    could choose the units.
    """
    return ids.nonce()


def draw(lot: Collection[str], *, seed: str, count: int) -> list[str]:
    """The units to examine, in the order in which they are drawn.

    Args:
        lot: the labels of all its units, in any order; each once, each on one line.
        seed: 32 hexadecimal digits, in small letters.
        count: how many to draw.

    Raises:
        InvalidDraw: the seed, a label or the count is not as told.
    """
    if not _SEED.fullmatch(seed):
        raise InvalidDraw(field="seed", why="a seed is 32 hexadecimal digits in small letters")
    if len({*lot}) < len(lot):
        raise InvalidDraw(field="lot", why="a label is in the lot twice")
    if any(not label or "\n" in label for label in lot):
        raise InvalidDraw(field="lot", why="a label is empty or not on one line")
    if not 0 <= count <= len(lot):
        raise InvalidDraw(
            field="count",
            why=Sentence("{count} of {lot} units cannot be drawn", count=count, lot=len(lot)),
        )
    return sorted(lot, key=lambda label: sha256(f"{seed}\n{label}".encode()).digest())[:count]
