"""One exhibit with everything around it, as its reader is told it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custody.deadlines import queries
from custody.deadlines.models import Flag, FlagCause
from custody.deadlines.rules import ClockState, Level
from custody.deadlines.telling import telling
from custody.handling.legal import Option, legal_now
from custody.kit.clock import start_of_day
from custody.law.models import DestructionOrder, Hold
from custody.neutralising.risk import RiskClass, risk_class
from custody.people.models import Officer
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seal
from custody.seizures.queries import outermost, seals_of
from custody.seizures.reach import Reach


@dataclass(frozen=True)
class Running:
    """A clock that runs, as it is told, and how late it is now."""

    state: ClockState
    level: str


@dataclass(frozen=True)
class Sheet:
    """One exhibit with everything around it.

    Attributes:
        unit: the handling unit that it is, or is in: place, stage and custodian are told of that.
    """

    row: Exhibit
    unit: Exhibit
    reach: Reach
    seals: Sequence[Seal]
    clocks: Sequence[Running]
    flags: Sequence[Flag]
    orders: Sequence[DestructionOrder]
    holds: Sequence[Hold]
    options: Sequence[Option]

    @property
    def photographs(self) -> list[str]:
        on_the_road = () if self.reach.masked else self.row.road_photographs
        return sorted({*self.row.photographs, *on_the_road})

    @property
    def risk_class(self) -> RiskClass:
        return risk_class(self.row)

    @property
    def late(self) -> bool:
        past = {Level.DUE, Level.ESCALATED}
        return any(one.level in past for one in self.clocks) or any(
            flag.cause == FlagCause.LIMIT and flag.level in past for flag in self.flags
        )

    @property
    def masked(self) -> bool:
        """On the road, for a reader who is told neither the way nor who drives."""
        return self.reach.masked and self.unit.stage == Stage.IN_TRANSIT

    @property
    def custodian(self) -> dict[str, str | None]:
        badge = None if self.masked else self.unit.custodian_id
        return {"badge": badge, "unit": self.unit.custodian_unit}

    @property
    def place(self) -> str | None:
        return None if self.masked else self.unit.place_id

    @property
    def destination(self) -> str | None:
        return None if self.masked else self.unit.destination_id

    @property
    def last_at(self) -> datetime:
        return start_of_day(self.row.last_at) if self.reach.masked else self.row.last_at


def sheets(
    actor: Officer, rows: Sequence[Exhibit], reached: Mapping[UUID, Reach], now: datetime
) -> list[Sheet]:
    """A sheet for each of these rows, in a fixed number of queries.

    Args:
        actor: who reads.
        rows: exhibits that they may see.
        reached: their reach to each.
        now: the moment by which clocks are judged.
    """
    units = _units(rows)
    every = {row.id for row in rows} | {unit.id for unit in units.values()}
    clocks = queries.clocks_of(every)
    seals = seals_of(rows)
    raised = list(
        Flag.objects.filter(exhibit__in=every)
        .open()
        .select_related("exhibit")
        .order_by("fell_due_at", "id")
    )
    flags: dict[UUID, list[Flag]] = {}
    for flag in raised:
        flags.setdefault(flag.exhibit_id, []).append(flag)
    orders = DestructionOrder.objects.in_bulk({one for row in rows for one in row.orders})
    holds = Hold.objects.in_bulk({one for row in rows for one in row.holds})
    options = legal_now(actor, rows)
    known = telling(raised) if any(reached[row.id].masked for row in rows) else None
    hidden = {row.id: known for row in rows if known and reached[row.id].masked}

    def running(row: Exhibit) -> list[Running]:
        told = hidden.get(row.id)
        found = [one for one in clocks.get(units[row.id].id, ()) if one.running]
        return [
            Running(told.by_day(one) if told else one, one.level_at(now).value or "in_time")
            for one in (sorted(found, key=told.begun) if told else found)
        ]

    def open_on(row: Exhibit) -> list[Flag]:
        told = hidden.get(row.id)
        owners = dict.fromkeys((row.id, units[row.id].id))
        found = [flag for owner in owners for flag in flags.get(owner, ())]
        return [told.flag_by_day(one) for one in sorted(found, key=told.flagged)] if told else found

    return [
        Sheet(
            row=row,
            unit=units[row.id],
            reach=reached[row.id],
            seals=seals[row.id],
            clocks=running(row),
            flags=open_on(row),
            orders=[orders[one] for one in row.orders if one in orders],
            holds=[holds[one] for one in row.holds if one in holds],
            options=options[row.id],
        )
        for row in rows
    ]


def _units(rows: Sequence[Exhibit]) -> dict[UUID, Exhibit]:
    inner = [row.id for row in rows if row.within_id]
    tops = outermost(inner) if inner else {}
    found = Exhibit.objects.in_bulk(set(tops.values())) if tops else {}
    return {row.id: found[tops[row.id]] if row.within_id else row for row in rows}
