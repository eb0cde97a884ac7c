"""The fold of clocks gives, at every minute of any life, what a slow and obvious model gives."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.deadlines.rules import ClockState, Level, fold_clocks, replay_clocks
from custody.kit import clock, ids
from custody.ledger.events import Event, Subject, seal
from custody.seizures.projection import fold_exhibit
from custody.seizures.states import ExhibitState
from tests.deadlines.slow_model import (
    CONTAINER,
    CUSTODIAN,
    HOLD,
    NAMES,
    ORDERS,
    POLICIES,
    SOMEBODY,
    START,
    Model,
)

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
            ("exhibit.neutralised", "deviating"),
            ("exhibit.staged", None),
            ("hold.placed", None),
            ("hold.placed", None),
            ("hold.lifted", None),
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
        **({"hold": HOLD} if kind.startswith("hold.") else {}),
        **({"run": None, "result": told} if kind == "exhibit.assayed" else {}),
        **({"deviations": [{"what": "pH"}]} if told == "deviating" else {}),
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


@settings(max_examples=300)
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


def random_life(dice: random.Random) -> tuple[str, str, list[tuple[int, str, Any]]]:
    """A life of weeks rather than hours, drawn without search for hard cases."""
    now, packed = 0, False
    happenings: list[tuple[int, str, Any]] = [(0, "exhibit.intercepted", None)]
    for _ in range(dice.randint(5, 40)):
        now += dice.choice([dice.randint(0, 150), dice.randint(0, 3000)])
        kind, told = dice.choice(
            [
                ("exhibit.dispatched", None),
                ("exhibit.received", dice.choice(["vault", "plant"])),
                ("exhibit.stored", None),
                ("exhibit.withdrawn", None),
                ("exhibit.neutralised", dice.choice([None, "deviating"])),
                ("exhibit.assayed", dice.choice(["pass", "fail"])),
                ("hold.placed", None),
                ("hold.lifted", None),
                ("order.given", dice.choice(ORDERS)),
                ("order.revoked", dice.choice(ORDERS)),
                ("exhibit.lane_assigned", dice.choice(["fast", "standard"])),
                ("box", {dice.choice(NAMES): dice.randint(0, 2000) for _ in range(2)}),
            ]
        )
        if kind == "box":
            kind = "exhibit.unpacked" if packed else "exhibit.packed"
            told = {name: max(0, now - back) for name, back in told.items()} if packed else None
            packed = not packed
        happenings.append((now, kind, told))
    return dice.choice(["block", "sample"]), dice.choice(["fast", "standard"]), happenings


def test_in_ten_thousand_days_every_level_falls_at_the_models_minute() -> None:
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    minutes = 0
    while minutes < 10_000 * 24 * 60:
        form, lane, happenings = random_life(dice)
        model = Model(lane, sample=form == "sample")
        state: ExhibitState | None = None
        clocks: dict[UUID, ClockState] = {}
        events = events_of(form, lane, happenings)
        for number, (event, (minute, kind, told)) in enumerate(
            zip(events, happenings, strict=True)
        ):
            after = fold_exhibit(state, event)
            clocks = fold_clocks(clocks, state, event, after, POLICIES)
            state = after
            model.happens(minute, kind, told)
            until = happenings[number + 1][0] if number + 1 < len(happenings) else minute + 20_000
            falling = {
                int((falls - START).total_seconds()) // 60
                for one in clocks.values()
                for level in (Level.SOON, Level.DUE, Level.ESCALATED)
                if (falls := one.falls(level))
            }
            asked = {minute, until - 1, *falling, *(one - 1 for one in falling)}
            for now in sorted(one for one in asked if minute <= one < until):
                assert counted(clocks, now) == model.levels(now), (seed, now, kind)
        minutes += happenings[-1][0] + 20_000


@settings(max_examples=200)
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


@settings(max_examples=200)
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
