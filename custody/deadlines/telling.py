"""Which clocks would tell when something was on the road, to a reader who is told of transports by their day alone.

A clock that starts by a transport began when it left, and is due so and so long after; one that ends by a transport ended
when it arrived, and by its flag's lateness one could work that out. That something is late is told to everybody who sees it.
So it is with a flag for what was reported on the way: that it does not add up, everybody is told who sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from custody.deadlines.models import Flag
from custody.deadlines.policies import Policy
from custody.deadlines.rules import ClockState
from custody.deadlines.services import adopted_policies
from custody.kit.clock import start_of_day
from custody.seizures.reach import WAYS, put_down_by_a_way


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


def telling(flags: Iterable[Flag] = ()) -> Telling:
    """What there is to hide of clocks, by every policy that was ever adopted, and of these flags; a query for each."""
    sources = {flag.source for flag in flags if flag.source}
    return replace(Telling.of(adopted_policies()), sources=put_down_by_a_way(sources))


def _day(moment: datetime | None) -> datetime | None:
    return None if moment is None else start_of_day(moment)
