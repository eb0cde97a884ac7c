"""How fast the fast lane is: limits kept, times taken, and what lay in store meanwhile; by quarter, week, unit and plant.

Every figure says whose it is, what it counts and as of when: official totals of one port and year have differed by
a tenth for want of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection

from custody.audit.quarters import Quarter
from custody.audit.small_numbers import LEAST, hidden
from custody.deadlines.models import Policy
from custody.deadlines.telling import telling
from custody.kit import clock
from custody.kit.sentences import Sentence
from custody.ledger.queries import entry_count
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.reach import WAYS

_SQL = Path(__file__).parent / "sql"
_CLOCKS = (_SQL / "fast_lane.sql").read_text(encoding="utf-8")
_STAYS = (_SQL / "exposure.sql").read_text(encoding="utf-8")

#: Changes when a definition does, so that figures of two definitions are never put in one series.
DEFINITION = "fast-lane/2"
DEFINITIONS = {
    "Begun": "Clocks that began in the quarter or week, of handling units: what is in a container counts with it. "
    "The lane is the unit's present one. Weeks are ISO weeks in UTC; a quarter is thirteen of them.",
    "Kept": "Clocks with a limit that were ended by that limit, by whatever their policy says ends them; "
    "a hold or closed hours count as the policy says.",
    "Late": "Clocks that were ended after their limit, or run on past it.",
    "Share within limit": "Kept, of kept and late. What still runs within its limit is in neither.",
    "Median and 95th percentile": "By nearest rank, over clocks that have ended and clocks that are late and run on, "
    "from start to end or to the freeze, holds and closed hours included. Where some run on, they are lower bounds. "
    "Of a clock that a transport starts or ends they are told of three seizures at least: else they would tell when one drove.",
    "Unit": "Of whoever ended the clock; while it runs, the unit that has the goods.",
    "Plant": "Where the unit is, or was last, if that is a plant.",
    "Kilogram-hours": "Gross mass as last recorded, times the hours between stored and withdrawn or incinerated that "
    "fall into the period; of a container that was never weighed, the mass of what is in it. By the unit that put it there. "
    "When it was withdrawn is not told: it counts as of noon of that day, in UTC, or of when it was stored if that is later.",
}


#: What the clocks of a quarter are told by.
PARTS = frozenset({"quarter", "week", "unit", "plant"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """The clocks of one name and lane, of a quarter or a part of it.

    Attributes:
        by: ``quarter``, ``week``, ``unit`` or ``plant``.
        key: which of these; None for the whole quarter.
        seizures: how many seizures they are of; None where the numbers are too small to be told, and then all is None.
        late_running: of those that are late, how many run on.
        median_seconds, p95_seconds: by nearest rank; None while none has ended or is late.
    """

    by: str
    key: str | None
    clock: str
    lane: str
    seizures: int | None
    begun: int | None
    ended: int | None
    kept: int | None
    late: int | None
    late_running: int | None
    median_seconds: int | None
    p95_seconds: int | None

    @property
    def judged(self) -> int:
        """How many kept their limit or did not."""
        return (self.kept or 0) + (self.late or 0)

    @property
    def within(self) -> Decimal | None:
        """The share that kept its limit, 0 to 1; None if none was judged."""
        if self.kept is None or not self.judged:
            return None
        return (Decimal(self.kept) / self.judged).quantize(Decimal("0.0001"))


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """What lay in store in a quarter or a part of it, on one lane.

    Attributes:
        by, key: as of a :class:`Line`; never by plant.
        unweighed: stays whose mass nobody knows; they count for no kilogram-hours.
    """

    by: str
    key: str | None
    lane: str
    seizures: int | None
    stays: int | None
    unweighed: int | None
    kilogram_hours: Decimal | None


@dataclass(frozen=True)
class Report:
    """The figures of one agency for one quarter.

    Attributes:
        frozen_at: as of when.
        events: how many events the ledger held then.
        fewest: cells of fewer seizures hold None; None where every cell is told.
    """

    quarter: Quarter
    agency: str
    frozen_at: datetime
    events: int
    fewest: int | None
    lines: Sequence[Line]
    exposures: Sequence[Exposure]

    @property
    def scope(self) -> str:
        return Sentence(
            "Whatever concerns {agency}, as far as this installation records it", agency=self.agency
        )


def fast_lane(actor: Officer, quarter: Quarter) -> Report:
    """The figures of the actor's agency; five queries.

    Who oversees sees each of these clocks anyway and is told every figure, but for how long few transports took. Who only
    counts is not told of fewer than three seizures, nor where goods are burnt.

    Raises:
        RightMissing: the actor may not count.
    """
    actor.require(Right.COUNT)
    now = clock.now()
    overseer = Right.OVERSEE in actor.rights
    events = entry_count()
    told = _told_to(actor, quarter, now) | {"clock": _clock_of_stays(), "ways": sorted(WAYS)}
    exposures = [Exposure(**row) for row in _rows(_STAYS, told)]
    return Report(
        quarter,
        actor.unit.agency_id,
        now,
        events,
        None if overseer else LEAST,
        _lines(actor, quarter, now, PARTS if overseer else PARTS - {"plant"}),
        exposures if overseer else _told(exposures, ("by", "lane")),
    )


def lines_by_week(actor: Officer, quarter: Quarter) -> list[Line]:
    """Of :func:`fast_lane` the lines of each week alone, as it tells them; two queries.

    Raises:
        RightMissing: the actor may not count.
    """
    actor.require(Right.COUNT)
    return _lines(actor, quarter, clock.now(), frozenset({"week"}))


def _told_to(actor: Officer, quarter: Quarter, at: datetime) -> dict[str, Any]:
    return {
        "agency": actor.unit.agency_id,
        "begins_at": quarter.begins_at,
        "ends_at": quarter.ends_at,
        "frozen_at": at,
    }


def _lines(actor: Officer, quarter: Quarter, at: datetime, parts: frozenset[str]) -> list[Line]:
    told = _told_to(actor, quarter, at) | {"by": sorted(parts)}
    lines = [Line(**row) for row in _rows(_CLOCKS, told)]
    if Right.OVERSEE not in actor.rights:
        return _told(lines, ("by", "clock", "lane"))
    ways = telling()
    return [_timeless(one) if one.clock in ways.starts | ways.stops else one for one in lines]


def _clock_of_stays() -> str | None:
    """The clock that measures stays in store; of several the first, so that no stay counts twice."""
    names = {
        rule.name
        for policy in Policy.objects.all()
        for rule in policy.rules.rules
        if "exhibit.stored" in rule.starts
        and not rule.starts & WAYS
        and "exhibit.withdrawn" in rule.stops
    }
    return min(names, default=None)


def _rows(sql: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, told)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


Row = TypeVar("Row", Line, Exposure)


def _told(rows: Sequence[Row], breakdown: Sequence[str]) -> list[Row]:
    """The rows, those that stand for too few seizures emptied of all figures."""
    parts: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        parts.setdefault(tuple(getattr(row, name) for name in breakdown), []).append(row)
    silent = {
        id(part[number])
        for part in parts.values()
        for number in hidden({number: row.seizures or 0 for number, row in enumerate(part)})
    }
    return [_emptied(row) if id(row) in silent else row for row in rows]


def _timeless(line: Line) -> Line:
    """The line without the times that it took, where they are of so few seizures that one could tell when something drove."""
    few = line.seizures is not None and line.seizures < LEAST
    return replace(line, median_seconds=None, p95_seconds=None) if few else line


def _emptied(row: Row) -> Row:
    named = {"by", "key", "clock", "lane"}
    silence: dict[str, Any] = {one.name: None for one in fields(row) if one.name not in named}
    return replace(row, **silence)
