"""Quantities as other systems declare them: their units, what they are in grams, and what nobody believes at once. Pure.

Sources: UNODC counts bulk weight without adjusting for purity, and a litre as a kilogram (https://dataunodc.un.org/drugs/global_seizures);
its tablets weigh 90 to 300 mg by region and type, so none is assumed here. Plants and blocks are counts and have no mass
until somebody weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_UP, Decimal
from enum import StrEnum

from custody.kit import grams
from custody.kit.errors import CustodyError

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Unit(StrEnum):
    KG = "kg"
    G = "g"
    LITRES = "litres"
    TABLETS = "tablets"
    PLANTS = "plants"
    BLOCKS = "blocks"


#: Grams in one of it; counts are not here.
GRAMS_IN: Mapping[Unit, Decimal] = {
    Unit.KG: Decimal(1_000),
    Unit.G: Decimal(1),
    Unit.LITRES: Decimal(1_000),
}
COUNTS = frozenset({Unit.TABLETS, Unit.PLANTS, Unit.BLOCKS})

#: Above it one row is held back until somebody repeats the figure: in grams by substance, house values of November
#: 2026 without a public source. They ask for a second look and say nothing of what there can be.
MOST_GRAMS: Mapping[str, Decimal] = {
    "cocaine": Decimal(25_000_000),
    "cannabis": Decimal(50_000_000),
    "heroin": Decimal(5_000_000),
    "amphetamine": Decimal(15_000_000),
    "methamphetamine": Decimal(15_000_000),
}
MOST_GRAMS_OTHERWISE = Decimal(10_000_000)
#: The same for counts.
MOST_COUNTED: Mapping[Unit, Decimal] = {
    Unit.TABLETS: Decimal(100_000_000),
    Unit.PLANTS: Decimal(1_000_000),
    Unit.BLOCKS: Decimal(30_000),
}


class InvalidAmount(CustodyError):
    """{value} is not an amount: digits, and a point before decimals, as in 25.5; above zero, no comma, no sign."""

    code = "invalid_amount"


class NotWhole(CustodyError):
    """{value} {unit} are counted, so there is no part of one."""

    code = "not_whole"


class UnitMassMissing(CustodyError):
    """Tablets weigh 90 to 300 mg by region and type: say what one of these weighs, in milligrams."""

    code = "unit_mass_missing"


class UnitMassUnused(CustodyError):
    """What one weighs is told of tablets alone, not of {unit}."""

    code = "unit_mass_unused"


class InvalidMoment(CustodyError):
    """{value} is not a time: give a day as 2026-11-24, or a time with its zone as 2026-11-24T07:54:32Z."""

    code = "invalid_moment"


@dataclass(frozen=True)
class Quantity:
    """So much of something, as it was declared.

    Attributes:
        amount: in units.
        unit: which.
        each_milligrams: the mass of one tablet.
    """

    amount: Decimal
    unit: Unit
    each_milligrams: Decimal | None = None

    @property
    def unbounded_grams(self) -> Decimal | None:
        """Its mass in grams, however great; None for what has none yet."""
        if self.unit in GRAMS_IN:
            return self.amount * GRAMS_IN[self.unit]
        if self.each_milligrams is not None:
            return self.amount * self.each_milligrams / 1_000
        return None

    @property
    def grams(self) -> Decimal | None:
        """The same, as it can be recorded.

        Raises:
            InvalidMass: it is finer than a milligram, or greater than any scale here could show.
        """
        found = self.unbounded_grams
        return None if found is None else grams.parse(found)

    @property
    def resolution_grams(self) -> Decimal:
        """One in the last place that was declared, in grams, a milligram at least: how finely it is known."""
        if self.each_milligrams is not None:
            step = _last_place(self.each_milligrams) * self.amount / 1_000
        else:
            step = _last_place(self.amount) * GRAMS_IN[self.unit]
        return max(step, grams.QUANTUM).quantize(grams.QUANTUM, ROUND_UP)

    def most(self, substance: str) -> Quantity | None:
        """The quantity above which nobody believes it at once, if it is above."""
        weight = self.unbounded_grams
        limit = MOST_GRAMS.get(substance.casefold(), MOST_GRAMS_OTHERWISE)
        if weight is not None and weight > limit:
            return Quantity(limit / 1_000, Unit.KG)
        count = MOST_COUNTED.get(self.unit)
        return Quantity(count, self.unit) if count is not None and self.amount > count else None

    def __str__(self) -> str:
        return f"{self.amount:f} {self.unit.value}"


def _last_place(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)


def _number(text: str, field: str) -> Decimal:
    if not _AMOUNT.fullmatch(text) or not (found := Decimal(text)):
        raise InvalidAmount(field=field, value=text)
    return found


def quantity(amount: str, unit: str, each_milligrams: str | None) -> Quantity:
    """The quantity that these texts declare.

    Args:
        amount: decimal digits with a point.
        unit: one of :class:`Unit`.
        each_milligrams: what one tablet weighs.

    Raises:
        InvalidAmount, NotWhole, UnitMassMissing, UnitMassUnused: they declare none; ``field`` says which is wrong.
    """
    kind = Unit(unit)
    number = _number(amount, "amount")
    if kind in COUNTS and number != number.to_integral_value():
        raise NotWhole(field="amount", value=amount, unit=kind.value)
    if kind is not Unit.TABLETS:
        if each_milligrams is not None:
            raise UnitMassUnused(field="each_milligrams", unit=kind.value)
        return Quantity(number, kind)
    if each_milligrams is None:
        raise UnitMassMissing(field="each_milligrams")
    return Quantity(number, kind, _number(each_milligrams, "each_milligrams"))


def moment(text: str) -> datetime:
    """The time that a text names; of a day alone its beginning, in UTC.

    Raises:
        InvalidMoment: it names none, or one without a zone.
    """
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        if len(text) <= 40 and "T" in text:
            found = datetime.fromisoformat(text)
            if found.tzinfo is not None:
                return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidMoment(field="seized_at", value=text)
