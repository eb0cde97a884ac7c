"""Clocks follow acts, flags follow clocks.

Whoever locks takes exhibits first, then clocks, then flags, then the ledger. The sweep starts at the clocks
and waits for no exhibit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from custody.deadlines import content as rulebook
from custody.deadlines import policies
from custody.deadlines.errors import (
    FlagEnded,
    OwnFlag,
    PolicyAdoptedMeanwhile,
    PolicyInThePast,
    PolicyOverlaps,
    UnknownFlag,
)
from custody.deadlines.models import Clock, Flag, FlagCause, Policy
from custody.deadlines.rows import FlagBook, clock_state, flag_columns, write_clocks
from custody.deadlines.rules import (
    ClockState,
    Level,
    Standing,
    concerns_clocks,
    fold_clocks,
    replay_clocks,
)
from custody.deadlines.settling import late_seconds, passed, settle
from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger.adoption import ByHead
from custody.ledger.commitments import commit
from custody.ledger.events import Event, Json, Person
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.states import ExhibitState


@dataclass(frozen=True)
class Change:
    """One event on one exhibit, between its states."""

    before: ExhibitState | None
    event: Event
    after: ExhibitState


# --- policies


@transaction.atomic
def adopt_policy(content: Mapping[str, Json], actor: Person, *, base: str | None = None) -> Policy:
    """Adopt a policy: the next version under its code.

    Args:
        content: as :func:`custody.deadlines.flanders.flanders_2024` gives it.
        actor: who adopts it.
        base: the key of the last policy, of which it is a change; None for one that stands by itself.

    Raises:
        InvalidPolicy: it makes no sense; names the field.
        PolicyInThePast, PolicyOverlaps: it would change what holds already.
        PolicyAdoptedMeanwhile: another policy is the last by now.
    """
    policy = rulebook.parse(content)
    # held first and read then: who waited for another adoption has to see it
    list(Policy.objects.select_for_update().order_by("effective_at"))
    rows = list(Policy.objects.order_by("effective_at"))
    last = rows[-1].key if rows else None
    if base not in {None, last}:
        raise PolicyAdoptedMeanwhile(policy=last)
    earliest = clock.now() + clock.AHEAD
    if rows and policy.effective_at < earliest:
        raise PolicyInThePast(field="effective_at", earliest=clock.to_text(earliest))
    for row in rows:
        if row.effective_at == policy.effective_at:
            raise PolicyOverlaps(field="effective_at", code=row.key)
    number = 1 + max((row.number for row in rows if row.code == policy.code), default=0)
    return Policy.adopt(f"{policy.code}/{number}", {**content, "number": number}, actor=actor)


def adopted_policies() -> list[policies.Policy]:
    """Every policy ever adopted, in one query."""
    return [_parse_once(ByHead(row)) for row in Policy.objects.order_by("effective_at")]


@lru_cache(maxsize=64)
def _parse_once(key: ByHead[Policy]) -> policies.Policy:
    return key.row.rules


# --- clocks follow acts


def follow(changes: Sequence[Change], *, actor: Person, now: datetime) -> list[Event]:
    """Let clocks and flags follow events, and write their rows.

    Args:
        changes: in order; of any number of exhibits, all of them locked, each changed by one act.
        actor: who acts.
        now: when it is recorded.

    Returns:
        Events on flags, for the caller to append; each is part of the act that changed its exhibit.
    """
    if not any(concerns_clocks(change.event) for change in changes):
        return []
    policies = adopted_policies()
    born = {change.after.id for change in changes if change.before is None}
    rows = _locked_clocks({change.after.id for change in changes} - born)
    before: dict[UUID, dict[UUID, ClockState]] = {}
    for row in rows.values():
        before.setdefault(row.exhibit_id, {})[row.id] = clock_state(row)
    after = dict(before)
    for change in changes:
        exhibit = change.after.id
        after[exhibit] = fold_clocks(
            after.get(exhibit, {}), change.before, change.event, change.after, policies
        )
    changed = [
        state
        for exhibit, clocks in after.items()
        for state in clocks.values()
        if state != before.get(exhibit, {}).get(state.id)
    ]
    late = {change.event.id: now for change in changes if change.event.late is not None}
    acts = {change.after.id: change.event.act_id for change in changes}
    books = {act: FlagBook(act_id=act, actor=actor, now=now) for act in acts.values()}
    return settle(
        changed,
        before={key: state for clocks in before.values() for key, state in clocks.items()},
        levels={row.id: Level(row.level) for row in rows.values()},
        late=late,
        books={exhibit: books[act] for exhibit, act in acts.items()},
    )


def _locked_clocks(exhibits: Collection[UUID]) -> dict[UUID, Clock]:
    if not exhibits:
        return {}
    found = Clock.objects.filter(exhibit_id__in=exhibits).order_by("id")
    return {row.id: row for row in found.select_for_update()}


def refollow(
    *, exhibit_id: UUID, trail: Sequence[Event], act_id: UUID, actor: Person, now: datetime
) -> list[Event]:
    """Let an exhibit's clocks and flags be what its corrected trail says; flags no longer deserved are annulled.

    Args:
        exhibit_id: the exhibit, locked.
        trail: all its events, the correction included.
        act_id: the act of the correction.
        actor: who corrects.
        now: when it is recorded.

    Returns:
        Events on flags, for the caller to append.
    """
    rows = _locked_clocks([exhibit_id])
    states = replay_clocks(trail, adopted_policies())
    late = _recorded_late(trail, act_id, now)
    book = FlagBook(act_id=act_id, actor=actor, now=now)
    levels: dict[UUID, Level] = {}
    for flag in (
        Flag.objects.filter(exhibit_id=exhibit_id, cause=FlagCause.LIMIT, annulled_at__isnull=True)
        .order_by("fell_due_at", "id")
        .select_for_update()
    ):
        assert flag.clock_id is not None
        state = states.get(flag.clock_id)
        level = Level(flag.level)
        if state is None or not _deserved(state, level, now, late):
            book.follow(flag_columns(flag), "flag.annulled", {"correction": str(trail[-1].id)})
        elif flag.resolved_at is None or state.stopped_at is not None:
            levels[state.id] = max(levels.get(state.id, level), level, key=lambda one: one.rank)
    changed = [
        state
        for state in states.values()
        if state.id not in rows
        or state != clock_state(rows[state.id])
        or rows[state.id].level != levels.get(state.id, Level.IN_TIME)
    ]
    gone = rows.keys() - states.keys()
    annulled = book.write()
    if gone:
        Clock.objects.filter(pk__in=gone).delete()
    settled = settle(
        changed,
        before={},
        levels=levels,
        late=late,
        books={exhibit_id: FlagBook(act_id=act_id, actor=actor, now=now)},
    )
    return [*annulled, *settled]


def _recorded_late(trail: Sequence[Event], act_id: UUID, now: datetime) -> dict[UUID, datetime]:
    """When each late entry of a trail was recorded, by its event's id."""
    late = {event.id: event.act_id for event in trail if event.late is not None}
    known = {event: now for event, act in late.items() if act == act_id}
    if late.keys() - known.keys():
        told = Entry.objects.filter(event_id__in=late.keys() - known.keys())
        known.update(told.values_list("event_id", "recorded_at"))
    return known


def _deserved(
    state: ClockState, level: Level, now: datetime, late: Mapping[UUID, datetime]
) -> bool:
    falls = state.falls(level)
    if falls is None:
        return False
    if state.stopped_at is None or state.suspended:
        return falls <= now
    return level in passed(state, late)


def running_clocks(exhibit_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Json]]]:
    """The clocks that run on these exhibits, as events hand them over; in one query."""
    result: dict[UUID, list[dict[str, Json]]] = {}
    for exhibit_id, name, started_at, pauses in (
        Clock.objects.filter(
            exhibit_id__in=exhibit_ids, stopped_at__isnull=True, standing=Standing.OWN
        )
        .order_by("name")
        .values_list("exhibit_id", "name", "started_at", "pauses")
    ):
        told: dict[str, Json] = {"name": name, "started_at": clock.to_text(started_at)}
        if pauses:
            told["pauses"] = [clock.to_text(moment) for moment in pauses]
        result.setdefault(exhibit_id, []).append(told)
    return result


# --- flags


def raise_flag(
    *,
    exhibit_id: UUID,
    cause: FlagCause,
    source: Event,
    act_id: UUID,
    actor: Person,
    now: datetime,
) -> Event:
    """Raise a flag for supervisors: a discrepancy, or a proposal that came to nothing.

    Args:
        exhibit_id: what it is about.
        cause: which of them.
        source: the event that says it.
        act_id: the act that it is part of.
        actor: who acts.
        now: when it is recorded.

    Returns:
        The event, for the caller to append.
    """
    book = FlagBook(act_id=act_id, actor=actor, now=now)
    event = book.raise_task(exhibit_id, cause, source)
    book.write()
    return event


@transaction.atomic
def acknowledge(officer: Officer, flag_id: UUID, reason: str) -> Flag:
    """Acknowledge a flag, saying why; one with no clock that still runs is ended by it.

    Raises:
        RightMissing: the officer may not.
        UnknownFlag: there is none that the officer may see.
        OwnFlag: the officer recorded what it is about.
        FlagEnded: it was acknowledged, resolved or annulled before.
    """
    officer.require(Right.ACKNOWLEDGE)
    seen = Flag.objects.visible_to(officer).filter(pk=flag_id).first()
    if seen is None:
        raise UnknownFlag(field="flag", flag=flag_id)
    if seen.source and Entry.objects.filter(event_id=seen.source, actor=officer.badge).exists():
        raise OwnFlag(field="flag")
    running = (
        Clock.objects.filter(pk=seen.clock_id).select_for_update().first()
        if seen.clock_id
        else None
    )
    flag = Flag.objects.select_for_update().get(pk=flag_id)
    for state, at in (
        ("annulled", flag.annulled_at),
        ("resolved", flag.resolved_at),
        ("acknowledged", flag.acknowledged_at),
    ):
        if at:
            raise FlagEnded(field="flag", state=state)
    ends = running is None or running.stopped_at is not None
    opening = commit("reason", reason)
    now = clock.now()
    book = FlagBook(act_id=ids.new_id(), actor=officer.person, now=now)
    late = None
    if running and running.stopped_at:
        late = late_seconds(clock_state(running), [flag_columns(flag)], running.stopped_at)
    after = book.follow(
        flag_columns(flag),
        "flag.acknowledged",
        {
            "reason": {"commitment": opening.commitment},
            "ends": ends,
            "late_seconds": late,
        },
    )
    append.append(book.write(), [opening])
    return Flag(**after)


@transaction.atomic
def rearm() -> None:
    """Set what only the sweep goes by anew, from clocks and open flags, after rows were rebuilt."""
    levels: dict[UUID, Level] = {}
    for clock_id, level in Flag.objects.open().values_list("clock_id", "level"):
        if clock_id:
            known = levels.setdefault(clock_id, Level(level))
            levels[clock_id] = max(known, Level(level), key=lambda one: one.rank)
    armed = Q(stopped_at__isnull=True) | Q(next_at__isnull=False)
    keys = list(Clock.objects.filter(armed).values_list("pk", flat=True))
    for start in range(0, len(keys), 1000):
        rows = Clock.objects.filter(pk__in=keys[start : start + 1000])
        write_clocks([clock_state(row) for row in rows], levels)
