"""The period of a figure: whole days or whole ISO weeks in UTC, cut into parts of one length. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from custody.audit.quarters import week_of
from custody.kit.errors import CustodyError

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
#: As long as this a period is told by day, and by week beyond.
MOST_DAYS = 42
MOST_WEEKS = 106
#: What is told where nobody says of when.
USUAL_WEEKS = 13


class NoSuchPeriod(CustodyError):
    """There is no period from {first} to {last}: give two days as 2026-11-27, in order, at most two years apart."""

    code = "no_such_period"


@dataclass(frozen=True)
class Part:
    """A day or a week of a period.

    Attributes:
        name: ``2026-11-27`` or ``2026-W48``.
        ends_at: where the next one begins; what happened then still counts into this one's stock.
    """

    name: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Period:
    """From the beginning of one day to the end of another, in UTC.

    Attributes:
        first, last: both belong to it. Where it is told by week, a Monday and a Sunday.
    """

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.first, time.min, UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.last + DAY, time.min, UTC)

    @property
    def by_day(self) -> bool:
        return self.last - self.first < MOST_DAYS * DAY

    @property
    def step(self) -> timedelta:
        return DAY if self.by_day else WEEK

    def parts(self, until: datetime) -> Iterator[Part]:
        """Its days or weeks, as far as they have begun by a moment."""
        begins_at = self.begins_at
        while begins_at < min(self.ends_at, until):
            name = f"{begins_at:%Y-%m-%d}" if self.by_day else week_of(begins_at)
            yield Part(name, begins_at, begins_at + self.step)
            begins_at += self.step


def usual_period(at: datetime) -> Period:
    """The last weeks up to a moment, the running one included."""
    day = at.astimezone(UTC).date()
    return _weeks(day - (USUAL_WEEKS - 1) * WEEK, day)


def parse_period(first: str, last: str) -> Period:
    """The period that two days name, both included; whole weeks where it is long.

    Raises:
        NoSuchPeriod: they name none.
    """
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise NoSuchPeriod(field="from", first=first, last=last) from error
    spelt = (begins.isoformat(), ends.isoformat()) == (first, last)
    if not (spelt and 1970 < begins.year <= ends.year < 9999 and begins <= ends):
        raise NoSuchPeriod(field="from", first=first, last=last)
    if ends - begins >= MOST_WEEKS * WEEK:
        raise NoSuchPeriod(field="to", first=first, last=last)
    return Period(begins, ends) if Period(begins, ends).by_day else _weeks(begins, ends)


def _weeks(first: date, last: date) -> Period:
    return Period(first - first.weekday() * DAY, last + (6 - last.weekday()) * DAY)
