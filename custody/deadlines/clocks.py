"""A clock as the fold makes it: since when it runs, and how late it is at any moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from custody.deadlines.pauses import Course, Pauses


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
        warn_at, due_at, escalate_at: None while no limit fits the exhibit, or while it stands still before that.
        pauses: when it was paused and resumed, in turn.
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
    pauses: Pauses = ()
    stopped_at: datetime | None = None
    stopped_by: UUID | None = None
    standing: Standing = Standing.OWN
    borrowed: bool = False

    @property
    def suspended(self) -> bool:
        return self.standing is not Standing.OWN

    @property
    def course(self) -> Course:
        """Since when it runs, and its pauses."""
        return self.started_at, self.pauses

    @property
    def paused(self) -> bool:
        """It stands still."""
        return len(self.pauses) % 2 == 1

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
