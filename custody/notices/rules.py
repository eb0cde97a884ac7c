"""When a notice goes out, when it is tried again, and whom it concerns: pure decisions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from custody.deadlines.rules import Level
from custody.kit.errors import CustodyError

#: After each failed try so long until the next, stretched or shrunk by a fifth; 24 hours in all, then it is dead.
RETRIES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 29_845)
)
JITTER = 0.2

_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class NotAnHour(CustodyError):
    """{value} is no time of the day: write 07:30."""

    code = "not_an_hour"


def hour(text: str, field: str) -> time:
    """A time of the day, written as ``07:30``.

    Raises:
        NotAnHour: it is none; names the field.
    """
    if not _HOUR.fullmatch(text):
        raise NotAnHour(field=field, value=text)
    return time.fromisoformat(text)


@dataclass(frozen=True)
class Habits:
    """When somebody wants to hear.

    Attributes:
        quiet: between these times of the day they hear of nothing but escalations; may pass midnight.
        digest_at: whatever is no escalation waits for this time of the day.
    """

    quiet: tuple[time, time] | None = None
    digest_at: time | None = None


def tell_at(now: datetime, level: Level, habits: Habits, zone: ZoneInfo) -> datetime:
    """When to tell somebody of a flag of a level that is raised now.

    Args:
        now: aware.
        level: an escalation never waits.
        habits: of who is told.
        zone: whose times of the day they are; a change to or from summer time moves nothing but the gap.
    """
    if level is Level.ESCALATED:
        return now
    if habits.digest_at is not None:
        return _next(now, habits.digest_at, zone)
    if habits.quiet is not None and _within(now.astimezone(zone).time(), *habits.quiet):
        return _next(now, habits.quiet[1], zone)
    return now


def _within(at: time, start: time, end: time) -> bool:
    return start <= at < end if start <= end else at >= start or at < end


def _next(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    found = (
        datetime.combine(today + timedelta(days=days), at.replace(fold=fold), tzinfo=zone)
        for days in (0, 1)
        for fold in (0, 1)
    )
    # In the hour that comes twice in autumn, a time of the day does too; in the one that spring leaves out it
    # does not come at all, and stands for what it would have been.
    moments = ((one.fold, one.astimezone(now.tzinfo)) for one in found)
    return min(
        moment
        for fold, moment in moments
        if moment > now and (not fold or moment.astimezone(zone).time() == at)
    )


def next_try(tries: int, chance: Callable[[], float]) -> timedelta | None:
    """How long to wait after so many failed tries; None when it has been tried for a day.

    Args:
        tries: at least one.
        chance: gives numbers from 0 to 1, so that what failed together is not tried together.
    """
    if tries > len(RETRIES):
        return None
    return RETRIES[tries - 1] * (1 - JITTER + 2 * JITTER * chance())


@dataclass(frozen=True)
class Matter:
    """What a flag is about, as far as it says who hears of it."""

    unit: str
    place: str | None
    lane: str
    level: Level


@dataclass(frozen=True)
class Way:
    """One adopted route: flags of at least a level that match whatever is said go to these mailboxes too."""

    mailboxes: Sequence[str]
    level: Level
    unit: str | None = None
    place: str | None = None
    lane: str | None = None

    def leads(self, matter: Matter) -> bool:
        """Whether a matter goes this way."""
        return (
            matter.level.rank >= self.level.rank
            and self.unit in (None, matter.unit)
            and self.place in (None, matter.place)
            and self.lane in (None, matter.lane)
        )
