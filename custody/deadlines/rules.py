"""Clocks as a fold over events. Pure: lateness depends on the trail, the policies and the time, on nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from custody.deadlines.policies import (
    KINDS,
    ClockRule,
    InvalidPolicy,
    Policy,
    flanders_2024,
    in_force,
    parse,
)
from custody.kit import clock
from custody.ledger.events import Event
from custody.seizures.lifecycle import ENDED, SAMPLE_FORMS
from custody.seizures.projection import steps
from custody.seizures.states import ExhibitState

__all__ = [
    "ClockRule",
    "ClockState",
    "InvalidPolicy",
    "Level",
    "Policy",
    "Standing",
    "concerns_clocks",
    "flanders_2024",
    "fold_clocks",
    "in_force",
    "parse",
    "replay_clocks",
]

_NAMESPACE = UUID("5b0f8c1e-5d0c-5f4e-9a52-6b0f7e0d9c11")
_STRUCTURAL = frozenset(
    {
        "exhibit.packed",
        "exhibit.unpacked",
        "exhibit.split",
        "exhibit.lane_assigned",
        "exhibit.assayed",
    }
)


class Level(StrEnum):
    """How late a clock is, in rising order."""

    IN_TIME = ""
    SOON = "soon"
    DUE = "due"
    ESCALATED = "escalated"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}
FLAGGED = (Level.SOON, Level.DUE, Level.ESCALATED)


class Standing(StrEnum):
    """Who runs a clock."""

    OWN = "own"
    #: The container that the exhibit was packed into took it over.
    HANDED = "handed"
    #: It started while the exhibit was in a container, and waits until it is taken out.
    INSIDE = "inside"


@dataclass(frozen=True, kw_only=True)
class ClockState:
    """A clock as the events of its exhibit tell it.

    Attributes:
        policy_code, policy_version: the policy that it runs under, for life.
        started_by: id of the event by which it came to run on this exhibit.
        warn_at, due_at, escalate_at: None while the exhibit's lane knows no limit.
        stopped_by: id of the event that stopped it.
        borrowed: it was taken over from the contents of a container.
    """

    id: UUID
    exhibit_id: UUID
    name: str
    policy_code: str
    policy_version: int
    started_at: datetime
    started_by: UUID
    warn_at: datetime | None
    due_at: datetime | None
    escalate_at: datetime | None
    stopped_at: datetime | None = None
    stopped_by: UUID | None = None
    standing: Standing = Standing.OWN
    borrowed: bool = False

    @property
    def suspended(self) -> bool:
        return self.standing is not Standing.OWN

    @property
    def running(self) -> bool:
        """Not stopped, and the exhibit's own affair."""
        return self.stopped_at is None and not self.suspended

    def falls(self, level: Level) -> datetime | None:
        """When the clock reaches a level that is flagged; None for never."""
        if level is Level.DUE:
            return self.due_at
        return self.warn_at if level is Level.SOON else self.escalate_at

    def level_at(self, at: datetime) -> Level:
        """How late it is at a moment, or was when it stopped."""
        if self.suspended:
            return Level.IN_TIME
        reached = Level.IN_TIME
        for level in FLAGGED:
            falls = self.falls(level)
            # What stops at the very moment of a limit has kept it.
            if falls is not None and (
                falls <= at if self.stopped_at is None else falls < self.stopped_at
            ):
                reached = level
        return reached

    def next_after(self, level: Level) -> datetime | None:
        """When it reaches the level after this one; None if it does not or never will."""
        if not self.running or level is Level.ESCALATED:
            return None
        return self.falls(FLAGGED[level.rank])


Clocks = Mapping[UUID, ClockState]


def concerns_clocks(event: Event) -> bool:
    """Whether an event can change a clock under any policy."""
    return event.kind in KINDS or event.kind in _STRUCTURAL or "exhibit" in event.payload


def fold_clocks(
    clocks: Clocks,
    before: ExhibitState | None,
    event: Event,
    after: ExhibitState,
    policies: Sequence[Policy],
) -> dict[UUID, ClockState]:
    """The clocks of one exhibit after one more event.

    Args:
        clocks: all that it ever had, by id.
        before: the exhibit before the event; None if the event is its first.
        event: one that counts (see ``seizures.corrections``).
        after: the exhibit after it.
        policies: all there ever were; the one in force when the event occurred decides.
    """
    fold = _Fold(dict(clocks), event, after, policies)
    if before is None:
        fold.born()
    elif event.kind == "exhibit.packed" and "container" in event.payload:
        fold.hand_over()
    elif event.kind == "exhibit.packed":
        fold.take(event.payload, borrowed=True)
    elif event.kind == "exhibit.unpacked" and "container" in event.payload:
        fold.take_back()
    elif event.kind == "exhibit.unpacked":
        fold.opened()
    elif event.kind == "exhibit.lane_assigned":
        fold.judge_anew()
    elif event.kind == "exhibit.assayed":
        fold.assayed()
    else:
        fold.stop()
        fold.start()
    if after.stage in ENDED:
        fold.stop_all()
    return fold.clocks


def replay_clocks(events: Sequence[Event], policies: Sequence[Policy]) -> dict[UUID, ClockState]:
    """The clocks of one exhibit after all its events, oldest first, corrections included."""
    clocks: dict[UUID, ClockState] = {}
    for before, event, after in steps(events):
        clocks = fold_clocks(clocks, before, event, after, policies)
    return clocks


class _Fold:
    """One event at work on the clocks of one exhibit."""

    def __init__(
        self,
        clocks: dict[UUID, ClockState],
        event: Event,
        after: ExhibitState,
        policies: Sequence[Policy],
    ) -> None:
        self.clocks = clocks
        self.event = event
        self.after = after
        self.policies = policies
        self.policy = in_force(policies, event.occurred_at)

    # --- which

    def _live(self) -> list[ClockState]:
        return [one for one in self.clocks.values() if one.stopped_at is None]

    def _named(self, name: str) -> ClockState | None:
        return next((one for one in self._live() if one.name == name), None)

    def _policy_of(self, one: ClockState) -> Policy | None:
        return next(
            (
                policy
                for policy in self.policies
                if (policy.code, policy.version) == (one.policy_code, one.policy_version)
            ),
            None,
        )

    def _counts(self, rule: ClockRule) -> bool:
        """Whether this event counts for a rule that names its kind."""
        if self.event.kind == "exhibit.received" and rule.received_at:
            return self.event.payload.get("place_kind") in rule.received_at
        if self.event.kind == "order.revoked":
            return not self.after.orders
        if self.event.kind == "hold.lifted":
            return not self.after.holds
        return True

    # --- events

    def born(self) -> None:
        exhibit: Any = self.event.payload["exhibit"]
        self.take(exhibit, borrowed=self.event.kind == "exhibit.packed")
        # What is split off, sampled or packed together was intercepted long before.
        if self.event.kind == "exhibit.intercepted":
            self.start()

    def start(self) -> None:
        if self.policy is None:
            return
        for name in self.policy.names:
            rule = self.policy.any_rule(name, self.after.lane)
            if (
                rule
                and self.event.kind in rule.starts
                and self._counts(rule)
                and not self._named(name)
            ):
                self._begin(self.policy, name, self.event.occurred_at)

    def stop(self) -> None:
        for one in self._live():
            policy = self._policy_of(one)
            rule = policy and policy.any_rule(one.name, self.after.lane)
            if rule and self.event.kind in rule.stops and self._counts(rule):
                self._end(one)

    def stop_all(self) -> None:
        for one in self._live():
            self._end(one)

    def hand_over(self) -> None:
        for one in self._live():
            if one.standing is Standing.OWN:
                self._put(replace(one, standing=Standing.HANDED))

    def take(self, payload: Mapping[str, Any], *, borrowed: bool) -> None:
        """Take over clocks that are told by name and start: the earliest start of each counts."""
        for name, started_at in _told(payload).items():
            one = self._named(name)
            if one is None:
                policy = self._knowing(name)
                if policy:
                    self._begin(policy, name, started_at, borrowed=borrowed)
            elif started_at < one.started_at:
                self._put(self._limited(replace(one, started_at=started_at)))

    def take_back(self) -> None:
        """Out of a container: what it took over and stopped meanwhile is stopped here too."""
        given = _told(self.event.payload)
        for one in self._live():
            if one.standing is Standing.HANDED and one.name not in given:
                # It ended with the container's, and in time or not was told there: it is not judged again.
                self._end(one)
            elif one.suspended:
                self._put(replace(one, standing=Standing.OWN))
        self.take(self.event.payload, borrowed=False)

    def opened(self) -> None:
        """Once nothing is left inside, what was taken over from the contents runs on with them."""
        if self.event.payload.get("empty"):
            for one in self._live():
                if one.borrowed:
                    self._end(one)

    def judge_anew(self) -> None:
        for one in self._live():
            self._put(self._limited(one))

    def assayed(self) -> None:
        """A failed assay takes back what the neutralisation stopped: from the first start, as a new clock."""
        if self.event.payload.get("result") != "fail":
            return
        stopped: dict[str, ClockState] = {}
        for one in sorted(self.clocks.values(), key=lambda one: one.started_at, reverse=True):
            policy = self._policy_of(one)
            rule = policy and policy.any_rule(one.name, self.after.lane)
            if rule and "exhibit.neutralised" in rule.stops:
                stopped[one.name] = one
        for name, first in stopped.items():
            policy = self._policy_of(first)
            if policy and not self._named(name):
                self._begin(policy, name, first.started_at, borrowed=first.borrowed)

    # --- clocks

    def _knowing(self, name: str) -> Policy | None:
        """The policy in force, or else the last before it that knows such a clock."""
        at = self.event.occurred_at
        known = [policy for policy in self.policies if name in policy.names]
        return self.policy if self.policy in known else in_force(known, at)

    def _begin(
        self, policy: Policy, name: str, started_at: datetime, *, borrowed: bool = False
    ) -> None:
        rule = policy.any_rule(name, self.after.lane)
        if rule is None or (self.after.form in SAMPLE_FORMS and not rule.samples):
            return
        one = ClockState(
            id=uuid5(_NAMESPACE, f"{self.after.id} {name} {self.event.id}"),
            exhibit_id=self.after.id,
            name=name,
            policy_code=policy.code,
            policy_version=policy.version,
            started_at=started_at,
            started_by=self.event.id,
            warn_at=None,
            due_at=None,
            escalate_at=None,
            standing=Standing.INSIDE if self.after.within_id else Standing.OWN,
            borrowed=borrowed,
        )
        self._put(self._limited(one))

    def _limited(self, one: ClockState) -> ClockState:
        """The clock under the limit of the exhibit's lane, from the same start, by its own policy."""
        policy = self._policy_of(one)
        rule = policy and policy.rule(one.name, self.after.lane)
        if not rule:
            return replace(one, warn_at=None, due_at=None, escalate_at=None)
        limit = timedelta(seconds=rule.limit_seconds)
        return replace(
            one,
            warn_at=one.started_at + limit * rule.warn_percent // 100,
            due_at=one.started_at + limit,
            escalate_at=one.started_at + limit * rule.escalate_percent // 100,
        )

    def _end(self, one: ClockState) -> None:
        self._put(replace(one, stopped_at=self.event.occurred_at, stopped_by=self.event.id))

    def _put(self, one: ClockState) -> None:
        self.clocks[one.id] = one


def _told(payload: Mapping[str, Any]) -> dict[str, datetime]:
    starts: dict[str, datetime] = {}
    for one in payload.get("clocks", ()):
        name, started_at = str(one["name"]), clock.from_text(str(one["started_at"]))
        starts[name] = min(started_at, starts.get(name, started_at))
    return starts
