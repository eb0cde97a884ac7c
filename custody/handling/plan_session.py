"""Planning a session: which units are burnt in it, who brings them, and in what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from custody.burning.errors import (
    CrewUnavailable,
    NotToBurn,
    OverCapacity,
    StillAtKiln,
    TwoSessionsAtOnce,
    UnknownCrew,
    UnknownVehicle,
)
from custody.burning.models import LIVE, Crew, Session, SessionQuerySet, VehicleCapacity
from custody.burning.projection import SCANS
from custody.burning.queries import permit_in_force
from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, code, labels, place, session
from custody.handling.desk import Desk
from custody.handling.holding import hold, visible_ids
from custody.handling.sessions import AT_KILN, Slot, load_of, require_fit, require_unclaimed
from custody.kit import clock, grams
from custody.kit.sentences import Sentence
from custody.people.models import Unit
from custody.places.models import PlaceKind
from custody.seizures.lifecycle import LIVE as LIVE_STAGES
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit
from custody.seizures.states import ExhibitState

#: In place of the label of a unit that is not the actor's to see.
UNSEEN = Sentence("a unit that you do not see")


@dataclass(frozen=True, kw_only=True)
class PlanSession(Command):
    """Plan session: say which units are burnt in it, all of them; it replaces what was planned."""

    session: UUID = session()
    exhibits: tuple[str, ...] = labels()
    crew: str | None = code("Crew", required=False)
    vehicle: str | None = place("Vehicle", PlaceKind.VEHICLE, required=False)


@act("plan_session", "session.planned", PlanSession)
def plan_session(desk: Desk, command: PlanSession) -> None:
    """One event on the session. What arrived unexpected is let in by planning it; what never came, by leaving it out.

    Raises:
        NotToBurn, InAnotherSession: a unit cannot be burnt in it.
        StillAtKiln: one is left out that was scanned and is there.
        NoPermit, NotWeighed, OverCap: it is more than the plant may burn.
        UnknownCrew, CrewUnavailable, UnknownVehicle, OverCapacity, TwoSessionsAtOnce: it cannot be brought so.
    """
    hold(
        desk.actor,
        sessions=[command.session],
        units=visible_ids(desk.actor, command.exhibits),
        crews=[command.crew],
        vehicles=[command.vehicle],
    )
    # who plans nothing into a slot of others takes it for themselves, and could cancel it
    slot = Slot.locked(desk, command.session, offered=bool(command.exhibits))
    slot.require(*LIVE, what="planning it")
    crew = _crew(desk, slot, command.crew) if command.crew else None
    vehicle = _vehicle(desk, slot, command.vehicle) if command.vehicle else None
    own = desk.units(command.exhibits)
    for unit in own:
        _require_burnable(slot, unit)
    require_unclaimed(own, slot, field="exhibits")
    # the unit that is one too many is named: those that the actor named come last
    units = [*_unseen(desk, slot), *own]
    loads = [load_of(unit) for unit in units]
    permit = permit_in_force(slot.row.plant_id, slot.row.starts_at, slot.row.ends_at)
    require_fit(permit, loads, field="exhibits")
    total = sum(
        (
            load.grams
            for unit, load in zip(units, loads, strict=True)
            if unit.place_id != slot.row.plant_id
        ),
        Decimal(0),
    )
    if vehicle and total > vehicle.capacity_grams:
        raise OverCapacity(
            field="vehicle",
            vehicle=vehicle.place_id,
            most=grams.to_text(vehicle.capacity_grams),
            grams=grams.to_text(total),
        )
    bringing: list[Unit] = [
        *([crew.unit] if crew else []),
        *([vehicle.place.unit] if vehicle else []),
    ]
    slot.record(
        "session.planned",
        {
            "units": sorted(str(unit.id) for unit in units),
            "crew": crew.code if crew else None,
            "vehicle": vehicle.place_id if vehicle else None,
            "released": _released(desk, slot, units),
            "concerns": lookups.concerns(*bringing),
        },
    )


def _unseen(desk: Desk, slot: Slot) -> list[ExhibitState]:
    """What others planned that the actor may not see stays planned: nobody leaves out what they do not know of.

    No refusal names it. Whether another session claims it was judged as they planned it, and is at the kiln.
    """
    planned = set(slot.columns["units"])
    units = desk.locked(sorted(planned - _visible(desk, planned)))
    return [replace(unit, label=UNSEEN) for unit in units if _burnable(slot, unit)]


def _visible(desk: Desk, units: Collection[UUID]) -> set[UUID]:
    seen = Exhibit.objects.visible_to(desk.actor).filter(pk__in=units)
    return set(seen.values_list("pk", flat=True))


def _burnable(slot: Slot, unit: ExhibitState) -> bool:
    """Whether the unit may yet come to the kiln, or came to it in this very session."""
    coming = unit.stage in LIVE_STAGES - AT_KILN - {Stage.MISSING}
    return coming or (unit.stage in AT_KILN and unit.id in slot.columns["staged"])


def _require_burnable(slot: Slot, unit: ExhibitState) -> None:
    if not _burnable(slot, unit):
        raise NotToBurn(field="exhibits", label=unit.label, stage=unit.stage.value)


def _released(desk: Desk, slot: Slot, units: list[ExhibitState]) -> list[str]:
    """What was scanned in the session, is left out of its plan, and is at the kiln no more by its own record."""
    scanned = {one for scan in SCANS for one in slot.columns[scan]}
    left_out = scanned - {unit.id for unit in units}
    seen = _visible(desk, left_out)
    for unit in desk.locked(sorted(left_out)):
        if unit.stage in AT_KILN:
            label = unit.label if unit.id in seen else UNSEEN
            raise StillAtKiln(field="exhibits", label=label, stage=unit.stage.value)
    return sorted(str(one) for one in left_out)


def _crew(desk: Desk, slot: Slot, name: str) -> Crew:
    rows = Crew.objects.visible_to(desk.actor).select_related("unit")
    found = rows.select_for_update(of=("self",), no_key=True).filter(pk=name).first()
    if found is None:
        raise UnknownCrew(field="crew", crew=name)
    start, end = slot.row.starts_at, slot.row.ends_at
    if not found.available(start, end):
        raise CrewUnavailable(
            field="crew",
            crew=found.code,
            start=clock.to_text(start),
            end=clock.to_text(end),
            since=found.valid_from,
            until=found.valid_until or "further notice",
            hours=found.windows.in_words,
        )
    _require_alone(slot, Session.objects.filter(crew=found), found.code, field="crew")
    return found


def _vehicle(desk: Desk, slot: Slot, name: str) -> VehicleCapacity:
    rows = VehicleCapacity.objects.visible_to(desk.actor).select_related("place__unit")
    found = rows.select_for_update(of=("self",), no_key=True).filter(pk=name).first()
    if found is None:
        raise UnknownVehicle(field="vehicle", vehicle=name)
    _require_alone(
        slot, Session.objects.filter(vehicle=found), str(found.place_id), field="vehicle"
    )
    return found


def _require_alone(slot: Slot, sessions: SessionQuerySet, what: str, *, field: str) -> None:
    """Pass if nothing else has it at that time."""
    row = slot.row
    others = sessions.live().during(row.starts_at, row.ends_at).exclude(pk=row.id)
    other = others.order_by("starts_at").first()
    if other is not None:
        raise TwoSessionsAtOnce(field=field, what=what, session=other.id)
