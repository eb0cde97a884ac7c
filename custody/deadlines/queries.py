"""What is late, told from time itself: right with every worker dead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from custody.deadlines.models import Clock, Flag, FlagCause, Sweeper, SweepRun
from custody.deadlines.policies import REPEAT_SECONDS, Facts
from custody.deadlines.rows import clock_state
from custody.deadlines.rules import ClockState, Level, Standing
from custody.deadlines.services import adopted_policies
from custody.deadlines.telling import Telling, in_told_order, telling
from custody.people.models import Officer

__all__ = [
    "Limit",
    "clocks_of",
    "last_sweep",
    "last_sweeps",
    "late",
    "lateness",
    "next_limits",
    "open_flags",
    "repeat_intervals",
    "set_aside",
]

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Limit:
    """The limit of an exhibit that hurts first.

    Attributes:
        falls_at: when the next level is reached; None once it is escalated, or while it stands still.
    """

    clock: ClockState
    level: Level
    falls_at: datetime | None


def lateness(clock: Clock | ClockState, now: datetime) -> Level:
    """How late a clock is, or was when it stopped."""
    state = clock if isinstance(clock, ClockState) else clock_state(clock)
    return state.level_at(now)


def late(now: datetime) -> Q:
    """Exhibits that are late: a clock on one is past its limit, or was found past it and its flag is open.

    What is told afterwards, such as a hold with an earlier time, can make a clock stand still before its limit; that
    it was flagged stays so until a supervisor ends the flag.
    """
    running = Clock.objects.filter(
        exhibit=OuterRef("pk"), stopped_at__isnull=True, standing=Standing.OWN, due_at__lte=now
    )
    flagged = Flag.objects.open().filter(
        exhibit=OuterRef("pk"), cause=FlagCause.LIMIT, level__in=[Level.DUE, Level.ESCALATED]
    )
    return Q(Exists(running)) | Q(Exists(flagged))


def next_limits(
    exhibit_ids: Collection[UUID],
    now: datetime,
    *,
    hidden: Telling | None = None,
    masked: Collection[UUID] = (),
) -> dict[UUID, Limit]:
    """For each exhibit with a clock running under a limit, the one that hurts first; in one query.

    A clock that stands still hurts last.

    Args:
        exhibit_ids: exhibits that the reader may see.
        now: the moment to judge by.
        hidden: what is told by its day alone, where anything is masked.
        masked: of which exhibits the reader is told so; theirs are compared by what is told.
    """

    def urgency(state: ClockState) -> tuple[int, datetime, str]:
        told = hidden.due_by(state) if hidden and state.exhibit_id in masked else state.due_at
        return (-state.level_at(now).rank, told or _NEVER, state.name)

    running: dict[UUID, list[ClockState]] = {}
    for row in Clock.objects.filter(
        Q(due_at__isnull=False) | ~Q(pauses=[]),
        exhibit_id__in=exhibit_ids,
        stopped_at__isnull=True,
        standing=Standing.OWN,
    ):
        state = clock_state(row)
        if state.due_at is not None or state.paused:
            running.setdefault(state.exhibit_id, []).append(state)
    result: dict[UUID, Limit] = {}
    for exhibit, states in running.items():
        first = min(states, key=urgency)
        level = first.level_at(now)
        result[exhibit] = Limit(first, level, first.next_after(level))
    return result


def clocks_of(exhibit_ids: Collection[UUID]) -> dict[UUID, list[ClockState]]:
    """Every clock that these exhibits ever had, oldest first; in one query."""
    result: dict[UUID, list[ClockState]] = {}
    for row in Clock.objects.filter(exhibit_id__in=exhibit_ids).order_by("started_at", "name"):
        result.setdefault(row.exhibit_id, []).append(clock_state(row))
    return result


def open_flags(actor: Officer) -> QuerySet[Flag]:
    """Open flags that the actor may see, what hurts first, as far as they are told of it."""
    masked = telling().flags_masked_for(actor)
    return (
        Flag.objects.visible_to(actor)
        .open()
        .annotate(
            urgency=Case(
                When(level=Level.ESCALATED, then=Value(0)),
                When(cause=FlagCause.DISCREPANCY, then=Value(1)),
                When(level=Level.DUE, then=Value(2)),
                default=Value(3),
                output_field=IntegerField(),
            ),
            told_at=in_told_order("fell_due_at", masked),
        )
        # A join would read every exhibit before the first page is sorted.
        .prefetch_related("exhibit", "clock")
        .order_by("urgency", "told_at", "id")
    )


def repeat_intervals(flags: Collection[UUID]) -> dict[UUID, timedelta]:
    """How long each flag, if nobody acknowledges it, waits to be told again: as the policy of its clock says."""
    policies = {(one.code, one.version): one for one in adopted_policies()}
    found = dict.fromkeys(flags, timedelta(seconds=REPEAT_SECONDS))
    timed = Flag.objects.filter(pk__in=flags, clock__isnull=False)
    for flag in timed.select_related("clock", "exhibit"):
        if flag.clock is None:  # a correction took it away
            continue
        policy = policies[flag.clock.policy_code, flag.clock.policy_version]
        name, facts = flag.clock.name, Facts.of(flag.exhibit)
        rule = policy.rule(name, facts) or policy.course(name)
        if rule:
            found[flag.pk] = timedelta(seconds=rule.repeat_seconds)
    return found


def last_sweep() -> datetime | None:
    """When a sweep last ended, whoever swept."""
    return max(last_sweeps().values(), default=None)


def last_sweeps() -> dict[Sweeper, datetime]:
    """When each sweeper last ended a sweep; who never did is missing."""
    return {Sweeper(name): at for name, at in SweepRun.objects.values_list("sweeper", "ended_at")}


def set_aside() -> int:
    """How many clocks the sweep could not flag and set aside: somebody has to look at each."""
    return Clock.objects.filter(set_aside_at__isnull=False, stopped_at__isnull=True).count()
