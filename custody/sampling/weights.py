"""What a whole lot weighs, from the units that were weighed. Pure; rounded outwards, to the milligram.

Sources: Tzidony and Ravreby, Journal of Forensic Sciences 1992: units of the lot times share of positives times mean
of the positive units, with Student's t and the correction for a lot of known size; in the form of the correction
published there in 2009 (doi 10.1111/j.1556-4029.2009.01256.x): the positive units alone count in the standard error
and in the degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, isqrt

from custody.kit.errors import CustodyError
from custody.sampling.student import quantile

_PER_GRAM = 1000


class TooFewWeighed(CustodyError):
    """{weighed} positive units were weighed: how much units differ shows from two on."""

    code = "too_few_weighed"


class MoreWeighedThanExamined(CustodyError):
    """{weighed} positive units weighed, {examined} examined, {units} in the lot: that cannot be."""

    code = "more_weighed_than_examined"


@dataclass(frozen=True)
class Weight:
    """The net mass of what is positive in a lot, in grams.

    Attributes:
        grams: the estimate, to the nearest milligram.
        low_grams: the lower end of its interval, rounded down; never less than what was weighed.
        high_grams: the upper end, rounded up.
    """

    grams: Decimal
    low_grams: Decimal
    high_grams: Decimal


def estimate(
    *, units: int, examined: int, positives: Sequence[Decimal], confidence: Fraction
) -> Weight:
    """The net mass of the positive units of a lot, with a two-sided interval.

    The interval tells how much units differ in weight. It takes the share of positives as found: what is sure of
    the share is the claim's matter (:mod:`custody.sampling.claims`).

    Args:
        units: in the lot.
        examined: units examined, drawn at random.
        positives: net mass in grams of each examined unit that was positive.
        confidence: between 0 and 1.

    Raises:
        TooFewWeighed: of fewer than two positive units nothing can be said about how they differ, unless they
            are the whole lot.
        MoreWeighedThanExamined: the numbers contradict each other.
    """
    weighed = len(positives)
    if not weighed <= examined <= units:
        raise MoreWeighedThanExamined(
            field="positives", weighed=weighed, examined=examined, units=units
        )
    there = sum(map(Fraction, positives), Fraction(0))
    if examined == units:
        return Weight(*[_grams(round(there * _PER_GRAM))] * 3)
    if weighed < 2:
        raise TooFewWeighed(field="positives", weighed=weighed)
    mean = there / weighed
    distances = [Fraction(one) - mean for one in positives]
    variance = sum((one * one for one in distances), Fraction(0)) / (weighed - 1)
    extended = Fraction(units * weighed, examined)
    t = quantile(confidence, weighed - 1)
    unseen = Fraction(units - examined, units)
    factor = extended * t * _PER_GRAM
    half = _root_up(factor * factor * variance / weighed * unseen)
    whole = extended * mean * _PER_GRAM
    return Weight(
        grams=_grams(round(whole)),
        low_grams=_grams(max(floor(whole - half), floor(there * _PER_GRAM))),
        high_grams=_grams(ceil(whole + half)),
    )


def _root_up(square: Fraction) -> int:
    """The square root, rounded up exactly to a whole number."""
    whole = ceil(square)
    return isqrt(whole - 1) + 1 if whole else 0


def _grams(milligrams: int) -> Decimal:
    return Decimal(milligrams) / _PER_GRAM
