"""The fold of clocks gives, at every minute of any life, what a slow and obvious model gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.deadlines.policies import Policy, flanders_2024, parse
from custody.deadlines.rules import ClockState, Level, fold_clocks, replay_clocks
from custody.kit import clock, ids
from custody.ledger.events import Event, Person, Subject, seal
from custody.seizures.projection import fold_exhibit
from custody.seizures.states import ExhibitState

START = datetime(2024, 1, 1, tzinfo=UTC)
SOMEBODY = Person("badge", "A/U", "A")
CUSTODIAN = {"badge": "badge", "unit": "A/U", "agency": "A"}
CONTAINER = str(UUID(int=7))
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


def policies() -> list[Policy]:
    first = flanders_2024(effective_at=clock.to_text(START - timedelta(days=1)))
    second = flanders_2024(effective_at=clock.to_text(START + timedelta(minutes=NEW_POLICY_AT)))
    for one in second["clocks"]:
        one["limit_seconds"] //= 2
    return [parse(first, version=1), parse(second, version=2)]


POLICIES = policies()


# --- the model


@dataclass
class Model:
    """Per clock: since which minute it runs, under which policy, and whether it counts now."""

    lane: str
    sample: bool
    since: dict[str, int] = field(default_factory=dict)
    policy: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[int, int]] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)
    packed: bool = False
    orders: set[str] = field(default_factory=set)
    over: bool = False

    def start(self, name: str, since: int, now: int) -> None:
        if self.sample and name != "transit":
            return
        if name not in self.since:
            self.since[name] = since
            self.policy[name] = 1 if now >= NEW_POLICY_AT else 0
            if self.packed:
                self.inside.add(name)
        else:
            self.since[name] = min(self.since[name], since)
        first = (self.since[name], self.policy[name])
        if name not in self.first or first[0] <= self.first[name][0]:
            self.first[name] = first

    def begin(self, name: str, now: int) -> None:
        if name not in self.since:
            self.start(name, now, now)

    def stop(self, name: str) -> None:
        self.since.pop(name, None)
        self.handed.discard(name)
        self.inside.discard(name)

    def happens(self, now: int, kind: str, told: Any) -> None:
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
        elif kind == "exhibit.staged":
            self.stop("plant")
        elif kind == "exhibit.neutralised":
            self.stop("harmless")
        elif kind == "exhibit.assayed":
            if told == "fail" and "harmless" in self.first:
                self.begin_again()
        elif kind == "exhibit.lane_assigned":
            self.lane = told
        elif kind == "exhibit.packed":
            self.packed = True
            self.handed |= set(self.since) - self.inside
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

    def begin_again(self) -> None:
        if "harmless" not in self.since:
            since, policy = self.first["harmless"]
            self.start("harmless", since, NEW_POLICY_AT if policy else 0)

    def levels(self, now: int) -> dict[str, tuple[int, str]]:
        """Of each clock that counts: since when, and how late it is, by trying every level."""
        result = {}
        for name, since in self.since.items():
            if name in self.handed or name in self.inside:
                continue
            limit = LIMITS[self.policy[name]].get((name, self.lane))
            late = ""
            if limit is not None:
                ran = now - since
                for level, share in (("soon", 0.75), ("due", 1.0), ("escalated", 1.5)):
                    if ran >= limit * share:
                        late = level
            result[name] = (since, late)
        return result


# --- lives


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


_STEPS = st.one_of(
    st.sampled_from(
        [
            ("exhibit.dispatched", None),
            ("exhibit.stored", None),
            ("exhibit.withdrawn", None),
            ("exhibit.found", None),
            ("exhibit.missed", None),
            ("exhibit.weighed", None),
            ("exhibit.neutralised", None),
            ("exhibit.staged", None),
        ]
    ),
    st.tuples(st.just("exhibit.received"), st.sampled_from(["vault", "plant"])),
    # Twice: only three of them in a row tell the last order from one of two.
    st.tuples(st.sampled_from(["order.given", "order.revoked"]), st.sampled_from(ORDERS)),
    st.tuples(st.sampled_from(["order.given", "order.revoked"]), st.sampled_from(ORDERS)),
    st.tuples(st.just("exhibit.assayed"), st.sampled_from(["pass", "fail"])),
    st.tuples(st.just("exhibit.lane_assigned"), st.sampled_from(["fast", "standard"])),
    st.tuples(
        st.just("box"),
        st.dictionaries(st.sampled_from(NAMES), st.integers(0, 200), max_size=3),
    ),
)


@st.composite
def lives(draw: st.DrawFn) -> tuple[str, str, list[tuple[int, str, Any]]]:
    """A form, a lane, and what happens to the exhibit at which minute."""
    form = draw(st.sampled_from(["block", "block", "sample"]))
    lane = draw(st.sampled_from(["fast", "standard"]))
    now, packed = 0, False
    happenings: list[tuple[int, str, Any]] = [(0, "exhibit.intercepted", None)]
    for wait, (kind, told) in draw(
        st.lists(
            st.tuples(st.integers(0, 150), _STEPS), min_size=draw(st.integers(0, 16)), max_size=20
        )
    ):
        now += wait
        if kind == "box":
            # Either into a container, or out of it with what that hands down.
            kind = "exhibit.unpacked" if packed else "exhibit.packed"
            told = {name: max(0, now - back) for name, back in told.items()} if packed else None
            packed = not packed
        happenings.append((now, kind, told))
    if draw(st.booleans()):
        happenings.append((now + 10, "exhibit.incinerated", None))
    return form, lane, happenings


def payload(kind: str, told: Any, form: str, lane: str) -> dict[str, Any]:
    if kind == "exhibit.intercepted":
        return {
            "exhibit": {
                "label": "L",
                "seizure": CONTAINER,
                "form": form,
                "substance": "cocaine",
                "lane": lane,
                "stage": "intercepted",
                "intercepted_at": clock.to_text(START),
                "place": "Q",
                "made_from": None,
                "custodian": CUSTODIAN,
                "reading": None,
                "seal": None,
                "holds": [],
                "orders": [],
                "samplers": [],
                "clocks": [],
            }
        }
    return {
        "place": "P",
        "vehicle": "V",
        "destination": "D",
        "custodian": CUSTODIAN,
        "reading": None,
        "stage": "received",
        "holds": [],
        **({"orders": []} if kind == "exhibit.unpacked" else {}),
        **({"place_kind": told} if kind == "exhibit.received" else {}),
        **({"order": told} if kind.startswith("order.") else {}),
        **({"result": told} if kind == "exhibit.assayed" else {}),
        **({"lane": told} if kind == "exhibit.lane_assigned" else {}),
        **({"container": CONTAINER} if kind in ("exhibit.packed", "exhibit.unpacked") else {}),
        **(
            {
                "clocks": [
                    {"name": name, "started_at": clock.to_text(at(since))}
                    for name, since in told.items()
                ]
            }
            if kind == "exhibit.unpacked"
            else {}
        ),
    }


def events_of(form: str, lane: str, happenings: list[tuple[int, str, Any]]) -> list[Event]:
    subject, previous, events = Subject("exhibit", str(UUID(int=99))), None, []
    for minute, kind, told in happenings:
        event = seal(
            kind=kind,
            subject=subject,
            actor=SOMEBODY,
            occurred_at=at(minute),
            payload=payload(kind, told, form, lane),
            previous=previous,
            act_id=ids.new_id(),
        )
        previous = event.leaf
        events.append(event)
    return events


def counted(clocks: dict[UUID, ClockState], now: int) -> dict[str, tuple[int, str]]:
    return {
        one.name: (
            int((one.started_at - START).total_seconds()) // 60,
            one.level_at(at(now)).value,
        )
        for one in clocks.values()
        if one.running
    }


@settings(max_examples=300, deadline=None)
@given(lives())
def test_clocks_and_levels_are_the_models_at_every_minute(
    life: tuple[str, str, list[tuple[int, str, Any]]],
) -> None:
    form, lane, happenings = life
    model = Model(lane, sample=form == "sample")
    state: ExhibitState | None = None
    clocks: dict[UUID, ClockState] = {}
    events = events_of(form, lane, happenings)
    for number, (event, (minute, kind, told)) in enumerate(zip(events, happenings, strict=True)):
        after = fold_exhibit(state, event)
        clocks = fold_clocks(clocks, state, event, after, POLICIES)
        state = after
        model.happens(minute, kind, told)
        until = happenings[number + 1][0] if number + 1 < len(happenings) else minute + 400
        for now in {minute, *range(minute, until, 15)}:
            assert counted(clocks, now) == model.levels(now), (now, kind)
    assert replay_clocks(events, POLICIES) == clocks


@settings(max_examples=200, deadline=None)
@given(lives(), st.integers(0, 3000))
def test_the_next_level_falls_exactly_when_the_clock_says_it_will(
    life: tuple[str, str, list[tuple[int, str, Any]]], now: int
) -> None:
    events = events_of(*life)
    for one in replay_clocks(events, POLICIES).values():
        level = one.level_at(at(now))
        falls = one.next_after(level)
        if falls is None:
            assert not one.running or level is Level.ESCALATED or one.due_at is None
            continue
        assert falls > at(now)
        assert one.level_at(falls - timedelta(microseconds=1)) is level
        assert one.level_at(falls).rank == level.rank + 1


@settings(max_examples=200, deadline=None)
@given(lives())
def test_a_stopped_clock_never_changes_again_and_at_most_one_of_a_name_runs(
    life: tuple[str, str, list[tuple[int, str, Any]]],
) -> None:
    events = events_of(*life)
    stopped: dict[UUID, ClockState] = {}
    for length in range(1, len(events) + 1):
        clocks = replay_clocks(events[:length], POLICIES)
        alive = [one.name for one in clocks.values() if one.stopped_at is None]
        assert len(alive) == len(set(alive))
        for key, one in stopped.items():
            assert clocks[key] == one
        stopped = {one.id: one for one in clocks.values() if one.stopped_at is not None}


def test_the_same_events_give_the_same_clocks_by_identity() -> None:
    events = events_of(
        "block", "fast", [(0, "exhibit.intercepted", None), (5, "exhibit.dispatched", None)]
    )
    assert set(replay_clocks(events, POLICIES)) == set(replay_clocks(events, POLICIES))
    assert len(replay_clocks(events, POLICIES)) == 2
