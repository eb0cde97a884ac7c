"""Transport: dispatch is a hand-over to the driver, receipt one from the driver. The other side confirms."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import (
    Command,
    choice,
    label,
    labels,
    mass,
    number_on_seal,
    officer,
    place,
    rows,
    scale,
)
from custody.handling.desk import Desk
from custody.handling.errors import FieldMissing
from custody.handling.seals import Finding, report_finding, require_seal
from custody.handling.weighing import compare_gross, report, reweigh
from custody.kit.sentences import Sentence
from custody.people.models import Officer
from custody.places.models import Place, PlaceKind
from custody.seizures.labels import UnknownLabel
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
    for unit in desk.units(command.exhibits):
        desk.record(
            unit,
            "exhibit.dispatched",
            {
                "vehicle": vehicle.code,
                "destination": destination.code,
                "custodian": lookups.person(driver),
                "concerns": lookups.concerns(driver.unit, destination.unit),
            },
            taker=driver,
        )


@dataclass(frozen=True, kw_only=True)
class Check(Command):
    """How one unit arrived."""

    exhibit: str = label("Unit")
    seal_number: str | None = number_on_seal("Seal number", required=False)
    finding: str | None = choice("Seal found", Finding, required=False)
    gross_grams: Decimal | None = mass("Gross, in grams", required=False)


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
    units = desk.units(command.exhibits, with_seals=bool(command.checks))
    checks: dict[str, list[Check]] = {unit.label: [] for unit in units}
    for number, check in enumerate(command.checks or ()):
        field = f"checks.{number}.exhibit"
        name = desk.label(check.exhibit, field=field)
        if name not in checks:
            raise UnknownLabel(field=field, label=name)
        checks[name].append(check)
    parted = lookups.parting({unit.custodian_unit for unit in units}, taker)
    for unit in units:
        _receive_one(
            desk, command, unit, spot, taker, checks[unit.label], parted[unit.custodian_unit]
        )


def _receive_one(
    desk: Desk,
    command: Receive,
    unit: ExhibitState,
    spot: Place,
    taker: Officer,
    checks: list[Check],
    parted: list[str],
) -> None:
    taken, findings = None, []
    for check in checks:
        if check.gross_grams is not None:
            if command.scale is None:
                raise FieldMissing(field="scale", name="scale", why="a mass was read on one")
            taken = reweigh(desk, unit, command.scale, check.gross_grams, field="checks")
        if check.seal_number:
            if not check.finding:
                raise FieldMissing(
                    field="checks",
                    name="finding",
                    why=Sentence("of seal {seal_number}", seal_number=check.seal_number),
                )
            require_seal(unit, check.seal_number, field="checks")
            findings.append({"number": check.seal_number, "finding": check.finding})
    payload: dict[str, Any] = {
        "place": spot.code,
        "place_kind": spot.kind,
        "custodian": lookups.person(taker),
        "reading": taken,
        "seals": findings,
        "concerns": lookups.concerns(taker.unit),
        "parted": parted,
    }
    after = desk.record(unit, "exhibit.received", payload, taker=taker)
    if taken:
        compare_gross(desk, unit, taken, what="gross")
    for finding in findings:
        report_finding(desk, after, finding["number"], finding["finding"])
    if unit.destination_id != spot.code:
        report(desk, after, what="destination", expected=unit.destination_id, found=spot.code)
