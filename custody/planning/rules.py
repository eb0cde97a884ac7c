"""What a plan is made of, and what makes one better than another. Pure; whole grams, whole minutes, no floating point.

First as few limits broken as can be, then as little exposure: a plant that could have burnt a kilogram an hour
earlier has let somebody try for an hour longer to take it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, order=True)
class Score:
    """What a plan costs; the smaller is the better.

    Attributes:
        broken: units that reach a plant after their limit, or not at all though it falls within the plan.
        exposure: gram-minutes until each unit is at its plant, each times its risk; of what is left out until the
            end of the plan.
    """

    broken: int
    exposure: int

    @property
    def kilogram_hours(self) -> int:
        """The exposure as people say it, rounded down."""
        return self.exposure // 60_000


@dataclass(frozen=True)
class Reason:
    """Why something is so: a stable code, and a sentence."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A handling unit that is to burn.

    Attributes:
        seizure: its reference; the units of one are kept together where that costs nothing.
        grams: whole, rounded up: a cap is kept by what the kiln really gets.
        risk: how much worse an hour of it is than one of the harmless, at least 1.
        place: code name of where it is.
        exposed_from: since when its danger counts.
        available_from: from when it may burn; None while nobody can say.
        limit_at: its earliest running limit that being at the plant ends.
        obstacles: why it may not burn, if so.
        fixed: the session that people put it into by hand.
    """

    label: str
    seizure: str
    substance: str
    form: str
    grams: int
    risk: int
    place: str
    exposed_from: datetime
    available_from: datetime | None
    limit_at: datetime | None = None
    obstacles: tuple[Reason, ...] = ()
    fixed: str | None = None


@dataclass(frozen=True)
class Cap:
    """How many grams a session takes: of one substance, in one packaging, or, where these are None, of any."""

    grams: int
    substance: str | None = None
    form: str | None = None

    def covers(self, substance: str, form: str) -> bool:
        return self.substance in (None, substance) and self.form in (None, form)


@dataclass(frozen=True)
class Team:
    """A crew with its vehicle, which is in one place at a time, and what it brings to one session."""

    crew: str
    vehicle: str
    capacity_grams: int


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A session that can be filled.

    Attributes:
        fetching_at: when the crew sets out to fetch what burns in it.
        starts_at: when all of it is at the plant.
        caps: what the plant's permit and the booking allow; without one that covers it, nothing is admitted.
        crews: those that could fetch for it: the one that is planned, or whoever is on duty then.
        booked: whether the plant was asked for it already.
    """

    id: str
    plant: str
    fetching_at: datetime
    starts_at: datetime
    ends_at: datetime
    caps: tuple[Cap, ...]
    crews: tuple[str, ...] = ()
    booked: bool = True

    def overlaps(self, other: Slot) -> bool:
        """Whether one crew cannot serve both."""
        return self.fetching_at < other.ends_at and other.fetching_at < self.ends_at


@dataclass(frozen=True)
class Problem:
    """What is to be planned.

    Attributes:
        until: the end of the plan, not before the last session starts: what is left out is exposed until then.
    """

    as_of: datetime
    until: datetime
    units: Sequence[Unit]
    slots: Sequence[Slot]
    teams: Sequence[Team]

    def minute(self, at: datetime) -> int:
        """Whole minutes from the plan's beginning to a moment, or before it."""
        return (at - self.as_of) // _MINUTE


@dataclass(frozen=True)
class Placement:
    """A unit in a session, and why in this one."""

    unit: str
    slot: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A unit in no session, and why."""

    unit: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A proposal.

    Attributes:
        crews: by session the crew that fetches for it.
        bound: below which no plan can come in either respect: in limits broken, and in exposure among the plans
            that break no more limits than this one. What people fixed, and who fetches that, is not in question.
        maker: the rule that made it.
    """

    placements: tuple[Placement, ...]
    left_out: tuple[LeftOut, ...]
    crews: Mapping[str, str] = field(default_factory=dict)
    score: Score
    bound: Score
    maker: str


def breaks(unit: Unit, at: datetime) -> bool:
    """Whether a unit that is at a plant at that time has broken its limit. To the moment is in time."""
    return unit.limit_at is not None and unit.limit_at < at
