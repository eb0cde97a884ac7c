"""Units moved between sessions: tried out first, then recorded, all of it or nothing.

A session's plan is replaced whole by each act that plans it. So what is tried out is a draft, and what is recorded is
one plan for each session that loses units and one for each that gets some: at most two events a session, however many
units were moved to and fro.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from custody.burning.errors import UnknownSession
from custody.burning.models import Session
from custody.burning.queries import claims
from custody.handling.batch import ActsRefused, Item, perform_batch
from custody.handling.holding import hold
from custody.handling.models import RequestKey
from custody.handling.plan_session import PlanSession
from custody.handling.record import once, refusals
from custody.kit import clock
from custody.kit.sentences import Sentence, joined
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Right
from custody.planning.errors import MayNotBurn, MovedMeanwhile, UnknownPlan
from custody.planning.models import SessionPlan
from custody.planning.queries import standing_in_the_way
from custody.planning.rules import Problem, Reason, Slot, Unit
from custody.planning.services import book, hold_for
from custody.seizures.labels import UnknownLabel
from custody.seizures.models import Exhibit, ExhibitQuerySet

#: Where a unit is that is in no session.
NOWHERE = ""


@dataclass(frozen=True)
class Move:
    """A unit by its label, where the mover saw it, and where it shall be: sessions' ids, or :data:`NOWHERE`.

    The name of a slot that a proposal would have booked stands for a session that is booked by moving something there.
    """

    unit: str
    source: str
    target: str


# --- trying out


def why_not(
    unit: Unit, slot: Slot, inside: Iterable[Unit], vehicle_grams: int | None = None
) -> Reason | None:
    """What keeps a unit from burning in a session beside those that are in it; None if nothing does. Pure.

    Args:
        vehicle_grams: what the vehicle carries that is planned for it, if one is.
    """
    if unit.obstacles:
        return unit.obstacles[0]
    if unit.available_from is None or unit.available_from > slot.starts_at:
        return Reason("not_ready", "it may not burn yet when that session starts")
    there = list(inside)
    for cap in slot.caps:
        if cap.covers(unit.substance, unit.form):
            load = sum(one.grams for one in there if cap.covers(one.substance, one.form))
            if load + unit.grams > cap.grams:
                return Reason(
                    "over_cap", "with it the session would be over what its permit allows"
                )
    if not any(cap.covers(unit.substance, unit.form) for cap in slot.caps):
        return Reason("not_admitted", "the permit of that plant does not take it")
    if vehicle_grams is not None and unit.place != slot.plant:
        load = sum(one.grams for one in there if one.place != slot.plant)
        if load + unit.grams > vehicle_grams:
            return Reason("over_vehicle_capacity", "the vehicle that is planned carries no more")
    return None


def tried(
    problem: Problem,
    moves: Sequence[Move],
    vehicles: Mapping[str, int],
    slots: Sequence[Slot] | None = None,
) -> tuple[dict[str, str], dict[str, Reason]]:
    """Where the units are after these moves, by label, and why those of them stay that cannot be moved. Pure.

    What leaves makes room first, whatever the order.

    Args:
        vehicles: grams that the vehicle carries that is planned for a session, by its id.
        slots: the sessions that there are to choose from; those of the problem, unless told.
    """
    by_id = {one.id: one for one in (problem.slots if slots is None else slots)}
    units = {one.label: one for one in problem.units}
    refused: dict[str, Reason] = {}
    while True:
        # What is put back takes up the room that it had: so it is tried again without it.
        left = [move for move in moves if move.unit in units and move.unit not in refused]
        placed, more = _placed(units, left, by_id, vehicles)
        if not more:
            return placed, refused
        refused |= more


def _placed(
    units: Mapping[str, Unit],
    moves: Sequence[Move],
    slots: Mapping[str, Slot],
    vehicles: Mapping[str, int],
) -> tuple[dict[str, str], dict[str, Reason]]:
    placed = {label: one.fixed for label, one in units.items() if one.fixed is not None}
    refused: dict[str, Reason] = {}
    for move in moves:
        placed.pop(move.unit, None)
    for move in moves:
        if move.target == NOWHERE:
            continue
        inside = [units[label] for label, where in placed.items() if where == move.target]
        reason = (
            why_not(units[move.unit], slots[move.target], inside, vehicles.get(move.target))
            if move.target in slots
            else Reason("unknown_session", "that session is not there any more")
        )
        if reason is None:
            placed[move.unit] = move.target
        else:
            refused[move.unit] = reason
    return placed, refused


# --- recording


def record_moves(
    actor: Officer, moves: Sequence[Move], *, key: str, plan_id: UUID | None = None
) -> list[int]:
    """Plan every session that these moves are about, by acts of the actor; the places of the events in the ledger.

    Everything that others planned meanwhile stays: a unit is taken out of where the mover saw it, or all is refused.

    Args:
        key: the caller's key for this request; the same again gives the same answer.
        plan_id: the proposal of the actor whose slots may be named, and whose crews fetch where none is planned.

    Raises:
        RightMissing: the actor plans no sessions.
        MovedMeanwhile: a unit is not where the mover saw it.
        MayNotBurn: the law keeps one from burning in that session, as far as it is known today.
        UnknownSession, UnknownLabel, UnknownPlan: something is not the actor's to see.
        CustodyError: an act is refused; it says why.
    """
    actor.require(Right.BOOK)
    told = ["move_units", sorted([one.unit, one.source, one.target] for one in moves)]
    with refusals(actor, "plan_session"):
        return once(
            actor,
            key,
            told,
            lambda act_id: _Recording(actor, moves, act_id, plan_id).run(),
            lambda act_id: _told(actor, act_id),
        )


def _told(actor: Officer, act_id: UUID) -> list[int]:
    acts = RequestKey.objects.get(officer=actor, key=_key(act_id)).acts
    return list(Entry.objects.filter(act_id__in=acts).order_by("seq").values_list("seq", flat=True))


def _key(act_id: UUID) -> str:
    return str(uuid5(act_id, "plans of sessions"))


class _Recording:
    """Moves while they are recorded; all that they are about is held before anything is looked at."""

    def __init__(
        self, actor: Officer, moves: Sequence[Move], act_id: UUID, plan_id: UUID | None
    ) -> None:
        self.actor, self.moves, self.act_id = actor, moves, act_id
        self.plan_id = plan_id
        self.proposed = _proposed(actor, plan_id) if plan_id else {}
        self.slots = {name for name, told in self.proposed.items() if not told["booked"]}
        labels = {one.unit for one in moves}
        seen = Exhibit.objects.visible_to(actor).filter(label__in=labels)
        self.rows = self._held({where for one in moves for where in (one.source, one.target)}, seen)
        self.units = {row.label: row for row in seen.all()}
        for label in sorted(labels - self.units.keys()):
            raise UnknownLabel(field="exhibits", label=label)

    def run(self) -> list[int]:
        self._require_there()
        sources = dict.fromkeys(one.source for one in self.moves if one.source != NOWHERE)
        plans = [self._plan(self.rows[one], self._staying(one)) for one in sources]
        for target in dict.fromkeys(one.target for one in self.moves if one.target != NOWHERE):
            coming = [self.units[one.unit] for one in self.moves if one.target == target]
            told, new = self.proposed.get(target), target in self.slots
            row = self._booked(told) if told and new else self.rows[target]
            self._require_lawful(coming, row)
            staying = set(row.units) if new else self._staying(target)
            plans.append(self._plan(row, {*staying, *(one.id for one in coming)}, told))
        # As one batch: the ledger is held only at the end, and nobody waits for anything while it is.
        items = [Item(one) for one in plans]
        try:
            perform_batch(self.actor, items, key=_key(self.act_id))
        except ActsRefused as refused:
            raise refused.faults[0][1] from refused
        return _told(self.actor, self.act_id)

    def _staying(self, session: str) -> set[UUID]:
        gone = {self.units[one.unit].id for one in self.moves if one.source == session}
        return set(self.rows[session].units) - gone

    def _held(self, names: Collection[str], seen: ExhibitQuerySet) -> dict[str, Session]:
        told = [self.proposed[one] for one in names if one in self.proposed]
        booked = {one for one in map(_identifier, {*names} - self.slots) if one}
        units = list(seen.values_list("pk", flat=True))
        found = (
            hold_for(self.actor, self.plan_id, told, sessions=booked, units=units)
            if self.plan_id
            else hold(self.actor, sessions=booked, units=units)
        )
        rows = {str(row.id): row for row in found.values()}
        for name in sorted({*names} - {NOWHERE} - self.slots - rows.keys()):
            raise UnknownSession(field="session", session=name)
        return rows

    def _require_there(self) -> None:
        """Pass if each unit is where its mover saw it.

        Raises:
            MovedMeanwhile: one is not.
        """
        claimed = claims([row.id for row in self.units.values()])
        for move in self.moves:
            there = claimed.get(self.units[move.unit].id)
            if (str(there.id) if there else NOWHERE) != move.source:
                where = Sentence("in no session")
                if there:
                    where = Sentence(
                        "in the session of {plant} on {start} UTC",
                        plant=there.plant_id,
                        start=f"{there.starts_at:%Y-%m-%d, %H:%M}",
                    )
                raise MovedMeanwhile(field="exhibits", label=move.unit, where=where)

    def _require_lawful(self, coming: Sequence[Exhibit], row: Session) -> None:
        against = standing_in_the_way(coming, row.starts_at, clock.now())
        for unit in coming:
            if missing := against.get(unit.id):
                raise MayNotBurn(
                    field="exhibits",
                    label=unit.label,
                    start=f"{row.starts_at:%Y-%m-%d, %H:%M} UTC",
                    missing=joined([one.text for one in missing], "; "),
                )

    def _booked(self, told: Mapping[str, Any]) -> Session:
        assert self.plan_id is not None
        return Session.objects.get(pk=book(self.actor, self.plan_id, told))

    def _plan(
        self, row: Session, units: Collection[UUID], told: Mapping[str, Any] | None = None
    ) -> PlanSession:
        # What others planned and the actor does not see, the act leaves where it is.
        seen = Exhibit.objects.visible_to(self.actor).filter(pk__in=units)
        # Who shall fetch what is proposed for a session goes with it, where nobody is planned to.
        fetched = told if told and told["fetch"] else {}
        return PlanSession(
            session=row.id,
            exhibits=tuple(sorted(seen.values_list("label", flat=True))),
            crew=row.crew_id or fetched.get("crew"),
            vehicle=row.vehicle_id or fetched.get("vehicle"),
        )


def _proposed(actor: Officer, plan_id: UUID) -> dict[str, Mapping[str, Any]]:
    """The sessions of a proposal, and the slots that it would book, by their names.

    Raises:
        UnknownPlan: it is not the actor's.
    """
    row = SessionPlan.objects.visible_to(actor).plans().filter(pk=plan_id).first()
    if row is None:
        raise UnknownPlan(plan=plan_id)
    told = (row.proposal or {}).get("sessions", ())
    return {one["session"]: one for one in told}


def _identifier(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
