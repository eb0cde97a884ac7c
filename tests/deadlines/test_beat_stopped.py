"""Nobody sweeps for an hour: nothing is missed or doubled, it is seen meanwhile, and told when the sweep comes back."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.test import RequestFactory

from config.health import healthz
from custody.audit import replay
from custody.deadlines import queries
from custody.deadlines.models import Flag, Sweeper
from custody.deadlines.rules import Level
from custody.deadlines.sweeping import sweep
from custody.deadlines.tasks import sweep as beat
from custody.kit.clock import SimulatedClock
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch
from tests.deadlines.scenes import HOUR, MINUTE, receive, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def health() -> str:
    """What the health page says of the sweeps."""
    told: str = json.loads(healthz(RequestFactory().get("/healthz")).content)["sweep"]["status"]
    return told


def test_beat_stopped_for_an_hour_and_the_watch_with_it(cast: Cast, time: SimulatedClock) -> None:
    """Every third minute another unit is caught; the limits of all of them fall while nobody sweeps."""
    expected: dict[tuple[str, str], datetime] = {}
    arrived: Exhibit | None = None
    for minute in range(240):
        time.advance(MINUTE)
        if minute < 60 and minute % 3 == 0:
            _, (unit,) = catch(cast)
            for level, after in (("soon", 90), ("due", 120), ("escalated", 180)):
                expected[str(unit.id), level] = time.at + after * MINUTE
            if minute == 0:
                arrived = unit
                send(cast, unit)
        swept = not 100 <= minute < 160
        if swept:
            beat()
            sweep(by=Sweeper.WATCH)
            assert not Flag.objects.filter(fell_due_at__gt=time.at).exists()
            assert health() == "ok"
        elif minute == 130:
            assert arrived
            # the act that ends a clock flags what it passed, sweeps or none
            receive(cast, arrived)
            assert health() == "late"
            limits = queries.next_limits(
                list(Exhibit.objects.values_list("pk", flat=True)), time.at
            )
            late = [one for one in limits.values() if one.level in {Level.DUE, Level.ESCALATED}]
            assert len(late) == 4
            assert Flag.objects.filter(clock_name="harmless", level="due").count() == 0
    fell = {
        (str(flag.exhibit_id), flag.level): flag.fell_due_at
        for flag in Flag.objects.filter(clock_name="harmless")
    }
    told = {key: at for key, at in expected.items() if at <= time.at}
    assert fell == told
    assert Flag.objects.filter(clock_name="harmless").count() == len(told)
    assert Entry.objects.filter(kind="flag.raised").count() == Flag.objects.count()
    assert arrived
    transit = Flag.objects.filter(exhibit=arrived, clock_name="transit")
    assert {flag.level: flag.late_seconds for flag in transit} == {"soon": 600, "due": 600}
    replay.compare()


def test_one_of_two_sweepers_is_enough_and_the_silence_of_the_other_is_seen(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    beat()
    for _ in range(90):
        time.advance(2 * MINUTE)
        sweep(by=Sweeper.WATCH)
    assert Flag.objects.filter(exhibit=unit).count() == 3
    assert health() == "late"
    beat()
    assert Flag.objects.filter(exhibit=unit).count() == 3
    assert health() == "ok"
    assert time.at - unit.intercepted_at >= 2 * HOUR
