"""Time that counts for a clock and time that does not. Pure.

Pauses are told as moments in turn: paused, resumed, paused …; an odd number of them is a clock that stands still.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

from custody.deadlines.calendars import Calendar
from custody.kit import clock
from custody.ledger.events import Json

Pauses = tuple[datetime, ...]
#: Since when a clock runs, and when it was paused and resumed since.
Course = tuple[datetime, Pauses]

_BEFORE, _EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def falls_at(
    start: datetime, pauses: Sequence[datetime], span: timedelta, calendar: Calendar | None
) -> datetime | None:
    """When a clock has run for so long; None while it stands still before that.

    What is paused at the very moment has not run out: it does when it is resumed.

    Args:
        start: since when it runs.
        pauses: when it was paused and resumed since, in turn.
        span: how much time has to count.
        calendar: the hours that count; None for all.
    """
    left, at = span, start
    for paused, resumed in zip_longest(pauses[::2], pauses[1::2]):
        ran = calendar.elapsed(at, paused) if calendar else paused - at
        if ran > left:
            break
        left -= ran
        if resumed is None:
            return None
        at = resumed
    return calendar.after(at, left) if calendar else at + left


def together(one: Course, other: Course) -> Course:
    """The course of a clock that stands for two: never later than either.

    It runs since the earlier start, and stands still only while both do; before the later start, the other alone counts.
    """
    (start, pauses), (later, others) = (one, other) if one[0] <= other[0] else (other, one)
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(
        (max(mine[0], theirs[0]), min(mine[1], theirs[1]))
        for mine in _spans(pauses)
        for theirs in [(_BEFORE, later), *_spans(others)]
    ):
        if begins >= ends:
            continue
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return start, tuple(one for one in chain.from_iterable(found) if one != _EVER)


def courses(told: Iterable[Mapping[str, Any]]) -> dict[str, Course]:
    """Courses by the names of their clocks, as events tell them; of several of one name, all together."""
    found: dict[str, Course] = {}
    for one in told:
        name = str(one["name"])
        course = (
            clock.from_text(str(one["started_at"])),
            tuple(clock.from_text(str(moment)) for moment in one.get("pauses", ())),
        )
        found[name] = together(found[name], course) if name in found else course
    return found


def as_told(found: Mapping[str, Course]) -> list[dict[str, Json]]:
    """Courses as events tell them; what :func:`courses` reads."""
    return [
        {
            "name": name,
            "started_at": clock.to_text(start),
            **({"pauses": [clock.to_text(moment) for moment in pauses]} if pauses else {}),
        }
        for name, (start, pauses) in sorted(found.items())
    ]


def _spans(pauses: Sequence[datetime]) -> Iterable[tuple[datetime, datetime]]:
    return zip_longest(pauses[::2], pauses[1::2], fillvalue=_EVER)
