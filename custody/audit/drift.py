"""Small losses that scales would explain one by one, and chance does not explain together. Pure, exact.

Of honest differences that are not nothing, as many are losses as gains, whichever came before: a scale that reads low, a
place or a person with whom things get lighter, shows by its signs long before a single reading does. The sign test is asked
of the last 20, 50, 100 and 200 differences, of losses and of gains; its chance is a fraction, without approximation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import comb

WINDOWS = (20, 50, 100, 200)
#: How rarely an honest scale, place or person is called, of the comparisons made with them: once in so many at the
#: most, on the average, however often anybody looks. A house value.
ONE_IN = 10_000


class By(StrEnum):
    """What a comparison was made with."""

    SCALE = "scale"
    #: Who read the scale.
    READER = "reader"
    #: Who had the unit since its last reading.
    CUSTODIAN = "custodian"
    #: Where the unit was since its last reading, the place of the reading included.
    PLACE = "place"


class Direction(StrEnum):
    LOSS = "loss"
    GAIN = "gain"


@dataclass(frozen=True)
class Comparison:
    """A difference between two readings of one unit that scales explain.

    Attributes:
        grams: later less earlier; not nothing.
        names: whatever it was made with.
    """

    seq: int
    at: datetime
    grams: Decimal
    names: frozenset[tuple[By, str]]


@dataclass(frozen=True)
class Drift:
    """One scale, place or person of whom chance is no explanation.

    Attributes:
        comparisons: the last so many, of which so many were in ``direction``.
        chance: of so many or more in this direction, if there were nothing to explain.
        grams: the sum of all of them.
        since: when the first of them was made.
    """

    by: By
    key: str
    direction: Direction
    comparisons: int
    agreeing: int
    chance: Fraction
    grams: Decimal
    since: datetime

    @property
    def rarity(self) -> int:
        """Once in how many times chance would do that, rounded down."""
        return int(1 / self.chance)


def tail(agreeing: int, comparisons: int) -> Fraction:
    """The chance that of so many tosses of a fair coin this many or more fall on the one side."""
    ways = sum(comb(comparisons, number) for number in range(agreeing, comparisons + 1))
    return Fraction(ways, 2**comparisons)


def drifts(comparisons: Iterable[Comparison], *, one_in: int = ONE_IN) -> list[Drift]:
    """Those of whom chance is no explanation, the least likely first.

    Each new comparison asks at most so many questions of everything that it was made with as there are windows and
    directions; each question is answered wrongly at most once in ``one_in`` times as many. So of the comparisons with
    an honest scale, place or person, at most one in ``one_in`` calls it, on the average.

    Args:
        comparisons: in any order; what was no difference at all says nothing, and is left out.
        one_in: how rarely one that is honest may be called.
    """
    limit = Fraction(1, one_in * len(WINDOWS) * len(Direction))
    series: dict[tuple[By, str], list[Comparison]] = {}
    for one in sorted(comparisons, key=lambda one: one.seq):
        for name in one.names:
            series.setdefault(name, []).append(one)
    found = []
    for (by, key), several in series.items():
        told = [
            judged
            for window in WINDOWS
            for direction in Direction
            if (judged := _judged(by, key, several[-window:], direction)).chance <= limit
        ]
        if told:
            found.append(min(told, key=lambda judged: judged.chance))
    return sorted(found, key=lambda one: (one.chance, one.by, one.key))


def _judged(by: By, key: str, several: Sequence[Comparison], direction: Direction) -> Drift:
    losses = sum(one.grams < 0 for one in several)
    agreeing = losses if direction is Direction.LOSS else len(several) - losses
    return Drift(
        by=by,
        key=key,
        direction=direction,
        comparisons=len(several),
        agreeing=agreeing,
        chance=tail(agreeing, len(several)),
        grams=sum((one.grams for one in several), Decimal(0)),
        since=several[0].at,
    )
