"""Clocks: a pure function of the trail and the adopted policy. Lateness: a pure function of a clock and the time.

A clock is never changed but stopped. What re-times it (another lane, a container with an older content) stops it
and starts another from the earlier moment, under the policy in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from custody.deadlines.policy import ClockRule, Policy, in_force
from custody.kit import clock
from custody.ledger.events import Event
from custody.seizures.lifecycle import ENDED, SAMPLE_FORMS
from custody.seizures.projection import steps
from custody.seizures.states import ExhibitState


class Level(StrEnum):
    """How late a clock is."""

    NONE = ""
    SOON = "soon"
    DUE = "due"
    ESCALATED = "escalated"


RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, kw_only=True)
class ClockState:
    """One clock of one exhibit, with the moments that its policy gave it when it started."""

    id: UUID
    exhibit_id: UUID
    name: str
    policy: str
    started_at: datetime
    started_by: UUID
    warn_at: datetime
    due_at: datetime
    escalate_at: datetime
    stopped_at: datetime | None = None
    stopped_by: UUID | None = None

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    def threshold(self, level: Level) -> datetime:
        """When the clock reaches a level."""
        return {
            Level.SOON: self.warn_at,
            Level.DUE: self.due_at,
            Level.ESCALATED: self.escalate_at,
        }[level]


def level_at(one: ClockState, moment: datetime) -> Level:
    """How late a clock is at a moment, whether or not anybody noticed; a stopped one is as late as it got."""
    until = moment if one.stopped_at is None else min(one.stopped_at, moment)
    reached = [level for level in list(Level)[1:] if one.threshold(level) <= until]
    return reached[-1] if reached else Level.NONE


def levels_between(one: ClockState, flagged: Level, moment: datetime) -> list[Level]:
    """The levels that a clock has reached and that nobody has flagged yet, in order."""
    return [
        level
        for level in list(Level)[RANK[flagged] + 1 :]
        if RANK[level] <= RANK[level_at(one, moment)]
    ]


def next_at(one: ClockState, flagged: Level) -> datetime | None:
    """When a clock next needs a flag; None if it never will."""
    if not one.running or flagged is Level.ESCALATED:
        return None
    return one.threshold(list(Level)[RANK[flagged] + 1])


def fold_clocks(
    clocks: Sequence[ClockState],
    before: ExhibitState | None,
    event: Event,
    after: ExhibitState,
    policies: Sequence[Policy],
) -> list[ClockState]:
    """An exhibit's clocks, stopped ones included, after one more event.

    Args:
        clocks: as they were before it.
        before: the exhibit before it; None at its first event.
        event: what happened to the exhibit.
        after: the exhibit after it.
        policies: every policy ever adopted; the one in force when the event happened decides what starts,
            the one under which a clock started decides what stops it.
    """
    result = [
        _stopped(one, event) if one.running and _stops(one, event, after, policies) else one
        for one in clocks
    ]
    policy = in_force(policies, event.occurred_at)
    if policy is None or after.stage in ENDED:
        return result
    for rule in _rules(policy, after):
        start = _start(rule, clocks, before, event, after)
        if start is None:
            continue
        running = next((one for one in result if one.running and one.name == rule.name), None)
        started = _started(rule, policy, start, event, after)
        if running:
            relaned = event.kind == "exhibit.lane_assigned" and started.due_at != running.due_at
            if not relaned and running.started_at <= start:
                continue
            result = [_stopped(one, event) if one is running else one for one in result]
        result.append(started)
    return result


def replay_clocks(events: Sequence[Event], policies: Sequence[Policy]) -> list[ClockState]:
    """An exhibit's clocks after all its events, oldest first, corrections included."""
    clocks: list[ClockState] = []
    for before, event, after in steps(events):
        clocks = fold_clocks(clocks, before, event, after, policies)
    return clocks


def _rules(policy: Policy, state: ExhibitState) -> list[ClockRule]:
    sample = state.form in SAMPLE_FORMS
    return [
        rule for rule in policy.clocks if state.lane in rule.lanes and (rule.samples or not sample)
    ]


def _stops(one: ClockState, event: Event, after: ExhibitState, policies: Sequence[Policy]) -> bool:
    if after.stage in ENDED:
        return True
    payload: Mapping[str, Any] = event.payload
    if event.kind == "exhibit.packed" and "container" in payload:
        return True
    if event.kind == "exhibit.unpacked" and payload.get("empty"):
        return True
    policy = next(policy for policy in policies if policy.code == one.policy)
    if event.kind == "exhibit.lane_assigned":
        return all(rule.name != one.name for rule in _rules(policy, after))
    return any(
        event.kind in rule.stops and _at_the_right_place(rule, event)
        for rule in policy.clocks
        if rule.name == one.name
    )


def _at_the_right_place(rule: ClockRule, event: Event) -> bool:
    if event.kind != "exhibit.received" or not rule.received_at:
        return True
    return event.payload["place_kind"] in rule.received_at


def _start(
    rule: ClockRule,
    clocks: Sequence[ClockState],
    before: ExhibitState | None,
    event: Event,
    after: ExhibitState,
) -> datetime | None:
    """From when a rule's clock runs because of this event; None if it does not start one."""
    payload: Mapping[str, Any] = event.payload
    given = payload["exhibit"]["clocks"] if before is None else payload.get("clocks", ())
    handed_down = [clock.from_text(one["started_at"]) for one in given if one["name"] == rule.name]
    if handed_down:
        return min(handed_down)
    harmless = after.neutralised_at is not None
    from_interception = "exhibit.intercepted" in rule.starts
    if event.kind == "exhibit.lane_assigned":
        running = [one.started_at for one in clocks if one.running and one.name == rule.name]
        if running:
            return running[0]
        return after.intercepted_at if from_interception and not harmless else None
    if event.kind == "exhibit.assayed" and payload["result"] == "fail" and from_interception:
        return after.intercepted_at
    return event.occurred_at if event.kind in rule.starts else None


def _started(
    rule: ClockRule, policy: Policy, start: datetime, event: Event, after: ExhibitState
) -> ClockState:
    limit = timedelta(seconds=rule.limit_seconds)
    return ClockState(
        id=uuid5(event.id, rule.name),
        exhibit_id=after.id,
        name=rule.name,
        policy=policy.code,
        started_at=start,
        started_by=event.id,
        warn_at=start + limit * rule.warn_percent / 100,
        due_at=start + limit,
        escalate_at=start + limit * rule.escalate_percent / 100,
    )


def _stopped(one: ClockState, event: Event) -> ClockState:
    return replace(one, stopped_at=event.occurred_at, stopped_by=event.id)
