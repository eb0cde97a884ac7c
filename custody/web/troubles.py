"""Open flags as people grasp them: forty late barrels of one catch are one trouble, not a hundred and twenty."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody.audit.words import day
from custody.deadlines.models import Flag, FlagCause
from custody.deadlines.rules import Level
from custody.deadlines.telling import telling
from custody.kit.clock import end_of_day, start_of_day
from custody.people.models import Officer
from custody.seizures.lifecycle import Stage
from custody.seizures.reach import by_a_way, seen_whole
from custody.web.discrepancies import in_words, matters
from custody.web.words import clock_name, span, stage

_RANK = Case(
    When(level=Level.ESCALATED, then=Value(3)),
    When(level=Level.DUE, then=Value(2)),
    When(level=Level.SOON, then=Value(1)),
    default=Value(0),
    output_field=IntegerField(),
)
#: So many reports of one seizure are read for by how much masses differ.
_REPORTS = 20
_CLOCKED = Q(clock__isnull=False)
_GONE = Case(When(exhibit__stage="missing", then=Value(1)), default=Value(0))


@dataclass(frozen=True)
class Trouble:
    """The open flags of one seizure for one cause.

    Attributes:
        late: whether a limit was passed, or will soon be; else something does not add up.
        running: since when what still runs is due.
        still: some of it stands still, as for a hold.
        by_day: when, is told by the day alone.
        measure: by how much masses differ, where it is about that.
    """

    seizure_id: UUID
    reference: str
    cause: str
    clock: str | None
    gone: bool
    units: int
    flags: int
    fresh: int
    rank: int
    running: datetime | None
    still: bool
    fell_at: datetime
    label: str
    stage: str
    now: datetime
    by_day: bool = False
    measure: str = ""

    @property
    def late(self) -> bool:
        return self.cause == "limit"

    @property
    def grave(self) -> bool:
        return self.rank != 1

    @property
    def title(self) -> str:
        if self.late:
            return clock_name(self.clock)
        if self.cause == "proposal":
            return _("Proposal came to nothing")
        return _("Missing") if self.gone else _("Discrepancy")

    @property
    def words(self) -> str:
        if not self.late:
            if self.by_day:
                return day(start_of_day(self.fell_at))
            return _("{span} ago").format(span=span(self.now - self.fell_at))
        if self.running is None and self.still:
            return _("on hold, stands still")
        if self.running is None:
            return _("was late, and is over")
        if self.by_day:
            late = self.running <= self.now
            words = _("late, was due on {day}") if late else _("due on {day}")
            return words.format(day=day(start_of_day(self.running)))
        if self.running > self.now:
            return _("{span} left").format(span=span(self.running - self.now))
        return _("late by {span}").format(span=span(self.now - self.running))

    @property
    def what(self) -> str:
        if self.units == 1:
            return f"{self.label} · {stage(self.stage)}"
        return ngettext("%(n)s unit", "%(n)s units", self.units) % {"n": self.units}

    @property
    def named(self) -> tuple[str, ...]:
        """The labels that it tells."""
        return (self.label,) if self.units == 1 else ()

    @property
    def address(self) -> str:
        if self.units == 1:
            return reverse("exhibit", args=[self.label])
        return reverse("flags") + "?" + self.query

    @property
    def query(self) -> str:
        asked = {"seizure": self.reference, "cause": self.cause}
        if self.clock:
            asked["clock"] = self.clock
        return urlencode(asked)


def open_for(officer: Officer) -> QuerySet[Flag]:
    """Open flags on what the officer may see, as sums are made of them."""
    return Flag.objects.visible_to(officer).open()


def troubles(officer: Officer, flags: QuerySet[Flag], now: datetime) -> list[Trouble]:
    """These flags put together, what hurts most in front; two queries."""
    tells = Q(clock_name__in=telling().starts) | Q(source__isnull=False) & by_a_way("source")
    hidden = tells & ~seen_whole(officer, "exhibit__")
    told = ("exhibit__seizure_id", "exhibit__seizure__reference", "cause", "clock_name", "gone")
    rows: Any = (
        flags.annotate(rank=_RANK, gone=_GONE, by_day=Case(When(hidden, then=True), default=False))
        .values(*told, "by_day")
        .annotate(
            units=Count("exhibit", distinct=True),
            total=Count("id"),
            fresh=Count("id", filter=Q(acknowledged_at__isnull=True)),
            worst=Max("rank"),
            running=Min("clock__due_at", filter=Q(clock__stopped_at__isnull=True)),
            still=Count(
                "id",
                filter=Q(clock__stopped_at__isnull=True, clock__due_at__isnull=True) & _CLOCKED,
            ),
            fell=Min("fell_due_at"),
            label=Min("exhibit__label"),
            stage=Min(F("exhibit__stage")),
        )
        .order_by()
    )
    found = [
        Trouble(
            seizure_id=row["exhibit__seizure_id"],
            reference=row["exhibit__seizure__reference"],
            cause=row["cause"],
            clock=row["clock_name"],
            gone=bool(row["gone"]),
            units=row["units"],
            flags=row["total"],
            fresh=row["fresh"],
            rank=row["worst"],
            running=row["running"],
            still=row["still"] > 0,
            fell_at=row["fell"],
            label=row["label"],
            stage=row["stage"],
            now=now,
            by_day=row["by_day"],
        )
        for row in rows
    ]
    return sorted(found, key=_hurt)


def measured(flags: QuerySet[Flag], shown: Collection[Trouble]) -> list[Trouble]:
    """These troubles, of which a page shows no more, with by how much masses differ; two queries.

    Args:
        flags: those that they were put together from.
    """
    sources: dict[UUID, list[UUID | None]] = {}
    cases = {one.seizure_id for one in shown if one.cause == FlagCause.DISCREPANCY}
    for case, source in (
        flags.filter(cause=FlagCause.DISCREPANCY, exhibit__seizure__in=cases)
        .exclude(exhibit__stage=Stage.MISSING)
        .order_by("id")
        .values_list("exhibit__seizure_id", "source")
    ):
        sources.setdefault(case, []).append(source)
    about = matters(one for several in sources.values() for one in several[:_REPORTS])
    return [
        replace(one, measure=in_words(about, sources.get(one.seizure_id, ())))
        if one.cause == FlagCause.DISCREPANCY and not one.gone
        else one
        for one in shown
    ]


def _hurt(one: Trouble) -> tuple[bool, bool, Decimal, str]:
    """What nobody took note of first; what goes on before what is over; then by how long it hurts, as far as is told."""
    since = one.running if one.late and one.running else one.fell_at
    if one.by_day:
        # what is late is told to be: it stands before whatever is not
        late = since <= one.now
        since = min(end_of_day(since), one.now) if late else end_of_day(since)
    return (one.fresh == 0, one.late and one.running is None, Decimal(since.timestamp()), one.label)
