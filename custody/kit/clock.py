"""The one place that knows what time it is.

Simulated time serves the demonstration and the tests; the database refuses it in a production ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from custody.kit.errors import InvalidTime

#: An act may be told to happen so far ahead; what acts are judged by holds from then on at the earliest.
AHEAD = timedelta(minutes=2)

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


class SimulatedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def move_to(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self.at += by


_simulated: ContextVar[SimulatedClock | None] = ContextVar("simulated_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    clock = _simulated.get()
    return clock.at if clock else datetime.now(UTC)


def simulated_at() -> datetime | None:
    """The simulated moment, or None while real time runs."""
    clock = _simulated.get()
    return clock.at if clock else None


@contextmanager
def simulated(at: datetime) -> Iterator[SimulatedClock]:
    """Run the block at a simulated time that only the block moves."""
    clock = SimulatedClock(at)
    token = _simulated.set(clock)
    try:
        yield clock
    finally:
        _simulated.reset(token)


def to_text(moment: datetime) -> str:
    """The moment as the ledger writes it: UTC, six decimals, ``Z``."""
    if moment.tzinfo is None:
        raise InvalidTime(value=str(moment))
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_text(text: str) -> datetime:
    """Read what :func:`to_text` wrote, and nothing else.

    Raises:
        InvalidTime: the text is not UTC with six decimals.
    """
    try:
        if _WRITTEN.fullmatch(text):
            return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        pass
    raise InvalidTime(value=str(text))


def start_of_day(moment: datetime) -> datetime:
    """All that is told of a moment that is masked."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def end_of_day(moment: datetime) -> datetime:
    """By when a moment is sure to have been, for whom it is masked: where it stands in lists."""
    return start_of_day(moment) + timedelta(days=1)
