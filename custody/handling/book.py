"""Booking a slot at a plant: asked for, confirmed by the plant, cancelled, missed, or taken in an emergency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from custody.burning.errors import (
    InvalidSlot,
    NotRequisitionable,
    OwnSession,
    PlantClosed,
    SessionBegun,
    SlotTaken,
    WeekFull,
)
from custody.burning.hours import week_of
from custody.burning.models import LIVE, Permit, Session, SessionQuerySet
from custody.burning.projection import ASKED, SCANS, fold_session
from custody.burning.queries import permit_in_force
from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, moment, place, session, text
from custody.handling.desk import Desk
from custody.handling.sessions import AT_KILN, Slot
from custody.kit import clock, grams, ids
from custody.ledger.events import Subject
from custody.places.models import Place, PlaceKind
from custody.seizures.models import Exhibit

#: Longer than that is a slip of the pen: a plant is booked by the shift.
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class BookSession(Command):
    """Book session: ask a plant for a slot to burn in."""

    plant: str = place("Plant", PlaceKind.PLANT)
    starts_at: datetime = moment("From")
    ends_at: datetime = moment("To")


@act("book_session", "session.asked", BookSession)
def book_session(desk: Desk, command: BookSession) -> None:
    """One event on the new session.

    Raises:
        InvalidSlot, NoPermit, PlantClosed, WeekFull, SlotTaken: there is no such slot.
    """
    plant, permit = _slot(desk, command.plant, command.starts_at, command.ends_at)
    if not permit.hours.cover(command.starts_at, command.ends_at):
        raise PlantClosed(
            field="starts_at",
            plant=plant.code,
            start=clock.to_text(command.starts_at),
            end=clock.to_text(command.ends_at),
            permit=permit.code,
            hours=permit.hours.in_words,
        )
    since, until = week_of(command.starts_at)
    booked = _kept(plant).filter(starts_at__gte=since, starts_at__lt=until).count()
    if booked >= permit.sessions_per_week:
        raise WeekFull(
            field="starts_at",
            plant=plant.code,
            booked=booked,
            permit=permit.code,
            most=permit.sessions_per_week,
        )
    _put_down(desk, "session.asked", plant, permit, command.starts_at, command.ends_at)


@dataclass(frozen=True, kw_only=True)
class Requisition(Command):
    """Requisition: take a slot at a plant in an emergency, whatever its hours."""

    plant: str = place("Plant", PlaceKind.PLANT)
    starts_at: datetime = moment("From")
    ends_at: datetime = moment("To")
    reason: str = text("What the emergency is")


@act("requisition", "session.requisitioned", Requisition)
def requisition(desk: Desk, command: Requisition) -> None:
    """One event on the new session, which needs no consent of the plant. Its permit still counts, but for hours and weeks.

    Raises:
        InvalidSlot, NoPermit, SlotTaken: there is no such slot.
        NotRequisitionable: by its permit the plant cannot be taken so.
    """
    plant, permit = _slot(desk, command.plant, command.starts_at, command.ends_at)
    if not permit.requisitionable:
        raise NotRequisitionable(field="plant", plant=plant.code, permit=permit.code)
    _put_down(
        desk,
        "session.requisitioned",
        plant,
        permit,
        command.starts_at,
        command.ends_at,
        reason=desk.text("reason", command.reason),
    )


def _slot(desk: Desk, code: str, start: datetime, end: datetime) -> tuple[Place, Permit]:
    """The plant, held against any other booking, and its permit, if nothing else is booked there then."""
    for field, wrong, why in (
        ("ends_at", end <= start, "it ends before it begins"),
        ("ends_at", end - start > LONGEST, "it is longer than 24 hours"),
        ("ends_at", end <= desk.at, "it is over already"),
    ):
        if wrong:
            raise InvalidSlot(field=field, why=why)
    plant = lookups.place(code, PlaceKind.PLANT, field="plant")
    # Exhibits refer to the place all the time, and are not kept waiting by this.
    Place.objects.select_for_update(no_key=True).get(pk=plant.code)
    permit = permit_in_force(plant.code, start, end)
    taken = _kept(plant).during(start, end).order_by("starts_at").first()
    if taken is not None:
        raise SlotTaken(
            field="starts_at",
            plant=plant.code,
            start=clock.to_text(taken.starts_at),
            end=clock.to_text(taken.ends_at),
        )
    return plant, permit


def _kept(plant: Place) -> SessionQuerySet:
    return Session.objects.filter(plant=plant).kept()


def _put_down(
    desk: Desk,
    kind: str,
    plant: Place,
    permit: Permit,
    start: datetime,
    end: datetime,
    **more: dict[str, str],
) -> None:
    payload = {
        "plant": plant.code,
        "starts_at": clock.to_text(start),
        "ends_at": clock.to_text(end),
        "permit": {"code": permit.code, "version": permit.version},
        "cap_grams": grams.to_text(permit.cap_grams),
        "minimum_temperature_celsius": permit.minimum_temperature_celsius,
        "concerns": lookups.concerns(plant.unit),
        **more,
    }
    event = desk.record_on(Subject("session", str(ids.new_id())), kind, payload, None)
    desk.alongside(lambda: Session(**fold_session(None, event)).save(force_insert=True))


@dataclass(frozen=True, kw_only=True)
class ConfirmSession(Command):
    """Confirm session: promise the slot, for the plant."""

    session: UUID = session()


@act("confirm_session", "session.confirmed", ConfirmSession)
def confirm_session(desk: Desk, command: ConfirmSession) -> None:
    """One event on the session, by somebody of the plant who did not ask for it.

    Raises:
        NotYourPlace, OwnSession: the actor is not the one to promise it.
        NoPermit: the permit has changed since, and does not hold then.
    """
    slot = Slot.locked(desk, command.session)
    slot.require(ASKED, what="confirming it")
    lookups.require_keeper(slot.row.plant, desk.actor, field="session")
    if slot.row.asked_by_id == desk.actor.badge:
        raise OwnSession(badge=desk.actor.badge, plant=slot.row.plant_id)
    permit_in_force(slot.row.plant_id, slot.row.starts_at, slot.row.ends_at)
    slot.record("session.confirmed", {})


@dataclass(frozen=True, kw_only=True)
class CancelSession(Command):
    """Cancel session: give a slot back before anything is burnt in it."""

    session: UUID = session()
    reason: str = text("Why")


@act("cancel_session", "session.cancelled", CancelSession)
def cancel_session(desk: Desk, command: CancelSession) -> None:
    """One event on the session; its units are free for another."""
    _end(desk, command.session, "session.cancelled", command.reason, what="cancelling it")


@dataclass(frozen=True, kw_only=True)
class MissSession(Command):
    """Miss session: say that a slot passed unused, and why."""

    session: UUID = session()
    reason: str = text("Why")


@act("miss_session", "session.missed", MissSession)
def miss_session(desk: Desk, command: MissSession) -> None:
    """One event on the session; its units are free for another.

    Raises:
        InvalidSlot: it has not begun: it is cancelled instead.
    """
    slot = _end(desk, command.session, "session.missed", command.reason, what="missing it")
    if desk.at < slot.row.starts_at:
        raise InvalidSlot(field="session", why="it has not begun, and can be cancelled")


def _end(desk: Desk, session_id: UUID, kind: str, reason: str, *, what: str) -> Slot:
    slot = Slot.locked(desk, session_id)
    slot.require(*LIVE, what=what)
    scanned = {one for scan in SCANS for one in slot.columns[scan]}
    there = Exhibit.objects.filter(pk__in=scanned, stage__in=[one.value for one in AT_KILN])
    begun = there.order_by("label").first()
    if begun is not None:
        raise SessionBegun(field="session", label=begun.label, session=slot.row.id)
    slot.record(kind, {"reason": desk.text("reason", reason)})
    return slot
