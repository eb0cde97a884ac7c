"""A slow and obvious model of the clocks: it counts minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from custody.deadlines.content import parse
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.policies import Policy
from custody.kit import clock
from custody.ledger.events import Person

START = datetime(2024, 1, 1, tzinfo=UTC)
SOMEBODY = Person("badge", "A/U", "A")
CUSTODIAN = {"badge": "badge", "unit": "A/U", "agency": "A"}
CONTAINER = str(UUID(int=7))
HOLD = str(UUID(int=5))
ORDERS = [str(UUID(int=number)) for number in (1, 2)]
NAMES = ("harmless", "plant", "transit", "store")
#: In minutes, by policy, clock and lane.
LIMITS: list[dict[tuple[str, str], int]] = [
    {
        ("harmless", "fast"): 120,
        ("plant", "fast"): 180,
        ("plant", "standard"): 180,
        ("transit", "fast"): 120,
        ("transit", "standard"): 120,
        ("store", "fast"): 1440,
        ("store", "standard"): 10080,
    }
]
LIMITS.append({key: limit // 2 for key, limit in LIMITS[0].items()})
NEW_POLICY_AT = 300


#: These stand still while there is a hold.
STILL = ("harmless", "plant")


def policies() -> list[Policy]:
    first = flanders_2024(effective_at=clock.to_text(START - timedelta(days=1)))
    second = flanders_2024(effective_at=clock.to_text(START + timedelta(minutes=NEW_POLICY_AT)))
    for one in second["clocks"]:
        one["limit_seconds"] //= 2
    for one in (*first["clocks"], *second["clocks"]):
        if one["name"] in STILL:
            one["paused_by"] = ["hold"]
    return [parse(first, version=1), parse(second, version=2)]


POLICIES = policies()


# --- the model


@dataclass
class Running:
    """A clock: since which minute it runs, under which policy, and the minutes that did not count."""

    since: int
    policy: int
    still: set[int] = field(default_factory=set)

    def ran(self, now: int) -> int:
        return len(set(range(self.since, now)) - self.still)

    def join(self, since: int) -> None:
        """Stand for one more that ran since then without a pause: what counts for either counts."""
        self.still = {minute for minute in self.still if minute < since}
        self.since = min(self.since, since)


@dataclass
class Model:
    """The clocks by name, minute by minute, and whether each counts now."""

    lane: str
    sample: bool
    clocks: dict[str, Running] = field(default_factory=dict)
    first: dict[str, Running] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)
    packed: bool = False
    orders: set[str] = field(default_factory=set)
    held: bool = False
    harmless: bool = False
    at: int = 0
    over: bool = False

    def start(self, name: str, since: int, now: int) -> None:
        if self.sample and name != "transit":
            return
        if name not in self.clocks:
            self.clocks[name] = Running(since, 1 if now >= NEW_POLICY_AT else 0)
            if self.packed:
                self.inside.add(name)
        else:
            self.clocks[name].join(since)
        one = self.clocks[name]
        if name not in self.first or one.since <= self.first[name].since:
            self.first[name] = one

    def begin(self, name: str, now: int) -> None:
        if name not in self.clocks:
            self.start(name, now, now)

    def pass_time(self, now: int) -> None:
        if self.held:
            for name in STILL:
                if name in self.clocks:
                    self.clocks[name].still |= set(range(self.at, now))
        self.at = now

    def stop(self, name: str) -> None:
        self.clocks.pop(name, None)
        self.handed.discard(name)
        self.inside.discard(name)

    def happens(self, now: int, kind: str, told: Any) -> None:
        self.pass_time(now)
        if kind == "exhibit.intercepted":
            self.begin("harmless", now)
        elif kind == "exhibit.dispatched":
            self.begin("transit", now)
        elif kind == "exhibit.received":
            self.stop("transit")
            if told == "plant":
                self.stop("plant")
        elif kind == "exhibit.found":
            self.stop("transit")
            self.stop("store")
        elif kind == "exhibit.stored":
            self.begin("store", now)
        elif kind == "exhibit.withdrawn":
            self.stop("store")
        elif kind == "order.given":
            self.orders.add(told)
            self.begin("plant", now)
        elif kind == "order.revoked":
            self.orders.discard(told)
            if not self.orders:
                self.stop("plant")
        elif kind in ("hold.placed", "hold.lifted"):
            self.held = kind == "hold.placed"
        elif kind == "exhibit.staged":
            self.stop("plant")
        elif kind == "exhibit.neutralised":
            if told != "deviating":
                self.harmless = True
                self.stop("harmless")
        elif kind == "exhibit.assayed":
            if told == "pass" and not self.harmless:
                self.stop("harmless")
            if told == "fail" and "harmless" in self.first:
                self.begin_again(now)
            self.harmless = told == "pass"
        elif kind == "exhibit.lane_assigned":
            self.lane = told
        elif kind == "exhibit.packed":
            self.packed = True
            self.handed |= set(self.clocks) - self.inside
        elif kind == "exhibit.unpacked":
            self.packed = False
            for name in self.handed - told.keys():
                self.stop(name)
            self.handed, self.inside = set(), set()
            for name, since in told.items():
                self.start(name, since, now)
        elif kind == "exhibit.incinerated":
            for name in NAMES:
                self.stop(name)
            self.over = True

    def begin_again(self, now: int) -> None:
        if "harmless" not in self.clocks:
            first = self.first["harmless"]
            self.start("harmless", first.since, NEW_POLICY_AT if first.policy else 0)
            self.clocks["harmless"].still = set(first.still)

    def levels(self, now: int) -> dict[str, tuple[int, str]]:
        """Of each clock that counts: since when, and how late it is, by trying every level."""
        self.pass_time(now)
        result = {}
        for name, one in self.clocks.items():
            if name in self.handed or name in self.inside:
                continue
            limit = LIMITS[one.policy].get((name, self.lane))
            late = ""
            if limit is not None:
                ran, still = one.ran(now), self.held and name in STILL
                for level, share in (("soon", 0.75), ("due", 1.0), ("escalated", 1.5)):
                    if ran > limit * share or (ran == limit * share and not still):
                        late = level
            result[name] = (one.since, late)
        return result
