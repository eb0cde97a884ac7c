"""The weight of a lot lies in an interval that is judged by published quantiles and by slow integration."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist, mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.sampling.student import quantile
from custody.sampling.weights import (
    MoreWeighedThanExamined,
    TooFewWeighed,
    estimate,
)

SURE = Fraction("0.95")

#: Two-sided quantiles at 95 % and 99 % as every table of Student's t prints them, to three decimals.
PRINTED = {
    1: (12.706, 63.657),
    2: (4.303, 9.925),
    3: (3.182, 5.841),
    4: (2.776, 4.604),
    5: (2.571, 4.032),
    6: (2.447, 3.707),
    7: (2.365, 3.499),
    8: (2.306, 3.355),
    9: (2.262, 3.250),
    10: (2.228, 3.169),
    15: (2.131, 2.947),
    20: (2.086, 2.845),
    25: (2.060, 2.787),
    30: (2.042, 2.750),
    40: (2.021, 2.704),
    60: (2.000, 2.660),
    120: (1.980, 2.617),
}


@pytest.mark.parametrize("degrees", PRINTED)
def test_quantiles_are_the_printed_ones(degrees: int) -> None:
    found = [quantile(Fraction(sure), degrees) for sure in ("0.95", "0.99")]
    assert [round(float(one), 3) for one in found] == list(PRINTED[degrees])


def within(t: float, degrees: int) -> float:
    """The density summed over 4,000 strips by Simpson's rule."""
    strips = 4000
    width = t / strips
    heights = [
        (1 + (number * width) ** 2 / degrees) ** (-(degrees + 1) / 2)
        for number in range(strips + 1)
    ]
    area = heights[0] + heights[-1] + 4 * sum(heights[1::2]) + 2 * sum(heights[2:-1:2])
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2))
    return 2 * scale / math.sqrt(degrees * math.pi) * area * width / 3


@pytest.mark.parametrize("degrees", [*range(1, 31), 99, 100, 999])
def test_quantiles_hold_the_confidence_by_slow_integration(degrees: int) -> None:
    for sure in ("0.5", "0.9", "0.95", "0.99"):
        t = quantile(Fraction(sure), degrees)
        assert within(float(t), degrees) == pytest.approx(float(Fraction(sure)), abs=1e-6)


def test_quantiles_have_exact_answers_where_geometry_gives_them() -> None:
    assert quantile(Fraction("0.5"), 1) == 1  # the arc tangent of 1 is half of a right angle
    # Of two degrees t² is 2 c² by 1 less c²; at 60 % that is 1.125, rounded up to the millionth.
    t = quantile(Fraction("0.6"), 2)
    assert t**2 >= Fraction("1.125") > (t - Fraction(1, 10**6)) ** 2


def test_many_degrees_come_near_the_normal_distribution() -> None:
    normal = NormalDist().inv_cdf(0.975)
    assert normal < quantile(SURE, 20_000) < normal + 0.0002


def test_the_interval_of_a_lot_worked_by_hand() -> None:
    """100 units, 5 examined, 4 of them positive, 1000 g on average: 80 of them, and t of three degrees."""
    grams = [Decimal(one) for one in ("1015", "1005", "995", "985")]
    spread = Fraction(500, 3)  # 15² + 5² + 5² + 15², by 3
    half = 80 * 3.182447 * math.sqrt(spread / 4 * Fraction(95, 100))
    found = estimate(units=100, examined=5, positives=grams, confidence=SURE)
    assert found.grams == 80_000
    assert float(found.high_grams) == pytest.approx(80_000 + half, abs=0.002)
    assert float(found.low_grams) == pytest.approx(80_000 - half, abs=0.002)


def test_only_the_positive_units_count_in_the_standard_error_and_the_degrees() -> None:
    """With all examined units in their place, as the formula of 1992 had it, the interval would be too narrow."""
    grams = [Decimal(one) for one in ("1015", "1005", "995", "985")]
    found = estimate(units=1000, examined=8, positives=grams, confidence=SURE)
    values = [float(one) for one in grams]
    formula_of_1992 = 500 * float(quantile(SURE, 7)) * stdev(values) / math.sqrt(8)
    assert float(found.high_grams - found.grams) > 1.5 * formula_of_1992


def test_equal_units_leave_no_interval() -> None:
    found = estimate(units=40, examined=5, positives=[Decimal("999.5")] * 5, confidence=SURE)
    assert found.low_grams == found.grams == found.high_grams == Decimal(39_980)


def test_a_lot_weighed_whole_is_its_sum() -> None:
    found = estimate(units=2, examined=2, positives=[Decimal("1.001")], confidence=SURE)
    assert found.low_grams == found.grams == found.high_grams == Decimal("1.001")
    none = estimate(units=2, examined=2, positives=[], confidence=SURE)
    assert none.high_grams == 0


def test_what_was_weighed_is_there_however_wide_the_interval() -> None:
    found = estimate(
        units=3, examined=2, positives=[Decimal(1), Decimal(1000)], confidence=Fraction("0.99")
    )
    assert found.low_grams == 1001


@given(
    st.lists(st.decimals("0.001", "5000", places=3), min_size=2, max_size=12),
    st.integers(0, 5),
    st.integers(1, 500),
)
def test_the_interval_is_the_formula_rounded_outwards(
    grams: list[Decimal], negatives: int, hidden: int
) -> None:
    weighed, examined = len(grams), len(grams) + negatives
    units = examined + hidden
    found = estimate(units=units, examined=examined, positives=grams, confidence=SURE)
    values = [float(one) for one in grams]
    extended = units * weighed / examined
    half = extended * float(quantile(SURE, weighed - 1)) * stdev(values)
    half *= math.sqrt(hidden / units / weighed)
    middle = extended * mean(values)
    assert float(found.grams) == pytest.approx(middle, abs=0.001)
    assert float(found.high_grams) == pytest.approx(middle + half, abs=0.003)
    assert float(found.low_grams) == pytest.approx(max(middle - half, sum(values)), abs=0.003)
    assert sum(grams) <= found.low_grams <= found.grams <= found.high_grams


def test_one_weighed_unit_says_nothing_about_how_units_differ() -> None:
    with pytest.raises(TooFewWeighed):
        estimate(units=10, examined=3, positives=[Decimal(1000)], confidence=SURE)


@pytest.mark.parametrize(("units", "examined"), [(10, 2), (2, 3)])
def test_numbers_that_contradict_each_other_are_refused(units: int, examined: int) -> None:
    with pytest.raises(MoreWeighedThanExamined):
        estimate(units=units, examined=examined, positives=[Decimal(1)] * 3, confidence=SURE)
