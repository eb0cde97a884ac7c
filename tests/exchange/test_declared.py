"""Declared quantities in grams: exactly, by rules with a source, and as finely as they were told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.kit.errors import CustodyError
from custody.seizures.declared import Quantity, Unit, moment, quantity


@pytest.mark.parametrize(
    ("amount", "unit", "each", "grams", "resolution"),
    [
        ("25", "kg", None, "25000", "1000"),
        ("25.5", "kg", None, "25500", "100"),
        ("25.500", "kg", None, "25500", "1"),
        ("0.25", "g", None, "0.25", "0.01"),
        ("1.5", "litres", None, "1500", "100"),
        ("2000", "tablets", "300", "600", "2"),
        ("3", "tablets", "90.5", "0.2715", None),
        ("2", "tablets", "90.5", "0.181", "0.001"),
        ("12", "plants", None, None, None),
        ("12", "blocks", None, None, None),
    ],
)
def test_units(
    amount: str, unit: str, each: str | None, grams: str | None, resolution: str | None
) -> None:
    found = quantity(amount, unit, each)
    assert found.unbounded_grams == (None if grams is None else Decimal(grams))
    if resolution is not None:
        assert found.grams == Decimal(grams or 0)
        assert found.resolution_grams == Decimal(resolution)


def refused(read: Callable[[], object]) -> str | None:
    """The field at which it is refused; None if it is not."""
    try:
        read()
    except CustodyError as error:
        return error.field
    return None


@given(st.text(max_size=12), st.sampled_from([one.value for one in Unit]), st.none() | st.text())
def test_any_text_is_a_quantity_or_refused(amount: str, unit: str, each: str | None) -> None:
    field = refused(lambda: quantity(amount, unit, each))
    assert field in {None, "amount", "each_milligrams"}
    if field is None:
        assert quantity(amount, unit, each).amount > 0


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    field = refused(lambda: moment(text))
    assert field in {None, "seized_at"}
    if field is None:
        assert moment(text).utcoffset() is not None


@pytest.mark.parametrize(
    ("found", "substance", "most"),
    [
        (Quantity(Decimal(25_000), Unit.KG), "cocaine", None),
        (Quantity(Decimal("25000.1"), Unit.KG), "cocaine", "25000 kg"),
        (Quantity(Decimal(4_500_000), Unit.KG), "Amphetamine", "15000 kg"),
        (Quantity(Decimal(28_550), Unit.KG), "alprazolam", "10000 kg"),
        (Quantity(Decimal(20_000_000), Unit.G), "ketamine", "10000 kg"),
        (Quantity(Decimal(1_000_001), Unit.PLANTS), "cannabis", "1000000 plants"),
        (Quantity(Decimal(1_000_000), Unit.PLANTS), "cannabis", None),
        (Quantity(Decimal(30_001), Unit.BLOCKS), "cocaine", "30000 blocks"),
    ],
)
def test_what_nobody_believes_at_once(found: Quantity, substance: str, most: str | None) -> None:
    limit = found.most(substance)
    assert (None if limit is None else str(limit)) == most
