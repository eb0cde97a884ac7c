"""The end of a session: its temperature log, and the certificate of destruction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody.attachments.content import Kind
from custody.burning.errors import NotReconciled
from custody.burning.models import Session
from custody.burning.projection import CONFIRMED, SCANS
from custody.burning.reconciling import unreconciled
from custody.deadlines.models import Flag, FlagCause
from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, session
from custody.handling.commands import documents as files
from custody.handling.desk import Desk
from custody.handling.naming import name
from custody.handling.sessions import Slot
from custody.kit import clock
from custody.kit.sentences import joined
from custody.ledger.events import Event, Json
from custody.ledger.models import Entry
from custody.ledger.queries import sound_events
from custody.seizures.corrections import effective
from custody.seizures.models import Exhibit
from custody.seizures.queries import contents_of


@dataclass(frozen=True, kw_only=True)
class LogTemperature(Command):
    """Log temperature: attach the kiln's own log of a session."""

    session: UUID = session()
    documents: tuple[str, ...] = files("Temperature logs")


@act("log_temperature", "session.logged", LogTemperature)
def log_temperature(desk: Desk, command: LogTemperature) -> None:
    """One event on the session, which names the documents by their hash."""
    slot = _of_plant(desk, command.session, what="logging its temperature")
    named = name(desk, command.documents, Kind.DOCUMENT, field="documents")
    slot.record("session.logged", {"attachments": named})


@dataclass(frozen=True, kw_only=True)
class Certify(Command):
    """Certify: state that everything planned into a session is destroyed, and nothing else was burnt in it."""

    session: UUID = session()


@act("certify", "session.certified", Certify)
def certify(desk: Desk, command: Certify) -> None:
    """One event on the session that holds the whole certificate.

    Raises:
        NotReconciled: a unit is missing, unexpected or in doubt, or the log is missing; says which.
    """
    slot = _of_plant(desk, command.session, what="certifying it")
    row = slot.row
    exhibits = {
        one.id: one
        for one in Exhibit.objects.filter(pk__in=_all_units(row)).select_related("seizure")
    }
    reasons = unreconciled(
        row.units,
        {scan: getattr(row, scan) for scan in SCANS},
        {one.id: one.label for one in exhibits.values()},
        disputed=_in_doubt(row.burnt),
        logged=bool(row.logs),
    )
    if reasons:
        raise NotReconciled(
            field="session", session=row.id, missing=joined(reasons, "; "), legal=reasons
        )
    burnt = sorted((exhibits[one] for one in row.burnt), key=lambda one: one.label)
    slot.record("session.certified", _certificate(row, burnt))


def _of_plant(desk: Desk, session_id: UUID, *, what: str) -> Slot:
    slot = Slot.locked(desk, session_id)
    slot.require(CONFIRMED, what=what)
    lookups.require_keeper(slot.row.plant, desk.actor, field="session")
    return slot


def _all_units(row: Session) -> set[UUID]:
    return {*row.units, *row.staged, *row.loaded, *row.burnt}


def _in_doubt(units: Sequence[UUID]) -> set[UUID]:
    """Those with a discrepancy that no supervisor has judged, on themselves or on anything inside."""
    inside = contents_of(list(units))
    whole = {one: one for one in units} | {
        inner: outer for outer, several in inside.items() for inner in several
    }
    flags = Flag.objects.open().filter(exhibit__in=whole, cause=FlagCause.DISCREPANCY)
    return {whole[one] for one in flags.values_list("exhibit_id", flat=True)}


def _certificate(row: Session, burnt: Sequence[Exhibit]) -> dict[str, Json]:
    """All that the certificate says, from the units' own events."""
    told = _events(burnt)
    inside = contents_of([one.id for one in burnt])
    inner = {one for several in inside.values() for one in several}
    labels = dict(Exhibit.objects.filter(pk__in=inner).values_list("pk", "label"))
    units = [
        _unit(one, told[str(one.id)], sorted(labels[each] for each in inside[one.id]))
        for one in burnt
    ]
    ended: list[Any] = [unit["burnt_at"] for unit in units]
    degrees: list[Any] = [unit["temperature_celsius"] for unit in units]
    return {
        "units": units,
        "permit": row.permit_id,
        "minimum_celsius": max(_minima(row)),
        "first_burnt_at": min(ended),
        "last_burnt_at": max(ended),
        "lowest_celsius": min(degrees),
        "highest_celsius": max(degrees),
        "logs": list(row.logs),
    }


def _minima(row: Session) -> list[int]:
    """How hot the kiln had to be, by the permit in force at each burning."""
    scans = Entry.objects.filter(
        subject_type="session", subject_id=str(row.id), kind="session.scanned"
    )
    told: list[Any] = [event.payload for event in sound_events(scans)]
    return [one["minimum_temperature_celsius"] for one in told if one["scan"] == "burnt"]


def _events(burnt: Sequence[Exhibit]) -> dict[str, dict[str, Event]]:
    """By exhibit: the event by which each was staged and burnt, corrected ones left out."""
    found: dict[str, list[Event]] = {str(one.id): [] for one in burnt}
    entries = Entry.objects.filter(subject_type="exhibit", subject_id__in=found)
    for event in sound_events(entries.order_by("seq")):
        found[event.subject.id].append(event)
    return {one: {event.kind: event for event in effective(own)} for one, own in found.items()}


def _unit(row: Exhibit, own: dict[str, Event], contents: list[str]) -> dict[str, Json]:
    staged, burnt = own["exhibit.staged"], own["exhibit.incinerated"]
    before: Any = staged.payload["reading"]
    after: Any = burnt.payload["reading"]
    return {
        "exhibit": str(row.id),
        "label": row.label,
        "seizure": row.seizure.reference,
        "substance": row.substance,
        "form": row.form,
        "contents": contents,
        "staged_grams": before["gross_grams"],
        "kiln_grams": after["gross_grams"],
        "net_grams": after["net_grams"],
        "temperature_celsius": burnt.payload["temperature_celsius"],
        "burnt_at": clock.to_text(burnt.occurred_at),
        "operator": burnt.actor.badge,
        "witnesses": [one.badge for one in burnt.confirmers],
        "staged_leaf": staged.leaf,
        "burnt_leaf": burnt.leaf,
    }
