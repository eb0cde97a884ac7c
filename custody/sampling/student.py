"""Quantiles of Student's t distribution, without floating point. Pure.

The chance within ±t has a closed form for whole degrees of freedom (Abramowitz and Stegun, Handbook of Mathematical
Functions, 26.7.3 and 26.7.4). It is evaluated with 60 decimal digits, and the quantile is the smallest number of
millionths that reaches the confidence: rounded up, so that an interval is never too narrow.
"""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal, localcontext
from fractions import Fraction

_DIGITS = 60
_STEPS = 1_000_000


def quantile(confidence: Fraction, degrees: int) -> Fraction:
    """The t with this much of the distribution within ±t; exact to a millionth, rounded up.

    Args:
        confidence: between 0 and 1, both sides together.
        degrees: degrees of freedom, at least 1.
    """
    with localcontext(prec=_DIGITS):
        wanted = Decimal(confidence.numerator) / confidence.denominator

        def reached(step: int) -> bool:
            return _within(Decimal(step) / _STEPS, degrees) >= wanted

        high = _STEPS
        while not reached(high):
            high *= 2
        return Fraction(bisect_left(range(high), x=True, key=reached), _STEPS)


def _within(t: Decimal, degrees: int) -> Decimal:
    """The chance of a value within ±t: a sum over powers of the cosine of arctan(t / √degrees)."""
    hypotenuse = (degrees + t * t).sqrt()
    sine, squared = t / hypotenuse, degrees / (degrees + t * t)
    odd = degrees % 2
    term = sine * Decimal(degrees).sqrt() / hypotenuse if odd else sine
    total = Decimal(0)
    for factor in range(1 + odd, degrees, 2):
        total += term
        term *= squared * factor / (factor + 1)
    if not odd:
        return total
    angle = _arctan(t / Decimal(degrees).sqrt())
    return (angle + total) / (2 * _arctan(Decimal(1)))


def _arctan(value: Decimal) -> Decimal:
    """The arc tangent: halved ten times, then its power series."""
    for _ in range(10):
        value /= 1 + (1 + value * value).sqrt()
    square, power, total, number = value * value, value, Decimal(0), 1
    while total + power / number != total:
        total += power / number
        power *= -square
        number += 2
    return total * 2**10
