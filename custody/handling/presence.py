"""Units that are not where they should be, and units that turn up again."""

from __future__ import annotations

from dataclasses import dataclass

from custody.deadlines.models import FlagCause
from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, label, labels, place, text
from custody.handling.confirmers import counterparty
from custody.handling.desk import Desk
from custody.handling.errors import NotYourCustody
from custody.handling.transport import NO_VEHICLE
from custody.handling.weighing import flag
from custody.people.models import Officer, agency_of
from custody.people.rights import Right


@dataclass(frozen=True, kw_only=True)
class Miss(Command):
    """Report missing: say that units are not where they should be."""

    exhibits: tuple[str, ...] = labels()
    searched: str = text("Where it was looked for")


@act("miss", "exhibit.missed", Miss)
def miss(desk: Desk, command: Miss) -> None:
    """One event and one flag on each unit; its clocks run on.

    Raises:
        NotYourCustody: it is said by neither the custodian's unit nor a supervisor of that agency.
    """
    searched = desk.text("searched", command.searched)
    for unit in desk.units(command.exhibits):
        if not may_miss(desk.actor, unit.custodian_unit):
            raise NotYourCustody(
                field="exhibits",
                label=unit.label,
                unit=unit.custodian_unit,
                own=desk.actor.unit_id,
            )
        after = desk.record(unit, "exhibit.missed", {"searched": searched})
        flag(desk, after, FlagCause.DISCREPANCY, desk.events[-1])


def may_miss(actor: Officer, custodian_unit: str) -> bool:
    """Whether an officer may say that a unit in these hands is missing."""
    oversees = Right.OVERSEE in actor.rights and actor.unit.agency_id == agency_of(custodian_unit)
    return oversees or actor.unit_id == custodian_unit


@dataclass(frozen=True, kw_only=True)
class Find(Command):
    """Report found: say where a missing unit is, and that you have it."""

    exhibit: str = label("Unit")
    place: str = place("Place", *NO_VEHICLE)
    circumstances: str = text("How it was found")


@act("find", "exhibit.found", Find)
def find(desk: Desk, command: Find) -> None:
    """The unit is in the finder's hands; a colleague confirms, or the unit from whose hands it had gone."""
    spot = lookups.place(command.place, *NO_VEHICLE)
    lookups.require_keeper(spot, desk.actor, field="place")
    unit = desk.unit(command.exhibit)
    if unit.custodian_unit != desk.actor.unit_id:
        desk.demand(counterparty(desk.actor, giver_unit=unit.custodian_unit, taker=desk.actor))
    desk.record(
        unit,
        "exhibit.found",
        {
            "place": spot.code,
            "custodian": lookups.person(desk.actor),
            "parted": lookups.parting([unit.custodian_unit], desk.actor)[unit.custodian_unit],
            "circumstances": desk.text("circumstances", command.circumstances),
        },
    )
