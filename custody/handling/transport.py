"""Transport: dispatch is a hand-over to the driver, receipt one from the driver. The other side confirms.

What is on the road already is dispatched anew from driver to driver: after a breakdown, or to another destination.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.checking import Check
from custody.handling.commands import Command, labels, officer, place, rows, scale
from custody.handling.desk import Desk
from custody.handling.passing import Passing
from custody.handling.weighing import report
from custody.places.models import PlaceKind
from custody.seizures.lifecycle import Stage
from custody.seizures.states import ExhibitState

NO_VEHICLE = tuple(kind for kind in PlaceKind if kind is not PlaceKind.VEHICLE)


@dataclass(frozen=True, kw_only=True)
class Dispatch(Command):
    """Dispatch: hand units over to a driver for a destination."""

    exhibits: tuple[str, ...] = labels()
    driver: str = officer("Driver")
    vehicle: str = place("Vehicle", PlaceKind.VEHICLE)
    destination: str = place("Destination", *NO_VEHICLE)


@act("dispatch", "exhibit.dispatched", Dispatch)
def dispatch(desk: Desk, command: Dispatch) -> None:
    """One event on each unit; from then on it concerns the driver's unit and the destination's."""
    driver = lookups.officer(command.driver, field="driver")
    vehicle = lookups.place(command.vehicle, PlaceKind.VEHICLE, field="vehicle")
    destination = lookups.place(command.destination, *NO_VEHICLE, field="destination")
    lookups.require_keeper(vehicle, driver, field="vehicle")
    passing = Passing(desk, command.exhibits)
    on_the_road = {unit.custodian_unit for unit in passing.units if unit.stage is Stage.IN_TRANSIT}
    parted = lookups.parting(on_the_road, driver) if on_the_road else {}
    for unit in passing.units:
        relayed = unit.stage is Stage.IN_TRANSIT
        after = passing.record(
            unit,
            "exhibit.dispatched",
            {
                "vehicle": vehicle.code,
                "destination": destination.code,
                "custodian": lookups.person(driver),
                "concerns": lookups.concerns(driver.unit, destination.unit),
                **({"parted": parted[unit.custodian_unit]} if relayed else {}),
                **passing.found(unit),
            },
            driver,
        )
        if relayed:
            _report_elsewhere(desk, unit, after, destination.code)


@dataclass(frozen=True, kw_only=True)
class Receive(Command):
    """Receive: take units over from their driver, with seals and masses checked."""

    exhibits: tuple[str, ...] = labels()
    place: str = place("Place", *NO_VEHICLE)
    taker: str | None = officer("Who takes them (you, if left out)", required=False)
    scale: str | None = scale(required=False)
    checks: tuple[Check, ...] | None = rows("Checks", Check, required=False)


@act("receive", "exhibit.received", Receive)
def receive(desk: Desk, command: Receive) -> None:
    """One event on each unit; whatever differs from the record is reported and flagged."""
    taker = lookups.officer(command.taker, field="taker") if command.taker else desk.actor
    spot = lookups.place(command.place, *NO_VEHICLE)
    lookups.require_keeper(spot, taker, field="place")
    passing = Passing(desk, command.exhibits, command.checks or (), command.scale)
    parted = lookups.parting({unit.custodian_unit for unit in passing.units}, taker)
    for unit in passing.units:
        payload: dict[str, Any] = {
            "place": spot.code,
            "place_kind": spot.kind,
            "custodian": lookups.person(taker),
            "reading": None,
            "seals": [],
            "concerns": lookups.concerns(taker.unit),
            "parted": parted[unit.custodian_unit],
            **passing.found(unit),
        }
        after = passing.record(unit, "exhibit.received", payload, taker)
        _report_elsewhere(desk, unit, after, spot.code)


def _report_elsewhere(desk: Desk, before: ExhibitState, after: ExhibitState, place: str) -> None:
    """Report what goes elsewhere than where it was sent."""
    if before.destination_id != place:
        report(desk, after, what="destination", expected=before.destination_id, found=place)
