"""Opening hours count what a clerk with a watch would count, also on days when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.deadlines.calendars import DAYS, Calendar, InvalidCalendar, parse_calendar

MINUTE = timedelta(minutes=1)
BRUSSELS = ZoneInfo("Europe/Brussels")
OFFICE: dict[str, Any] = {
    "time_zone": "Europe/Brussels",
    "weekly": {day: [["08:30", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]},
    "closed_on": ["2026-12-25"],
}
ROUND_THE_CLOCK: dict[str, Any] = {
    "time_zone": "Europe/Brussels",
    "weekly": {day: [["00:00", "24:00"]] for day in DAYS},
    "closed_on": [],
}


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the clock on the wall says so, a minute at a time."""
    wall = at.astimezone(ZoneInfo(calendar.zone))
    minute = wall.hour * 60 + wall.minute
    hours = calendar.weekly[wall.weekday()]
    return wall.date() not in calendar.closed_on and any(
        opens <= minute < closes for opens, closes in hours
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS).astimezone(UTC)


def test_a_weekend_and_a_holiday_do_not_count() -> None:
    office = parse_calendar(OFFICE)
    friday = moment("2026-12-18T16:00")
    assert office.after(friday, timedelta(hours=2)) == moment("2026-12-21T09:30")
    assert office.elapsed(friday, moment("2026-12-21T09:30")) == timedelta(hours=2)
    eve = moment("2026-12-24T16:59")
    assert office.after(eve, 2 * MINUTE) == moment("2026-12-28T08:31")


def test_what_ends_with_the_opening_hours_ends_then_and_not_when_they_open_again() -> None:
    office = parse_calendar(OFFICE)
    assert office.after(moment("2026-12-18T16:00"), timedelta(hours=1)) == moment(
        "2026-12-18T17:00"
    )


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_clocks_change_is_as_long_as_it_is(day: str, hours: int) -> None:
    always = parse_calendar(ROUND_THE_CLOCK)
    start = moment(f"{day}T00:00")
    following = moment(f"{date.fromisoformat(day) + timedelta(days=1)}T00:00")
    assert always.elapsed(start, following) == timedelta(hours=hours)
    assert always.after(start, timedelta(hours=hours)) == following


@settings(max_examples=60)
@given(
    st.sampled_from([OFFICE, ROUND_THE_CLOCK]),
    st.integers(0, 6 * 24 * 60),
    st.integers(0, 3000),
    st.sampled_from(["2026-03-26T00:00", "2026-10-22T00:00"]),
)
def test_a_clerk_who_counts_minutes_finds_the_same(
    told: dict[str, Any], wait: int, minutes: int, season: str
) -> None:
    calendar = parse_calendar(told)
    begun = moment(season) + wait * MINUTE
    ended = begun + minutes * MINUTE
    counted = sum(is_open(calendar, begun + one * MINUTE) for one in range(minutes))
    assert calendar.elapsed(begun, ended) == counted * MINUTE
    reached = calendar.after(begun, counted * MINUTE)
    assert reached <= ended
    assert calendar.elapsed(begun, reached) == counted * MINUTE


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": 1}, "time_zone"),
        ({"weekly": {"monday": [["08:00", "17:00"]]}}, "weekly"),
        ({"weekly": {"mon": [["08:00", "12:00"]]}}, "weekly"),
        ({"weekly": {"mon": [["17:00", "08:00"]]}}, "weekly.mon"),
        ({"weekly": {"mon": [["08:00", "12:00"], ["11:00", "17:00"]]}}, "weekly.mon"),
        ({"weekly": {"mon": [["8", "12:00"]]}}, "weekly.mon"),
        ({"weekly": {"mon": "always"}}, "weekly.mon"),
        ({"closed_on": ["Christmas"]}, "closed_on"),
        ({"closed_on": "2026-12-25"}, "closed_on"),
        ({"colour": "red"}, None),
    ],
)
def test_hours_that_make_no_sense_are_refused_by_their_field(
    change: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(InvalidCalendar) as refused:
        parse_calendar(OFFICE | change)
    assert refused.value.field == field
