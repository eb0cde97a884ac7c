"""Opening hours against a slow model that looks at every minute of the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.burning.errors import InvalidHours
from custody.burning.hours import BRUSSELS, Hours, parse_hours, week_of

MINUTE = timedelta(minutes=1)


def slow(hours: Hours, start: datetime, end: datetime) -> bool:
    """Whether every minute between is one that the wall's clock shows while it is open."""
    moment = start
    while moment < end:
        wall = moment.astimezone(BRUSSELS)
        minute = wall.hour * 60 + wall.minute
        today, yesterday = hours.weekly[wall.weekday()], hours.weekly[wall.weekday() - 1]
        if not (today and today[0] <= minute < today[1]) and not (
            yesterday and minute < yesterday[1] - 24 * 60
        ):
            return False
        moment += MINUTE
    return True


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int] | None:
    # by quarters, and neither from nor to inside the hours that the changes of clock skip or double
    opens = draw(st.integers(0, 95)) * 15
    closes = draw(st.integers(opens // 15 + 1, 96)) * 15
    if 120 <= opens < 180 or 120 <= closes < 180:
        return None
    # as far into the next day as the hours go that are the same on every day
    night = draw(st.integers(1, 8)) * 15 + 1440
    return draw(st.sampled_from([(opens, closes), (opens, night), (0, 1440), None]))


@given(
    weekly=st.tuples(*[spans()] * 7),
    # both changes of clock of 2026 lie within
    start=st.integers(0, 300 * 24 * 4).map(
        lambda n: datetime(2026, 2, 1, tzinfo=UTC) + n * timedelta(minutes=15)
    ),
    quarters=st.integers(1, 4 * 60),
)
def test_a_slot_is_covered_when_every_minute_of_it_is(
    weekly: Any, start: datetime, quarters: int
) -> None:
    hours, end = Hours(weekly), start + quarters * timedelta(minutes=15)
    assert hours.cover(start, end) == slow(hours, start, end)


def test_a_night_shift_passes_midnight_where_two_openings_meet() -> None:
    hours = parse_hours(
        {"mon": {"from": "18:00", "to": "24:00"}, "tue": {"from": "00:00", "to": "06:00"}}
    )
    evening = datetime(2026, 11, 23, 22, tzinfo=BRUSSELS)  # a Monday
    assert hours.cover(evening, evening + timedelta(hours=8))
    assert not hours.cover(evening, evening + timedelta(hours=8, minutes=1))
    assert hours.in_words == "mon 18:00-24:00, tue 00:00-06:00"


def test_a_night_shift_is_told_on_the_day_on_which_it_begins() -> None:
    night = {"from": "22:00", "to": "06:00"}
    hours = parse_hours({"sun": night, "mon": night}, nights=True)
    evening = datetime(2026, 11, 29, 22, tzinfo=BRUSSELS)  # a Sunday
    for begins in (evening, evening + timedelta(days=1), evening + timedelta(hours=3)):
        assert hours.cover(begins, begins + timedelta(hours=5))
    assert hours.cover(evening, evening + timedelta(hours=8))
    assert not hours.cover(evening, evening + timedelta(hours=8, minutes=1))
    assert not hours.cover(evening + timedelta(days=2), evening + timedelta(days=2, hours=1))
    assert hours.in_words == "mon 22:00-06:00, sun 22:00-06:00"
    with pytest.raises(InvalidHours):
        parse_hours({"sun": {"from": "06:00", "to": "06:00"}}, nights=True)


def test_a_week_begins_on_monday_by_the_clock_in_brussels() -> None:
    # Sunday 23:30 UTC in winter is half past midnight on Monday in Brussels
    since, until = week_of(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    assert since == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert until - since == timedelta(days=7)
    # the week of the change is an hour longer
    since, until = week_of(datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert until - since == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (None, None),
        ({}, None),
        ({"monday": {"from": "06:00", "to": "22:00"}}, None),
        ({"mon": ["06:00", "22:00"]}, "mon"),
        ({"mon": {"from": "06:00"}}, "mon"),
        ({"mon": {"from": "6:00", "to": "22:00"}}, "mon"),
        ({"mon": {"from": "06:00", "to": "24:01"}}, "mon"),
        ({"mon": {"from": "06:00", "to": "06:00"}}, "mon"),
        ({"sun": {"from": "22:00", "to": "06:00"}}, "sun"),
        ({"sun": {"from": 6, "to": 22}}, "sun"),
    ],
)
def test_hours_that_make_no_sense_are_refused_by_their_day(told: Any, field: str | None) -> None:
    with pytest.raises(InvalidHours) as refused:
        parse_hours(told)
    assert refused.value.field == field
