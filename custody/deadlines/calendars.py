"""Opening hours: how much open time has passed, and when so much will have. Pure.

Hours are told by the clock on the wall of the place; a day on which clocks change is longer or shorter, as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WALL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_ONE_DAY = timedelta(days=1)
#: With less than this open in a week, a limit would lie years ahead.
_LEAST_A_WEEK = 5 * 60


class InvalidCalendar(CustodyError):
    """The opening hours are not valid: {why}."""

    code = "invalid_calendar"


@dataclass(frozen=True)
class Calendar:
    """When a place is open.

    Attributes:
        zone: its time zone, as IANA names it.
        weekly: for each day of the week, Monday first, pairs of minutes after midnight, in order.
        closed_on: days on which it stays shut all the same.
    """

    zone: str
    weekly: tuple[tuple[tuple[int, int], ...], ...]
    closed_on: frozenset[date]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between two moments; none if the second is not later."""
        passed = timedelta()
        for opens, closes in self._openings(start):
            if opens >= end:
                break
            passed += max(min(closes, end) - max(opens, start), timedelta())
        return passed

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The moment at which so much open time has passed since another: the first such, if it is shut then."""
        if not span:
            return start
        left = span
        for opens, closes in self._openings(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta())
        raise AssertionError("a place opens again every week")

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Every opening that ends after a moment, in order and without end."""
        day = start.astimezone(ZoneInfo(self.zone)).date()
        while True:
            if day not in self.closed_on:
                for opens, closes in self.weekly[day.weekday()]:
                    opening = _moment(self.zone, day, opens), _moment(self.zone, day, closes)
                    if opening[1] > start:
                        yield opening
            day += _ONE_DAY


@lru_cache(maxsize=4096)
def _moment(zone: str, day: date, minutes: int) -> datetime:
    """Minutes after midnight by the clock on the wall, in UTC; what that clock skips comes an hour later."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001  a wall has no zone
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def parse_calendar(told: Any) -> Calendar:
    """The opening hours that this content describes.

    Args:
        told: ``time_zone``, ``weekly`` (day to pairs of ``HH:MM``; a day left out is shut) and ``closed_on`` (dates).

    Raises:
        InvalidCalendar: something in it makes no sense; names the field.
    """
    if not isinstance(told, Mapping) or told.keys() != {"time_zone", "weekly", "closed_on"}:
        raise InvalidCalendar(why="give time_zone, weekly and closed_on")
    zone = told["time_zone"]
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, TypeError, OSError):
        raise InvalidCalendar(
            field="time_zone", why=Sentence("{zone} is no IANA time zone", zone=zone)
        ) from None
    weekly, closed = told["weekly"], told["closed_on"]
    if not isinstance(weekly, Mapping) or weekly.keys() - set(DAYS):
        raise InvalidCalendar(
            field="weekly", why=Sentence("its days are {days}", days=", ".join(DAYS))
        )
    hours = tuple(_hours(day, weekly.get(day, ())) for day in DAYS)
    if sum(closes - opens for day in hours for opens, closes in day) < _LEAST_A_WEEK:
        raise InvalidCalendar(field="weekly", why="it is open for less than five hours a week")
    if not isinstance(closed, list | tuple):
        raise InvalidCalendar(field="closed_on", why="it is a list of dates")
    return Calendar(zone=zone, weekly=hours, closed_on=frozenset(_date(one) for one in closed))


def _hours(day: str, told: Any) -> tuple[tuple[int, int], ...]:
    if not isinstance(told, list | tuple):
        raise InvalidCalendar(field=f"weekly.{day}", why="it is a list of pairs of HH:MM")
    found: list[tuple[int, int]] = []
    for pair in told:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise InvalidCalendar(field=f"weekly.{day}", why="it is a list of pairs of HH:MM")
        opens, closes = (_minutes(day, one) for one in pair)
        if closes <= opens or (found and opens <= found[-1][1]):
            raise InvalidCalendar(
                field=f"weekly.{day}", why="each opening ends after it begins, and before the next"
            )
        found.append((opens, closes))
    return tuple(found)


def _minutes(day: str, told: Any) -> int:
    if not isinstance(told, str) or not _WALL.fullmatch(told):
        raise InvalidCalendar(field=f"weekly.{day}", why=Sentence("{told} is not HH:MM", told=told))
    hours, minutes = told.split(":")
    return int(hours) * 60 + int(minutes)


def _date(told: Any) -> date:
    try:
        return date.fromisoformat(told)
    except (ValueError, TypeError):
        raise InvalidCalendar(
            field="closed_on", why=Sentence("{told} is not YYYY-MM-DD", told=told)
        ) from None
