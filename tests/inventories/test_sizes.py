"""How many units an inventory draws: the published table, whole numbers alone, and nothing out of range."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.inventories.sizes import Method, again, size

#: Units in store → the least and the most that printed tables ask for at 95 % and 3 %; they round in different ways.
PUBLISHED = {
    50: (48, 48),
    100: (92, 92),
    200: (169, 169),
    300: (234, 235),
    400: (291, 292),
    500: (341, 341),
    1_000: (516, 517),
    2_000: (696, 697),
    5_000: (880, 880),
    10_000: (964, 965),
    25_000: (1_023, 1_024),
}

UNITS = st.integers(0, 2_000_000)


@pytest.mark.parametrize("units", PUBLISHED)
def test_the_table_at_95_percent_and_3_percent(units: int) -> None:
    least, most = PUBLISHED[units]
    assert least <= size(Method.CALEA, units) <= most


@pytest.mark.parametrize("units", [1, 2, 3, 47, 300, 1_000, 9_604, 123_457])
def test_the_formula_worked_out_with_many_digits_says_the_same(units: int) -> None:
    with localcontext() as context:
        context.prec = 60
        unlimited = Decimal("1.96") ** 2 * Decimal("0.25") / Decimal("0.03") ** 2
        wanted = unlimited / (1 + (unlimited - 1) / units)
        assert size(Method.CALEA, units) == int(wanted.to_integral_value(ROUND_CEILING))


@given(UNITS)
def test_a_sample_is_the_least_whole_number_that_the_formula_allows(units: int) -> None:
    found = size(Method.CALEA, units)
    assert 0 <= found <= units
    if units:
        exact = Fraction(9_604 * units, 9 * units + 9_595)
        assert found - 1 < exact <= found


@given(UNITS)
def test_a_tenth_is_at_least_ten_and_everything_where_there_are_fewer(units: int) -> None:
    found = size(Method.TENTH, units)
    assert found == units if units < 10 else found >= 10
    assert 10 * found >= units
    assert units <= 100 or 10 * (found - 1) < units


@given(UNITS)
def test_everything_is_everything(units: int) -> None:
    assert size(Method.FULL, units) == units


@given(st.sampled_from(Method), UNITS)
def test_more_units_never_ask_for_fewer(method: Method, units: int) -> None:
    assert size(method, units) <= size(method, units + 1)


@given(UNITS, UNITS)
def test_a_second_round_is_as_many_as_are_left_of_as_many(first: int, left: int) -> None:
    assert again(first, left) in {first, left}
    assert again(first, left) <= left
