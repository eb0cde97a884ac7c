"""How many units an inventory draws. Pure and exact.

Sources: CALEA 84.1.6 (a sample at a change of custodian, from a table at 95 % confidence and an error of 3 %; the
table is Cochran's formula with the correction for a finite population, W. G. Cochran, Sampling Techniques, 3rd
edition, 4.4); California Highway Patrol, HPM 70.1, chapter 12 (a tenth and at least ten, everything where there are
fewer, as many again when anything is wrong).
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from math import ceil


class Method(StrEnum):
    #: Every unit.
    FULL = "full"
    #: So many that a share found in the sample is that of the whole within 3 %, 95 times of 100.
    CALEA = "calea"
    #: A tenth, and at least ten.
    TENTH = "tenth"


#: What is drawn by a seed; the others count everything.
SAMPLED = frozenset({Method.CALEA, Method.TENTH})

#: Of the normal distribution, two-sided at 95 %: 1.96, as every printed table has it.
Z = Fraction(196, 100)
ERROR = Fraction(3, 100)
#: Of units that are as recorded: a half asks for the most.
SHARE = Fraction(1, 2)
FEWEST = 10


def size(method: Method, units: int) -> int:
    """How many of a number of units are looked for: rounded up, so never fewer than the formula asks.

    Args:
        method: how the number is found.
        units: how many there are; none give none.
    """
    match method:
        case Method.CALEA:
            return _cochran(units) if units else 0
        case Method.TENTH:
            return min(units, max(FEWEST, -(-units // 10)))
    return units


def _cochran(units: int) -> int:
    """n = n₀ / (1 + (n₀ - 1) / N), with n₀ = z² p (1 - p) / e²: 9604/9 here."""
    unlimited = Z**2 * SHARE * (1 - SHARE) / ERROR**2
    return ceil(unlimited / (1 + (unlimited - 1) / units))


def again(first: int, left: int) -> int:
    """How many a second round looks for: as many as the first, as far as so many are left.

    Args:
        first: how many the first round drew.
        left: units that it did not draw.
    """
    return min(first, left)
