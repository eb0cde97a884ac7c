"""Holds: a reason not to destroy, in force until whoever placed it lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from custody.handling.acts import act
from custody.handling.commands import Command, Kind, described, labels, text
from custody.handling.desk import Desk
from custody.handling.errors import (
    AlreadyEnded,
    NotTogether,
    NotYourDecision,
    UnknownHold,
)
from custody.kit import ids
from custody.law.models import Hold
from custody.law.projection import fold_hold
from custody.ledger.events import Subject
from custody.seizures.lifecycle import LIVE
from custody.seizures.models import Exhibit


@dataclass(frozen=True, kw_only=True)
class PlaceHold(Command):
    """Place hold: keep units from destruction."""

    exhibits: tuple[str, ...] = labels()
    reason: str = text("Why")


@act("place_hold", "hold.placed", PlaceHold)
def place_hold(desk: Desk, command: PlaceHold) -> None:
    """One event on the hold, one on each unit; a unit inside a container keeps the whole of it."""
    units = desk.enclosing(command.exhibits)
    for other in units[1:]:
        if other.seizure_id != units[0].seizure_id:
            raise NotTogether(
                field="exhibits",
                first=units[0].label,
                second=other.label,
                why="a hold is about one seizure",
            )
    hold_id = ids.new_id()
    payload = {
        "hold": str(hold_id),
        "seizure": str(units[0].seizure_id),
        "exhibits": [str(unit.id) for unit in units],
        "reason": desk.text("reason", command.reason),
    }
    event = desk.record_on(Subject("hold", str(hold_id)), "hold.placed", payload, None)
    for unit in units:
        desk.record(unit, "hold.placed", {"hold": str(hold_id), "reason": payload["reason"]})
    desk.alongside(lambda: Hold(**fold_hold(None, event)).save(force_insert=True))


@dataclass(frozen=True, kw_only=True)
class LiftHold(Command):
    """Lift hold: end a hold, on every unit that it came down to."""

    hold: UUID = described(Kind.IDENTIFIER, "Hold")
    reason: str = text("Why")


@act("lift_hold", "hold.lifted", LiftHold)
def lift_hold(desk: Desk, command: LiftHold) -> None:
    """One event on the hold, one on each unit that bears it, parts and unpacked units included."""
    hold = (
        Hold.objects.visible_to(desk.actor)
        .select_related("placed_by__unit")
        .select_for_update(of=("self",))
        .filter(pk=command.hold)
        .first()
    )
    if hold is None:
        raise UnknownHold(field="hold", hold=command.hold)
    if hold.lifted_at:
        raise AlreadyEnded(field="hold", what="The hold", state="lifted")
    agency = hold.placed_by.unit.agency_id
    if agency != desk.actor.unit.agency_id:
        raise NotYourDecision(field="hold", what="The hold", agency=agency)
    columns = {field.attname: getattr(hold, field.attname) for field in Hold._meta.concrete_fields}
    payload = {"hold": str(hold.id), "reason": desk.text("reason", command.reason)}
    event = desk.record_on(
        Subject("hold", str(hold.id)),
        "hold.lifted",
        payload,
        hold.head,
        name="the hold",
        last_at=hold.placed_at,
    )
    bearers = Exhibit.objects.filter(
        holds__contains=[hold.id], stage__in=[stage.value for stage in LIVE]
    )
    for unit in desk.locked(list(bearers.values_list("pk", flat=True))):
        desk.record(unit, "hold.lifted", payload)
    desk.alongside(lambda: Hold(**fold_hold(columns, event)).save(force_update=True))
