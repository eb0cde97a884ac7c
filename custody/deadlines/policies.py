"""Policies as data: which clock runs from what to what, and how long it may. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from custody.deadlines.calendars import Calendar
from custody.kit.errors import CustodyError
from custody.seizures.lifecycle import Lane

#: Events that may start or stop a clock.
KINDS = frozenset(
    {
        "exhibit.intercepted",
        "exhibit.sampled",
        "exhibit.analysed",
        "exhibit.consumed",
        "exhibit.dispatched",
        "exhibit.received",
        "exhibit.handed_over",
        "exhibit.stored",
        "exhibit.withdrawn",
        "exhibit.missed",
        "exhibit.found",
        "hold.placed",
        "hold.lifted",
        "order.given",
        "order.revoked",
        "order.refused",
        "exhibit.neutralised",
        "exhibit.staged",
        "exhibit.loaded",
        "exhibit.incinerated",
    }
)
PLACE_KINDS = frozenset({"quay", "vehicle", "vault", "laboratory", "plant"})
#: Unless a policy says otherwise, what nobody acknowledges is told again after so long.
REPEAT_SECONDS = 3600


class Samples(StrEnum):
    """Whether a clock runs on samples."""

    NO = "no"
    TOO = "too"
    ONLY = "only"


class Pause(StrEnum):
    """What a clock stands still for."""

    HOLD = "hold"
    #: An order refused, until one is given.
    REFUSAL = "refusal"


class InvalidPolicy(CustodyError):
    """The policy is not valid: {why}."""

    code = "invalid_policy"


class Told(Protocol):
    """An exhibit, as far as limits depend on it."""

    @property
    def lane(self) -> str: ...
    @property
    def substance(self) -> str: ...
    @property
    def net_grams(self) -> Decimal | None: ...
    @property
    def gross_grams(self) -> Decimal | None: ...
    @property
    def place_id(self) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What decides which limit an exhibit has.

    Attributes:
        grams: its net mass, or its gross mass where that is not known; None where neither is.
        place: code name of where it is.
    """

    lane: Lane
    substance: str
    grams: Decimal | None
    place: str | None

    @classmethod
    def of(cls, exhibit: Told) -> Facts:
        """The facts of an exhibit: of its state, or of its row."""
        net = exhibit.net_grams
        return cls(
            lane=Lane(exhibit.lane),
            substance=exhibit.substance,
            grams=exhibit.gross_grams if net is None else net,
            place=exhibit.place_id,
        )


@dataclass(frozen=True, kw_only=True)
class ClockRule:
    """How long one clock may run on the exhibits that the rule fits.

    Attributes:
        name: the clock; other rules of that name may hold for other exhibits, and start and stop it alike.
        starts, stops: kinds of events; the first of each counts.
        limit_seconds: it is due when it has run that long.
        warn_percent, escalate_percent: shares of the limit at which it is due soon, and escalated.
        received_at: kinds of places at which an ``exhibit.received`` counts; empty for any.
        samples: whether it runs on samples.
        substances, places: codes of what it fits; empty for any.
        least_grams, most_grams: the masses that it fits, the first included; None for any.
        paused_by: what it stands still for.
        calendar: the hours that count; None for all.
        repeat_seconds: how often a flag is told again until somebody acknowledges it.
    """

    name: str
    starts: frozenset[str]
    stops: frozenset[str]
    lanes: frozenset[Lane]
    limit_seconds: int
    warn_percent: int
    escalate_percent: int
    received_at: frozenset[str] = frozenset()
    samples: Samples = Samples.NO
    substances: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    least_grams: Decimal | None = None
    most_grams: Decimal | None = None
    paused_by: frozenset[Pause] = frozenset()
    calendar: Calendar | None = None
    repeat_seconds: int = REPEAT_SECONDS

    def fits(self, facts: Facts) -> bool:
        """Whether its limit is the exhibit's. What is not known may be anything."""
        grams = facts.grams
        return (
            facts.lane in self.lanes
            and (not self.substances or facts.substance in self.substances)
            and (not self.places or facts.place is None or facts.place in self.places)
            and (grams is None or self.least_grams is None or grams >= self.least_grams)
            and (grams is None or self.most_grams is None or grams < self.most_grams)
        )

    def covers(self, other: ClockRule) -> bool:
        """Whether it fits everything that the other fits."""
        return (
            self.lanes >= other.lanes
            and (
                not self.substances
                or (bool(other.substances) and self.substances >= other.substances)
            )
            and (not self.places or (bool(other.places) and self.places >= other.places))
            and (self.least_grams or 0) <= (other.least_grams or 0)
            and (self.most_grams or _ANY_MASS) >= (other.most_grams or _ANY_MASS)
        )

    @property
    def course(self) -> tuple[object, ...]:
        """What the rules of one clock have in common."""
        return (self.starts, self.stops, self.received_at, self.samples, self.paused_by)


_ANY_MASS = Decimal("Infinity")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules that hold from a moment on, until another policy's do."""

    code: str
    version: int
    effective_at: datetime
    rules: tuple[ClockRule, ...]

    def rule(self, name: str, facts: Facts) -> ClockRule | None:
        """The rule whose limit an exhibit has: the first that fits."""
        return next((rule for rule in self.rules if rule.name == name and rule.fits(facts)), None)

    def course(self, name: str) -> ClockRule | None:
        """A rule that says what starts, stops and pauses a clock, whatever its limit."""
        return next((rule for rule in self.rules if rule.name == name), None)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(rule.name for rule in self.rules))


def in_force(policies: Sequence[Policy], at: datetime) -> Policy | None:
    """The policy that held at a moment; the first one ever counts for whatever was before it."""
    ordered = sorted(policies, key=lambda policy: policy.effective_at)
    held = [policy for policy in ordered if policy.effective_at <= at]
    return held[-1] if held else next(iter(ordered), None)
