"""A mass that lies between two steps of a scale is refused, and both steps are named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from custody.seizures.masses import NotReadable, ScaleLimits, check_showable

FLOOR = ScaleLimits("FLOOR", Decimal("1500020.000000"), Decimal("50.000000"))
FINE = ScaleLimits("FINE", Decimal(6_000), Decimal("0.010"))


@pytest.mark.parametrize(
    ("grams", "scale", "told"),
    [
        ("25001.000", FLOOR, "it would show 25000 g or 25050 g"),
        ("25049.999", FLOOR, "it would show 25000 g or 25050 g"),
        ("12", FLOOR, "it would show 0 g or 50 g"),
        ("5.005", FINE, "it would show 5 g or 5.01 g"),
        # no scale shows what lies above its capacity
        ("1500010", FLOOR, "it would show 1500000 g."),
    ],
)
def test_the_nearest_that_would_be_taken_are_named(
    grams: str, scale: ScaleLimits, told: str
) -> None:
    with pytest.raises(NotReadable) as refused:
        check_showable(Decimal(grams), scale, field="gross_grams")
    assert told in str(refused.value)
    assert refused.value.field == "gross_grams"


@pytest.mark.parametrize("grams", ["25000", "25050.000", "0"])
def test_a_step_is_taken(grams: str) -> None:
    check_showable(Decimal(grams), FLOOR, field="gross_grams")
