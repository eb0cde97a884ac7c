"""Quarters of whole ISO weeks, so that no week is in two of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from custody.kit.errors import CustodyError

WEEKS = 13


class NoSuchQuarter(CustodyError):
    """There is no quarter {told}; write it as 2026-Q4."""

    code = "no_such_quarter"


@dataclass(frozen=True, order=True)
class Quarter:
    """Thirteen ISO weeks in UTC, of which the last quarter of a long year has fourteen.

    Attributes:
        year: of the ISO calendar.
        number: 1 to 4.
    """

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def begins_at(self) -> datetime:
        monday = date.fromisocalendar(self.year, (self.number - 1) * WEEKS + 1, 1)
        return datetime.combine(monday, time.min, UTC)

    @property
    def ends_at(self) -> datetime:
        return self.following.begins_at

    @property
    def following(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def weeks(self) -> list[str]:
        """The names of its weeks: ``2026-W40`` and on."""
        count = (self.ends_at - self.begins_at) // timedelta(weeks=1)
        return [week_of(self.begins_at + timedelta(weeks=one)) for one in range(count)]


def week_of(at: datetime) -> str:
    """The ISO week of a moment, in UTC."""
    year, week, _ = at.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


def quarter_of(at: datetime) -> Quarter:
    """The quarter of a moment, in UTC."""
    year, week, _ = at.astimezone(UTC).isocalendar()
    return Quarter(year, min((week - 1) // WEEKS, 3) + 1)


def parse_quarter(told: str) -> Quarter:
    """The quarter that ``2026-Q4`` names.

    Raises:
        NoSuchQuarter: it names none.
    """
    year, separator, number = told.partition("-Q")
    if not (
        separator and len(year) == 4 and year.isascii() and year.isdigit() and number in set("1234")
    ):
        raise NoSuchQuarter(field="quarter", told=told)
    if not 1970 <= int(year) < 9999:
        raise NoSuchQuarter(field="quarter", told=told)
    return Quarter(int(year), int(number))
