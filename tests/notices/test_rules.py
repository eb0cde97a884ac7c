"""When notices go out, decided purely: escalations never wait, nothing waits longer than a day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.deadlines.rules import FLAGGED, Level
from custody.notices.rules import (
    JITTER,
    RETRIES,
    Habits,
    Matter,
    NotAnHour,
    Way,
    hour,
    next_try,
    tell_at,
)

ANTWERP = ZoneInfo("Europe/Brussels")
DAY = timedelta(days=1)
moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  the zone comes beside it
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(moments, minutes, minutes, st.none() | minutes)
def test_an_escalation_never_waits(
    now: datetime, start: time, end: time, digest: time | None
) -> None:
    assert tell_at(now, Level.ESCALATED, Habits((start, end), digest), ANTWERP) == now


def quiet_by_the_minute(now: datetime, start: time, end: time) -> datetime:
    """Slow and obvious: go on minute by minute while the clock on the wall is between the two."""
    at = now
    while True:
        wall = at.astimezone(ANTWERP).time()
        if not (start <= wall < end if start <= end else wall >= start or wall < end):
            return at
        at = (at + timedelta(minutes=1)).replace(second=0, microsecond=0)


@given(moments, minutes, minutes)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(
    now: datetime, start: time, end: time
) -> None:
    found = tell_at(now, Level.DUE, Habits(quiet=(start, end)), ANTWERP)
    missing = found.astimezone(ANTWERP).time() > end and found != now
    assert found - quiet_by_the_minute(now, start, end) <= timedelta(hours=missing)
    assert found >= quiet_by_the_minute(now, start, end)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-29T00:10", "2026-03-29T01:30"),  # 02:30 does not exist: it is 03:30
        ("2026-10-25T00:10", "2026-10-25T00:30"),  # 02:30 comes twice: the first ends it
        ("2026-10-25T01:10", "2026-10-25T01:30"),  # and in the hour that came back, the second
    ],
)
def test_when_the_clocks_change(now: str, expected: str) -> None:
    moment, wanted = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, expected))
    found = tell_at(moment, Level.DUE, Habits(quiet=(time(22), time(2, 30))), ANTWERP)
    assert found == wanted


@given(moments, minutes)
def test_a_digest_comes_within_a_day(now: datetime, at: time) -> None:
    found = tell_at(now, Level.DUE, Habits(digest_at=at), ANTWERP)
    assert now < found <= now + DAY + timedelta(hours=1)


@given(moments, st.sampled_from(FLAGGED))
def test_who_has_no_habits_is_told_at_once(now: datetime, level: Level) -> None:
    assert tell_at(now, level, Habits(), ANTWERP) == now


def test_tries_grow_apart_and_end_after_a_day() -> None:
    waits = [next_try(tries, lambda: 0.5) for tries in range(1, len(RETRIES) + 1)]
    assert waits == sorted(waits)
    assert sum(RETRIES, timedelta()) == DAY
    assert next_try(len(RETRIES) + 1, lambda: 0.5) is None


@given(st.integers(1, len(RETRIES)), st.floats(0, 1))
def test_what_failed_together_is_not_tried_together(tries: int, chance: float) -> None:
    wait = next_try(tries, lambda: chance)
    plain = RETRIES[tries - 1]
    assert wait is not None
    assert abs(wait - plain) <= plain * (JITTER + 1e-6)


@pytest.mark.parametrize(
    "text", ["", "7:30", "24:00", "07:60", "07:30:00", "07:30 ", "\u0660\u0667:\u0663\u0660"]
)
def test_only_hours_are_hours(text: str) -> None:
    with pytest.raises(NotAnHour):
        hour(text, "digest_at")


def test_a_route_leads_where_everything_that_it_says_fits() -> None:
    matter = Matter("CUSTOMS/STORE", "VAULT-A", "fast", Level.DUE)
    boxes = ["somebody"]
    assert Way(boxes, Level.SOON).leads(matter)
    assert Way(boxes, Level.DUE, "CUSTOMS/STORE", "VAULT-A", "fast").leads(matter)
    for other in (
        Way(boxes, Level.ESCALATED),
        Way(boxes, Level.SOON, unit="CUSTOMS/QUAY"),
        Way(boxes, Level.SOON, place="VAULT-B"),
        Way(boxes, Level.SOON, lane="standard"),
    ):
        assert not other.leads(matter)
