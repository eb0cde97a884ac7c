"""Handing units over to another officer where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, labels, officer
from custody.handling.desk import Desk
from custody.handling.passing import Passing


@dataclass(frozen=True, kw_only=True)
class HandOver(Command):
    """Hand over: pass custody of units to another officer."""

    exhibits: tuple[str, ...] = labels()
    taker: str = officer("Who takes them")


@act("hand_over", "exhibit.handed_over", HandOver)
def hand_over(desk: Desk, command: HandOver) -> None:
    """One event on each unit; from then on it concerns the taker's unit."""
    taker = lookups.officer(command.taker, field="taker")
    passing = Passing(desk, command.exhibits)
    parted = lookups.parting({unit.custodian_unit for unit in passing.units}, taker)
    for unit in passing.units:
        passing.record(
            unit,
            "exhibit.handed_over",
            {
                "custodian": lookups.person(taker),
                "concerns": lookups.concerns(taker.unit),
                "parted": parted[unit.custodian_unit],
                **passing.found(unit),
            },
            taker,
        )
