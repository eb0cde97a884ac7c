"""Spring and autumn: a limit of hours is hours, and one of opening hours is what the clock on the wall shows."""

from __future__ import annotations

import time as machine
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Clock, Flag
from custody.deadlines.services import adopt_policy
from custody.deadlines.sweeping import sweep
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.ledger.events import SYSTEM
from tests.cast import Cast, catch
from tests.deadlines.scenes import HOUR, MINUTE, levels, order, running

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]

#: One in the morning by UTC, when clocks of the European Union change.
CHANGES = [
    pytest.param(datetime(2027, 3, 28, 1, tzinfo=UTC), id="spring"),
    pytest.param(datetime(2027, 10, 31, 1, tzinfo=UTC), id="autumn"),
]


@pytest.fixture(params=["Europe/Brussels", "America/Sao_Paulo"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine on a wall clock, that of the quay or of a place far away."""
    monkeypatch.setenv("TZ", request.param)
    machine.tzset()
    yield request.param
    monkeypatch.undo()
    machine.tzset()


@pytest.mark.parametrize("change", CHANGES)
def test_two_hours_are_two_hours_on_the_night_when_clocks_change(
    cast: Cast, zone: str, change: datetime
) -> None:
    with clock.simulated(change - 95 * MINUTE) as time:
        caught = {}
        for _ in range(10):
            _, (unit,) = catch(cast)
            caught[unit.id] = time.at
            time.advance(10 * MINUTE)
            sweep()
        while time.at < change + 6 * HOUR:
            time.advance(7 * MINUTE)
            sweep()
            late = Flag.objects.filter(level="due").values_list("exhibit_id", flat=True)
            assert set(late) == {key for key, at in caught.items() if at + 2 * HOUR <= time.at}
        assert Flag.objects.count() == 30
        for flag in Flag.objects.all():
            after = {"soon": 90, "due": 120, "escalated": 180}[flag.level]
            assert flag.fell_due_at == caught[flag.exhibit_id] + after * MINUTE
            assert flag.fell_due_at <= flag.raised_at < flag.fell_due_at + 10 * MINUTE


def opening_hours(hours: int, effective_at: datetime) -> dict[str, Any]:
    """The default policy, but for the plant: so many hours while its gate is open, day and night but at noon."""
    content = flanders_2024(effective_at=clock.to_text(effective_at))
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for one in content["clocks"]:
        if one["name"] == "plant":
            one["limit_seconds"] = hours * 3600
            one["calendar"] = {
                "time_zone": "Europe/Brussels",
                "weekly": {day: [["00:00", "12:00"], ["13:00", "24:00"]] for day in days},
                "closed_on": [],
            }
    return content


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        # Fifteen hours from eight in the evening: four before midnight, eleven after it, one skipped or had twice.
        pytest.param(datetime(2027, 3, 28, 1, tzinfo=UTC), "2027-03-28T12:00+02:00", id="spring"),
        pytest.param(datetime(2027, 10, 31, 1, tzinfo=UTC), "2027-10-31T10:00+01:00", id="autumn"),
    ],
)
def test_a_limit_of_opening_hours_follows_the_clock_on_the_wall(
    cast: Cast, zone: str, change: datetime, wall: str
) -> None:
    evening = change.replace(hour=0) - (5 * HOUR if change.month == 3 else 6 * HOUR)
    with clock.simulated(evening - HOUR) as time:
        adopt_policy(content=opening_hours(15, evening - 30 * MINUTE), actor=SYSTEM)
        time.move_to(evening)
        _, (unit,) = catch(cast, lane="standard")
        order(cast, unit)
        falls = datetime.fromisoformat(wall)
        assert running(unit)["plant"].due_at == falls
        swept_until(time, falls - timedelta(seconds=1))
        assert ("plant", "due") not in levels(unit)
        swept_until(time, falls)
        assert ("plant", "due") in levels(unit)
        swept_until(time, falls + 24 * HOUR)
        assert Flag.objects.filter(clock_name="plant").count() == 3
        assert not Clock.objects.filter(next_at__lte=time.at).exists()


def swept_until(time: SimulatedClock, end: datetime) -> None:
    while time.at < end:
        time.move_to(min(time.at + 20 * MINUTE, end))
        sweep()
