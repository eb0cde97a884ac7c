"""Whether a sweep ran every minute, seldom or never before the end: the flags are the same, dated the same."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from custody.deadlines.models import Flag
from custody.deadlines.sweeping import sweep
from custody.handling.lane import AssignLane
from custody.handling.store import Withdraw
from custody.kit.clock import SimulatedClock
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import (
    MINUTE,
    flags,
    leave_the_fast_lane,
    moving_time,
    order,
    pack,
    receive,
    send,
    store,
)

pytestmark = pytest.mark.django_db

Told = list[tuple[str | None, str, timedelta, int | None, bool]]


def life(cast: Cast, every: int | None) -> Told:
    """The flags of one unit's life, with a sweep every so many minutes."""
    with moving_time() as time:
        _, (unit,) = catch(cast)
        start = time.at
        pass_time(time, 20, every)
        send(cast, unit)
        pass_time(time, 133, every)
        receive(cast, unit)
        pass_time(time, 7, every)
        store(cast, unit)
        pass_time(time, 1200, every)
        leave_the_fast_lane(cast.keeper, cast.second_keeper, unit.label)
        pass_time(time, 600, every)
        do(cast.keeper, AssignLane(exhibits=(unit.label,), lane="fast"))
        pass_time(time, 400, every)
        do(cast.keeper, Withdraw(exhibits=(unit.label,), purpose="destruction"))
        sweep()
        return told(unit, start)


def told(unit: Exhibit, start: datetime) -> Told:
    return sorted(
        (
            flag.clock_name,
            flag.level,
            flag.fell_due_at - start,
            flag.late_seconds,
            flag.resolved_at is None,
        )
        for flag in flags(unit)
    )


def pass_time(time: SimulatedClock, minutes: int, every: int | None) -> None:
    for minute in range(minutes):
        time.advance(MINUTE)
        if every and minute % every == 0:
            sweep()


def lane_left(cast: Cast, every: int | None) -> Told:
    """The flags of a unit that left the fast lane late, and was packed late on the standard one."""
    with moving_time() as time:
        _, (unit,) = catch(cast)
        start = time.at
        pass_time(time, 125, every)
        leave_the_fast_lane(cast.officer, cast.colleague, unit.label)
        order(cast, unit, f"NB-{every}")
        pass_time(time, 150, every)
        pack(cast, unit)
        pass_time(time, 10, every)
        return told(unit, start)


def test_the_same_life_has_the_same_flags_however_often_a_sweep_runs(cast: Cast) -> None:
    often, seldom, never = life(cast, 13), life(cast, 190), life(cast, None)
    assert often == seldom == never
    assert [(name, level) for name, level, *_ in often] == [
        ("harmless", "due"),
        ("harmless", "escalated"),
        ("harmless", "soon"),
        ("store", "due"),
        ("store", "escalated"),
        ("store", "soon"),
        ("transit", "due"),
        ("transit", "soon"),
    ]
    assert Flag.objects.count() == 24


def test_leaving_a_lane_or_entering_a_container_hides_no_level_that_was_reached(cast: Cast) -> None:
    often, never = lane_left(cast, 5), lane_left(cast, None)
    assert often == never
    assert [(name, level) for name, level, *_ in often] == [
        ("harmless", "due"),
        ("harmless", "soon"),
        ("plant", "soon"),
    ]
