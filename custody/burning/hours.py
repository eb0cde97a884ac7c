"""Opening hours by the day of the week, told by the clock on the wall in Brussels. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from custody.burning.errors import InvalidHours
from custody.kit.sentences import Sentence

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BRUSSELS = ZoneInfo("Europe/Brussels")
_WALL = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
_ONE_DAY = timedelta(days=1)
_A_DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """When something is open: for each day of the week, Monday first, minutes after midnight from and to; None if shut.

    What ends on the next day ends after so many more minutes.
    """

    weekly: tuple[tuple[int, int] | None, ...]

    def cover(self, start: datetime, end: datetime) -> bool:
        """Whether it is open all the time from one moment to another; openings that meet at midnight are one."""
        # what began the day before may run on
        open_until, day = start, local_day(start) - _ONE_DAY
        while open_until < end:
            span = self.weekly[day.weekday()]
            if span and _moment(day, span[0]) <= open_until:
                open_until = max(open_until, _moment(day, span[1]))
            day += _ONE_DAY
            if open_until < min(end, _moment(day, 0)):
                return False
        return True

    @property
    def in_words(self) -> str:
        """As people read it: ``mon 06:00-22:00, tue …``."""
        return ", ".join(
            f"{name} {_wall(span[0])}-{_wall(span[1])}"
            for name, span in zip(DAYS, self.weekly, strict=True)
            if span
        )


def local_day(moment: datetime) -> date:
    """The day on the wall in Brussels."""
    return moment.astimezone(BRUSSELS).date()


def week_of(moment: datetime) -> tuple[datetime, datetime]:
    """The week in which a moment lies, Monday to Monday in Brussels."""
    day = local_day(moment)
    monday = day - timedelta(days=day.weekday())
    return _moment(monday, 0), _moment(monday + 7 * _ONE_DAY, 0)


def _moment(day: date, minutes: int) -> datetime:
    """Minutes after midnight by the clock on the wall, in UTC; what that clock skips comes an hour later."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001  a wall has no zone
    return wall.replace(tzinfo=BRUSSELS).astimezone(UTC)


def _wall(minutes: int) -> str:
    if minutes > _A_DAY:
        minutes -= _A_DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def parse_hours(told: Any, *, nights: bool = False) -> Hours:
    """The hours that this content describes.

    Args:
        told: day (``mon`` to ``sun``) to ``{"from": "06:00", "to": "22:00"}``; a day left out is shut.
        nights: whether a day may end on the next one, as ``{"from": "22:00", "to": "06:00"}`` does.

    Raises:
        InvalidHours: something in it makes no sense; names the day.
    """
    if not isinstance(told, Mapping) or told.keys() - set(DAYS):
        raise InvalidHours(why=Sentence("its days are {days}", days=", ".join(DAYS)))
    if not told:
        raise InvalidHours(why="it is open on no day")
    return Hours(
        tuple(_span(day, told[day], nights=nights) if day in told else None for day in DAYS)
    )


def _span(day: str, told: Any, *, nights: bool) -> tuple[int, int]:
    if not isinstance(told, Mapping) or told.keys() != {"from", "to"}:
        raise InvalidHours(field=day, why="a day has from and to")
    opens, closes = (_minutes(day, told[name]) for name in ("from", "to"))
    if nights and closes < opens:
        return opens, closes + _A_DAY
    if closes <= opens:
        raise InvalidHours(field=day, why="it closes after it opens, at 24:00 at the latest")
    return opens, closes


def _minutes(day: str, told: Any) -> int:
    if not isinstance(told, str) or not _WALL.fullmatch(told):
        raise InvalidHours(field=day, why=Sentence("{told} is not HH:MM", told=told))
    hours, minutes = told.split(":")
    return int(hours) * 60 + int(minutes)
