"""Asking for plans, stopping and accepting them. Only accepting one does anything, and that by acts of who accepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from custody.burning.models import Session
from custody.handling.book import BookSession
from custody.handling.holding import hold, visible_ids
from custody.handling.models import RequestKey
from custody.handling.plan_session import PlanSession
from custody.handling.record import Receipt, perform
from custody.kit import clock, ids
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Right
from custody.planning.errors import (
    InvalidCatch,
    InvalidHorizon,
    NothingAsked,
    PlanEnded,
    PlanNotReady,
    StillThinking,
    TooManyQuestions,
    UnknownPlan,
)
from custody.planning.models import (
    READY,
    UNDER_WAY,
    WHAT_IF,
    SessionPlan,
    SessionPlanQuerySet,
    State,
)
from custody.planning.queries import LONGEST
from custody.seizures.models import Exhibit

#: A worker that plans does nothing else meanwhile.
MOST_SECONDS = 120
#: More was never caught at once, by far.
MOST_KILOGRAMS = 100_000
#: One job thinks for everybody: of one officer so many plans wait for it, and one question.
PLANS_UNDER_WAY, QUESTIONS_UNDER_WAY = 5, 1
QUESTIONS_AN_HOUR = 20
_HOUR = timedelta(hours=1)


@transaction.atomic
def ask(
    actor: Officer,
    *,
    days: int,
    seconds: int,
    as_of: datetime | None = None,
    plan_id: UUID | None = None,
) -> SessionPlan:
    """Ask for a plan; a job makes it.

    Args:
        actor: who oversees: the plan is about what they may see.
        days: how far ahead it looks.
        seconds: how long the planner may look for a better one.
        as_of: from when on; now, unless told.
        plan_id: the id to keep it under; a new one, unless told.

    Raises:
        RightMissing, InvalidHorizon: there is no such plan for this officer.
        StillThinking: too many of theirs wait already.
    """
    actor.require(Right.OVERSEE)
    _between("days", days, 1, LONGEST.days)
    _between("seconds", seconds, 1, MOST_SECONDS)
    _require_turn(actor, SessionPlan.objects.plans(), PLANS_UNDER_WAY)
    now = clock.now()
    return SessionPlan.objects.create(
        id=plan_id or ids.new_id(),
        asked_by=actor,
        asked_at=now,
        as_of=as_of or now,
        days=days,
        seconds=seconds,
    )


@transaction.atomic
def ask_what_if(
    actor: Officer,
    *,
    days: int,
    seconds: int,
    catch_kilograms: int,
    another_crew: bool,
    another_plant: bool,
) -> SessionPlan:
    """Ask what would become of the days to come; a job thinks them through.

    Args:
        actor: who oversees: the question is about what they may see.
        days: how far ahead it looks.
        seconds: how long the planner may think, all mornings together.
        catch_kilograms: caught tonight; 0 for none.
        another_crew, another_plant: what it would be worth to have them.

    Raises:
        RightMissing, InvalidHorizon, NothingAsked: there is no such question for this officer.
        StillThinking, TooManyQuestions: it is not their turn.
    """
    actor.require(Right.OVERSEE)
    _between("days", days, 1, LONGEST.days)
    _between("seconds", seconds, 1, MOST_SECONDS)
    if not (catch_kilograms or another_crew or another_plant):
        raise NothingAsked(field="catch_kilograms")
    if not 0 <= catch_kilograms <= MOST_KILOGRAMS:
        raise InvalidCatch(field="catch_kilograms", most=MOST_KILOGRAMS, given=catch_kilograms)
    _require_turn(actor, SessionPlan.objects.what_ifs(), QUESTIONS_UNDER_WAY)
    now = clock.now()
    lately = SessionPlan.objects.what_ifs().filter(asked_by=actor, asked_at__gt=now - _HOUR)
    first = lately.order_by("-asked_at")[QUESTIONS_AN_HOUR - 1 : QUESTIONS_AN_HOUR].first()
    if first is not None:
        minutes = (first.asked_at + _HOUR - now) // timedelta(minutes=1) + 1
        raise TooManyQuestions(most=QUESTIONS_AN_HOUR, minutes=minutes)
    return SessionPlan.objects.create(
        id=ids.new_id(),
        asked_by=actor,
        asked_at=now,
        as_of=now,
        days=days,
        seconds=seconds,
        proposal={
            "format": WHAT_IF,
            "asked": {
                "catch_kilograms": catch_kilograms,
                "another_crew": another_crew,
                "another_plant": another_plant,
            },
            "courses": [],
        },
    )


@transaction.atomic
def stop(actor: Officer, plan_id: UUID) -> SessionPlan:
    """Let the planner stop: what it has found by then is the proposal, or the answer.

    Raises:
        UnknownPlan, PlanEnded: there is nothing to stop.
    """
    row = _locked(SessionPlan.objects.visible_to(actor), plan_id)
    if row.state not in UNDER_WAY:
        raise PlanEnded(plan=row.id, state=row.state)
    row.stop_asked = True
    row.save(update_fields=["stop_asked"])
    return row


@transaction.atomic
def accept(actor: Officer, plan_id: UUID) -> SessionPlan:
    """Book what is not booked yet, and plan each session as the proposal says: acts of the actor, all of them or none.

    What people planned into a session before stays in it. What has changed since the proposal was made, the acts judge.

    Raises:
        UnknownPlan, PlanNotReady: there is nothing to accept.
        CustodyError: an act is refused; it says why.
    """
    row = _locked(SessionPlan.objects.visible_to(actor).plans(), plan_id)
    if row.state not in READY or row.proposal is None:
        raise PlanNotReady(plan=row.id, state=row.state)
    hold_for(actor, row.id, row.proposal["sessions"])
    for told in row.proposal["sessions"]:
        _plan(actor, row.id, told)
    row.state, row.accepted_at = State.ACCEPTED, clock.now()
    row.save(update_fields=["state", "accepted_at"])
    return row


def _plan(actor: Officer, plan_id: UUID, told: Mapping[str, Any]) -> None:
    name = told["session"]
    session = UUID(name) if told["booked"] else book(actor, plan_id, told)
    row = Session.objects.get(pk=session)
    # The act replaces what was planned: whatever people put there meanwhile stays there, or the act refuses it all.
    # What others put there and the actor does not see, the act leaves where it is.
    seen = Exhibit.objects.visible_to(actor).filter(pk__in=row.units)
    there = seen.values_list("label", flat=True)
    labels = tuple(sorted({*there, *(one["unit"] for one in told["units"])}))
    fetched = bool(told["fetch"])
    crew = row.crew_id or (told["crew"] if fetched else None)
    vehicle = row.vehicle_id or (told["vehicle"] if fetched else None)
    if set(there) == set(labels) and (crew, vehicle) == (row.crew_id, row.vehicle_id):
        return
    perform(
        actor,
        PlanSession(session=session, exhibits=labels, crew=crew, vehicle=vehicle),
        key=str(uuid5(plan_id, f"plan {name}")),
    )


def hold_for(
    actor: Officer,
    plan_id: UUID,
    several: Collection[Mapping[str, Any]],
    *,
    sessions: Collection[UUID] = (),
    units: Collection[UUID] = (),
) -> dict[UUID, Session]:
    """Hold what recording these sessions of a proposal needs, and these sessions and units; the sessions by id.

    All of it before the first slot is booked: from then on the ledger is held, and who holds it waits for nobody.
    """
    slots = [told for told in several if not told["booked"]]
    keys = [_booking(plan_id, told) for told in slots]
    acts = RequestKey.objects.filter(officer=actor, key__in=keys).values_list("act_id", flat=True)
    entries = Entry.objects.filter(act_id__in=list(acts), subject_type="session")
    return hold(
        actor,
        plants={told["plant"] for told in slots},
        sessions={
            *sessions,
            *(UUID(told["session"]) for told in several if told["booked"]),
            *(UUID(one) for one in entries.values_list("subject_id", flat=True)),
        },
        units={
            *units,
            *visible_ids(actor, (one["unit"] for told in several for one in told["units"])),
        },
        crews={told["crew"] for told in several},
        vehicles={told["vehicle"] for told in several},
    )


def _booking(plan_id: UUID, told: Mapping[str, Any]) -> str:
    """The key under which a slot of a proposal is booked, once."""
    return str(uuid5(plan_id, f"book {told['session']}"))


def book(actor: Officer, plan_id: UUID, told: Mapping[str, Any]) -> UUID:
    """Book a slot as a proposal tells of it, once; the session's id.

    Raises:
        CustodyError: the act is refused; it says why.
    """
    receipt = perform(
        actor,
        BookSession(
            plant=told["plant"],
            starts_at=datetime.fromisoformat(told["starts_at"]),
            ends_at=datetime.fromisoformat(told["ends_at"]),
        ),
        key=_booking(plan_id, told),
    )
    assert isinstance(receipt, Receipt)
    return UUID(receipt.lines[0].subject_id)


def _locked(rows: SessionPlanQuerySet, plan_id: UUID) -> SessionPlan:
    found = rows.select_for_update().filter(pk=plan_id).first()
    if found is None:
        raise UnknownPlan(plan=plan_id)
    return found


def _require_turn(actor: Officer, rows: SessionPlanQuerySet, most: int) -> None:
    """Pass if fewer than so many of these are under way for an officer, who asks for one at a time.

    Raises:
        StillThinking: so many are.
    """
    Officer.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    count = rows.filter(asked_by=actor, state__in=UNDER_WAY).count()
    if count >= most:
        raise StillThinking(count=count)


def _between(name: str, given: int, least: int, most: int) -> None:
    if not least <= given <= most:
        raise InvalidHorizon(field=name, least=least, most=most, unit=name, given=given)


def until(row: SessionPlan) -> datetime:
    """The end of what a plan is for."""
    return row.as_of + timedelta(days=row.days)
