"""Which clocks would tell when something was on the road, to a reader who is told of transports by their day alone.

A clock that starts by a transport began when it left, and is due so and so long after; one that ends by a transport ended
when it arrived, and by its flag's lateness one could work that out. That something is late is told to everybody who sees it.
So it is with a flag for what was reported on the way: that it does not add up, everybody is told who sees it.

What is told by its day stands in lists where that day ends, behind whatever is told to be of that day: from its place among
moments one could read its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models.functions import Least, TruncDay

from custody.deadlines.models import Flag
from custody.deadlines.policies import Policy
from custody.deadlines.rules import ClockState
from custody.deadlines.services import adopted_policies
from custody.kit.clock import end_of_day, start_of_day
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.seizures.reach import WAYS, by_a_way, put_down_by_a_way, seen_whole


@dataclass(frozen=True)
class Telling:
    """What would tell of a transport.

    Attributes:
        starts: names of clocks that tell when it began, and so when they are due.
        stops: of those that tell when it ended.
        sources: events that tell of its moment, and that flags were raised for.
    """

    starts: frozenset[str]
    stops: frozenset[str]
    sources: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, policies: Sequence[Policy]) -> Telling:
        """Whatever one of these policies, now or formerly, lets a transport start or end."""
        rules = [rule for policy in policies for rule in policy.rules]
        return cls(
            frozenset(rule.name for rule in rules if rule.starts & WAYS),
            frozenset(rule.name for rule in rules if rule.stops & WAYS),
        )

    def hides(self, state: ClockState) -> bool:
        """Whether a clock is told by its days."""
        return state.name in self.starts or (
            state.stopped_at is not None and state.name in self.stops
        )

    def hides_flag(self, flag: Flag) -> bool:
        """Whether a flag is told by its days."""
        return flag.clock_name in self.starts | self.stops or flag.source in self.sources

    def masked_for(self, actor: Officer) -> Q:
        """Those of the clocks whose limits a reader is told by their day alone, as a condition."""
        # The exhibits of other clocks are not even looked up.
        return Q(name__in=self.starts) & Q(~Exists(_seen_whole(actor)))

    def flags_masked_for(self, actor: Officer) -> Q:
        """The same of flags: those on such clocks, and those for what was reported on the way."""
        told = Q(source__isnull=False) & Q(by_a_way("source"))
        return (Q(clock_name__in=self.starts) | told) & Q(~Exists(_seen_whole(actor)))

    def begun(self, state: ClockState) -> tuple[datetime, str]:
        """The place of a clock among others by when they began, for who is told so by its day."""
        masked = state.name in self.starts
        return (end_of_day(state.started_at) if masked else state.started_at, state.name)

    def flagged(self, flag: Flag) -> tuple[datetime, UUID]:
        """The place of a flag among others by when they fell due."""
        masked = flag.clock_name in self.starts or flag.source in self.sources
        return (end_of_day(flag.fell_due_at) if masked else flag.fell_due_at, flag.id)

    def due_by(self, state: ClockState) -> datetime | None:
        """By when a limit is sure to have fallen."""
        if state.due_at is None or state.name not in self.starts:
            return state.due_at
        return end_of_day(state.due_at)

    def by_day(self, state: ClockState) -> ClockState:
        """The clock with its days alone, as far as its times would tell; how late it is, is asked of the clock itself."""
        if state.name in self.starts:
            state = replace(
                state,
                started_at=start_of_day(state.started_at),
                warn_at=_day(state.warn_at),
                due_at=_day(state.due_at),
                escalate_at=_day(state.escalate_at),
            )
        if state.name in self.stops:
            state = replace(state, stopped_at=_day(state.stopped_at))
        return state

    def flag_by_day(self, flag: Flag) -> Flag:
        """The flag as it is shown, with days alone and not how late, as far as its times would tell; not to be saved."""
        told = copy(flag)
        if flag.clock_name in self.starts or flag.source in self.sources:
            told.fell_due_at = start_of_day(flag.fell_due_at)
            told.raised_at = start_of_day(flag.raised_at)
        if flag.clock_name in self.starts | self.stops:
            told.resolved_at, told.annulled_at = _day(flag.resolved_at), _day(flag.annulled_at)
            told.late_seconds = None
        return told


def _seen_whole(actor: Officer) -> QuerySet[Exhibit]:
    """The exhibit of a row, if it is shown whole."""
    return Exhibit.objects.filter(seen_whole(actor), pk=OuterRef("exhibit"))


def telling(flags: Iterable[Flag] = ()) -> Telling:
    """What there is to hide of clocks, by every policy that was ever adopted, and of these flags; a query for each."""
    sources = {flag.source for flag in flags if flag.source}
    return replace(Telling.of(adopted_policies()), sources=put_down_by_a_way(sources))


def in_told_order(moment: str, masked: Q, *, now: datetime | None = None) -> Case:
    """The field of a moment as a list is put in its order: where it is masked, the end of its day stands for it.

    Args:
        moment: the field.
        masked: of which rows the day alone is told.
        now: where it is told besides whether it is past, as of limits: what is past was so by now.
    """
    end = ExpressionWrapper(TruncDay(moment, tzinfo=UTC) + timedelta(days=1), DateTimeField())
    cases = [When(masked, then=end)]
    if now is not None:
        past = Q(**{f"{moment}__lte": now})
        cases.insert(0, When(masked & past, then=Least(end, now)))
    return Case(*cases, default=F(moment))


def _day(moment: datetime | None) -> datetime | None:
    return None if moment is None else start_of_day(moment)
