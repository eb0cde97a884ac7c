"""Interception: opening a seizure with everything in it, and amending what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import (
    Command,
    Kind,
    choice,
    code,
    described,
    label,
    mass,
    number_on_seal,
    place,
    rows,
    scale,
)
from custody.handling.desk import Desk
from custody.handling.errors import ClosedBeforeOpened, FieldMissing, NothingToDo, NumberInUse
from custody.handling.weighing import reading
from custody.kit import clock, ids
from custody.kit.sentences import Sentence
from custody.people.models import AgencyKind
from custody.seizures import identifiers
from custody.seizures.lifecycle import LIVE, MADE_FORMS, Form, Lane, Stage
from custody.seizures.models import Exhibit, SealClass, Seizure

UNIT_FORMS = tuple(form.value for form in Form if form not in MADE_FORMS)


@dataclass(frozen=True, kw_only=True)
class Found:
    """One unit of a catch."""

    label: str | None = label("Label (a new one if left out)", required=False)
    form: str = choice("Form", UNIT_FORMS)
    gross_grams: Decimal = mass("Gross, in grams")
    tare_grams: Decimal | None = mass("Packaging, in grams", required=False)
    seal_number: str | None = number_on_seal("Seal number", required=False)
    seal_class: str | None = choice(
        "Seal class (ISO 17712)", tuple(SealClass.values), required=False
    )


@dataclass(frozen=True, kw_only=True)
class Intercept(Command):
    """Intercept: open a seizure and record every unit of it."""

    customs_report: str = code("Customs report number")
    prosecutor_notice: str | None = code("Prosecutor's notice number", required=False)
    prosecutor_unit: str | None = described(
        Kind.UNIT, "Prosecutor's office to inform", required=False
    )
    container_number: str | None = code("Container number", required=False)
    vessel_imo: str | None = code("Vessel (IMO number)", required=False)
    location: str = code("Location (UN/LOCODE)", max_length=6)
    place: str = place("Place")
    substance: str = code("Substance")
    lane: str = choice("Lane", Lane)
    scale: str = scale()
    exhibits: tuple[Found, ...] = rows("Units", Found)


@act("intercept", "exhibit.intercepted", Intercept)
def intercept(desk: Desk, command: Intercept) -> None:
    """One event on the seizure, one on each exhibit, all in the interceptor's custody."""
    spot = lookups.place(command.place)
    lookups.require_keeper(spot, desk.actor, field="place")
    if Seizure.objects.filter(customs_report=command.customs_report).exists():
        raise NumberInUse(
            field="customs_report", name="Customs report", number=command.customs_report
        )
    location = identifiers.location(command.location)
    informed = (
        [lookups.unit(command.prosecutor_unit, AgencyKind.PROSECUTION, field="prosecutor_unit")]
        if command.prosecutor_unit
        else []
    )
    seizure_id = ids.new_id()
    day = desk.at.strftime("%Y%m%d")
    desk.record_seizure(
        None,
        seizure_id,
        "seizure.opened",
        {
            "reference": f"{location}-{day}-{ids.choose('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 5)}",
            "customs_report": command.customs_report,
            "prosecutor_notice": command.prosecutor_notice,
            "container_number": command.container_number
            and identifiers.container_number(command.container_number),
            "vessel_imo": command.vessel_imo and identifiers.vessel_number(command.vessel_imo),
            "location": location,
            "investigation_opened_on": None,
            "investigation_closed_on": None,
            "concerns": lookups.concerns(*informed),
        },
    )
    names = desk.new_labels([unit.label for unit in command.exhibits], field="exhibits")
    for name, unit in zip(names, command.exhibits, strict=True):
        exhibit: dict[str, Any] = {
            "label": name,
            "seizure": str(seizure_id),
            "form": unit.form,
            "substance": command.substance,
            "lane": command.lane,
            "stage": Stage.INTERCEPTED.value,
            "intercepted_at": clock.to_text(desk.at),
            "place": spot.code,
            "made_from": None,
            "custodian": lookups.person(desk.actor),
            "reading": reading(desk, command.scale, gross=unit.gross_grams, tare=unit.tare_grams),
            "seal": seal_of(desk, unit.seal_number, unit.seal_class),
            "holds": [],
            "orders": [],
            "samplers": [],
            "clocks": [],
        }
        desk.born(
            ids.new_id(),
            "exhibit.intercepted",
            exhibit,
            concerns=lookups.concerns(*informed),
        )


def seal_of(desk: Desk, number: str | None, seal_class: str | None) -> dict[str, str] | None:
    """The seal put on a new exhibit, if there is one.

    Raises:
        FieldMissing: its class is not told.
        SealInUse: its number was used.
    """
    if not number:
        return None
    if not seal_class:
        raise FieldMissing(
            field="seal_class", name="seal_class", why=Sentence("of seal {number}", number=number)
        )
    return desk.new_seal(number, seal_class, field="seal_number")


@dataclass(frozen=True, kw_only=True)
class Amend(Command):
    """Amend: add to what is known of a seizure."""

    seizure: str = described(Kind.SEIZURE, "Seizure")
    prosecutor_notice: str | None = code("Prosecutor's notice number", required=False)
    prosecutor_unit: str | None = described(
        Kind.UNIT, "Prosecutor's office to inform", required=False
    )
    container_number: str | None = code("Container number", required=False)
    vessel_imo: str | None = code("Vessel (IMO number)", required=False)


@act("amend", "seizure.amended", Amend)
def amend(desk: Desk, command: Amend) -> None:
    """One event on the seizure that says only what changes; an office informed now sees its live exhibits too."""
    seizure = desk.seizure(command.seizure)
    changes: dict[str, Any] = {
        "prosecutor_notice": command.prosecutor_notice,
        "container_number": command.container_number
        and identifiers.container_number(command.container_number),
        "vessel_imo": command.vessel_imo and identifiers.vessel_number(command.vessel_imo),
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    if command.prosecutor_unit:
        unit = lookups.unit(
            command.prosecutor_unit, AgencyKind.PROSECUTION, field="prosecutor_unit"
        )
        changes["concerns"] = lookups.concerns(unit)
    if not changes:
        raise NothingToDo(why="Nothing is amended")
    desk.record_seizure(seizure, seizure.id, "seizure.amended", changes)
    if command.prosecutor_unit:
        live = Exhibit.objects.filter(seizure=seizure.id, stage__in=[one.value for one in LIVE])
        for exhibit in desk.locked(list(live.values_list("pk", flat=True))):
            desk.record(exhibit, "exhibit.made_known", {"concerns": changes["concerns"]})


@dataclass(frozen=True, kw_only=True)
class RecordInvestigation(Command):
    """Record investigation: say from when to when an investigating judge leads."""

    seizure: str = described(Kind.SEIZURE, "Seizure")
    opened_on: date = described(Kind.DATE, "Opened on")
    closed_on: date | None = described(Kind.DATE, "Closed on", required=False)


@act("record_investigation", "seizure.investigated", RecordInvestigation)
def record_investigation(desk: Desk, command: RecordInvestigation) -> None:
    """One event on the seizure; while the investigation is open nothing burns without the judge."""
    seizure = desk.seizure(command.seizure)
    if command.closed_on and command.closed_on < command.opened_on:
        raise ClosedBeforeOpened(
            field="closed_on", closed=command.closed_on, opened=command.opened_on
        )
    desk.record_seizure(
        seizure,
        seizure.id,
        "seizure.investigated",
        {
            "investigation_opened_on": command.opened_on.isoformat(),
            "investigation_closed_on": command.closed_on and command.closed_on.isoformat(),
        },
    )
