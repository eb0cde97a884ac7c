"""Clocks as a fold over events. Pure: lateness depends on the trail, the policies and the time, on nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from custody.deadlines.clocks import FLAGGED, ClockState, Level, Standing
from custody.deadlines.pauses import Course, courses, falls_at, together
from custody.deadlines.policies import (
    KINDS,
    ClockRule,
    Facts,
    InvalidPolicy,
    Pause,
    Policy,
    Samples,
    in_force,
)
from custody.ledger.events import Event
from custody.seizures.lifecycle import ENDED, SAMPLE_FORMS
from custody.seizures.projection import Step, steps
from custody.seizures.states import ExhibitState

__all__ = [
    "FLAGGED",
    "ClockRule",
    "ClockState",
    "InvalidPolicy",
    "Level",
    "Policy",
    "Standing",
    "clocks_along",
    "concerns_clocks",
    "fold_clocks",
    "in_force",
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
        fold.assayed(before)
    else:
        fold.stop()
        fold.start()
    if after.stage in ENDED:
        fold.stop_all()
    fold.pause_or_resume()
    return fold.clocks


def replay_clocks(events: Sequence[Event], policies: Sequence[Policy]) -> dict[UUID, ClockState]:
    """The clocks of one exhibit after all its events, oldest first, corrections included."""
    return clocks_along(steps(events), policies)


def clocks_along(trail: Iterable[Step], policies: Sequence[Policy]) -> dict[UUID, ClockState]:
    """The clocks of one exhibit after all these steps, from its first on."""
    clocks: dict[UUID, ClockState] = {}
    for before, event, after in trail:
        if concerns_clocks(event):
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
        self.facts = Facts.of(after)

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

    def _course(self, one: ClockState) -> ClockRule | None:
        policy = self._policy_of(one)
        return policy.course(one.name) if policy else None

    def _counts(self, rule: ClockRule) -> bool:
        """Whether this event counts for a rule that names its kind."""
        if self.event.kind == "exhibit.received" and rule.received_at:
            return self.event.payload.get("place_kind") in rule.received_at
        if self.event.kind == "exhibit.neutralised":
            return not self.event.payload.get("deviations")
        if self.event.kind == "order.revoked":
            return not self.after.orders
        if self.event.kind == "hold.lifted":
            return not self.after.holds
        return True

    # --- events

    def born(self) -> None:
        exhibit: Any = self.event.payload["exhibit"]
        self.take(exhibit, borrowed=self.event.kind == "exhibit.packed")
        if self.event.kind == "exhibit.neutralised":
            self.left_over()
        # What is split off or packed together was intercepted long before; a sample begins as one.
        if self.event.kind == "exhibit.intercepted" or self.after.form in SAMPLE_FORMS:
            self.start()

    def left_over(self) -> None:
        """A residue stands for its unit from now on; what the run stopped is told of the unit, and not judged twice."""
        for one in self._live():
            rule = self._course(one)
            if rule and self.event.kind in rule.stops and self._counts(rule):
                self._end(replace(one, standing=Standing.HANDED))

    def start(self, kind: str = "") -> None:
        if self.policy is None:
            return
        kind = kind or self.event.kind
        for name in self.policy.names:
            rule = self.policy.course(name)
            if rule and kind in rule.starts and self._counts(rule) and not self._named(name):
                self._begin(self.policy, name, (self.event.occurred_at, ()))

    def stop(self, kind: str = "") -> None:
        kind = kind or self.event.kind
        for one in self._live():
            rule = self._course(one)
            if rule and kind in rule.stops and self._counts(rule):
                self._end(one)

    def stop_all(self) -> None:
        for one in self._live():
            self._end(one)

    def hand_over(self) -> None:
        for one in self._live():
            rule = self._course(one)
            # a bag runs no clock of samples, so they keep it: else whatever is bagged would be forgotten
            kept = rule is not None and rule.samples is Samples.ONLY
            if one.standing is Standing.OWN and not kept:
                self._put(replace(one, standing=Standing.HANDED))

    def take(self, payload: Mapping[str, Any], *, borrowed: bool) -> None:
        """Take over clocks that are told by name, start and pauses: of each, the one that is late first counts."""
        for name, course in courses(payload.get("clocks", ())).items():
            one = self._named(name)
            if one is None:
                policy = self._knowing(name)
                if policy:
                    self._begin(policy, name, course, borrowed=borrowed)
                continue
            both = together(one.course, course)
            if both != one.course:
                self._put(self._limited(replace(one, started_at=both[0], pauses=both[1])))

    def take_back(self) -> None:
        """Out of a container: what it took over and stopped meanwhile is stopped here too."""
        payload: Any = self.event.payload
        given = courses(payload.get("clocks", ())).keys()
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

    def pause_or_resume(self) -> None:
        """Let the clocks that stand still for a hold, or for a refused order, do so while there is one."""
        reasons = {
            *([Pause.HOLD] if self.after.holds else []),
            *([Pause.REFUSAL] if self.after.order_refused else []),
        }
        for one in self._live():
            rule = self._course(one)
            if rule is None:
                continue
            still = bool(reasons & rule.paused_by)
            if still is not one.paused:
                moments = (*one.pauses, self.event.occurred_at)
                self._put(self._limited(replace(one, pauses=moments)))

    def assayed(self, before: ExhibitState) -> None:
        """An assay by which something becomes harmless does what its neutralisation could not; a failed one takes back
        what that stopped: from the first start, as a new clock."""
        if before.neutralised_at is None and self.after.neutralised_at is not None:
            self.stop("exhibit.neutralised")
            self.start("exhibit.neutralised")
        if self.event.payload.get("result") != "fail":
            return
        stopped: dict[str, ClockState] = {}
        for one in sorted(self.clocks.values(), key=lambda one: one.started_at, reverse=True):
            rule = self._course(one)
            if rule and "exhibit.neutralised" in rule.stops:
                stopped[one.name] = one
        for name, first in stopped.items():
            policy = self._policy_of(first)
            if policy and not self._named(name):
                # For how long it would have stood still nobody noted: from when it stopped, all time counts.
                pauses = first.pauses
                if first.paused and first.stopped_at:
                    pauses = (*pauses, first.stopped_at)
                course = (first.started_at, pauses)
                self._begin(policy, name, course, borrowed=first.borrowed)

    # --- clocks

    def _knowing(self, name: str) -> Policy | None:
        """The policy in force, or else the last before it that knows such a clock."""
        at = self.event.occurred_at
        known = [policy for policy in self.policies if name in policy.names]
        return self.policy if self.policy in known else in_force(known, at)

    def _begin(
        self,
        policy: Policy,
        name: str,
        course: Course,
        *,
        borrowed: bool = False,
    ) -> None:
        rule = policy.course(name)
        sample = self.after.form in SAMPLE_FORMS
        if rule is None or rule.samples is (Samples.NO if sample else Samples.ONLY):
            return
        one = ClockState(
            id=uuid5(_NAMESPACE, f"{self.after.id} {name} {self.event.id}"),
            exhibit_id=self.after.id,
            name=name,
            policy_code=policy.code,
            policy_version=policy.version,
            started_at=course[0],
            started_by=self.event.id,
            warn_at=None,
            due_at=None,
            escalate_at=None,
            pauses=course[1],
            standing=Standing.INSIDE if self.after.within_id else Standing.OWN,
            borrowed=borrowed,
        )
        self._put(self._limited(one))

    def _limited(self, one: ClockState) -> ClockState:
        """The clock under the limit that fits the exhibit now, from the same start, by its own policy."""
        policy = self._policy_of(one)
        rule = policy and policy.rule(one.name, self.facts)
        if not rule:
            return replace(one, warn_at=None, due_at=None, escalate_at=None)
        limit = timedelta(seconds=rule.limit_seconds)
        warn_at, due_at, escalate_at = (
            falls_at(one.started_at, one.pauses, limit * percent // 100, rule.calendar)
            for percent in (rule.warn_percent, 100, rule.escalate_percent)
        )
        return replace(one, warn_at=warn_at, due_at=due_at, escalate_at=escalate_at)

    def _end(self, one: ClockState) -> None:
        self._put(replace(one, stopped_at=self.event.occurred_at, stopped_by=self.event.id))

    def _put(self, one: ClockState) -> None:
        self.clocks[one.id] = one
