"""Weighing a unit again."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from custody.handling.acts import act
from custody.handling.commands import Command, label, mass, scale
from custody.handling.desk import Desk
from custody.handling.weighing import compare_gross, reading, reweigh


@dataclass(frozen=True, kw_only=True)
class Weigh(Command):
    """Weigh: read a unit's mass on a scale."""

    exhibit: str = label("Unit")
    scale: str = scale()
    gross_grams: Decimal = mass("Gross, in grams")
    tare_grams: Decimal | None = mass("Packaging, in grams, if weighed now", required=False)


@act("weigh", "exhibit.weighed", Weigh)
def weigh(desk: Desk, command: Weigh) -> None:
    """The reading; a discrepancy follows if it is not what the last one said."""
    unit = desk.unit(command.exhibit)
    taken = (
        reweigh(desk, unit, command.scale, command.gross_grams)
        if command.tare_grams is None
        else reading(desk, command.scale, gross=command.gross_grams, tare=command.tare_grams)
    )
    desk.record(unit, "exhibit.weighed", {"reading": taken})
    compare_gross(desk, unit, taken, what="gross")
