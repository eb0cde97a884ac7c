"""What the board shows: live handling units, by seizure within each stage, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import RowNumber

from custody.deadlines.models import Clock, Flag
from custody.deadlines.rows import clock_state
from custody.deadlines.rules import Standing
from custody.deadlines.telling import Telling, in_told_order, telling
from custody.people.models import Officer
from custody.seizures.models import Exhibit, ExhibitQuerySet, Seizure
from custody.web.cards import Card, cards
from custody.web.faces import Face, face
from custody.web.words import stage

COLUMNS = (
    "intercepted",
    "in_transit",
    "received",
    "stored",
    "withdrawn",
    "staged",
    "loaded",
    "missing",
)
#: What fits a screen; the rest is a link away.
GROUPS_SHOWN, UNITS_SHOWN = 4, 3

_Key = tuple[str, UUID]


@dataclass
class Group:
    """The units of one seizure in one stage.

    Attributes:
        due_at: when the first limit on them falls, as far as the reader is told.
    """

    stage: str
    seizure_id: UUID
    reference: str
    count: int
    gross: Decimal | None
    net: Decimal | None
    held: int
    disputed: int
    due_at: datetime | None = None
    late: int = 0
    face: Face | None = None
    flagged: int = 0
    cards: list[Card] = field(default_factory=list)

    @property
    def told(self) -> tuple[object, ...]:
        """All that it says, but for what clocks count by themselves."""
        sums = (self.stage, self.seizure_id, self.count, self.gross, self.held, self.disputed)
        shown = [(one.exhibit.head, one.flags, one.face and one.face.level) for one in self.cards]
        due = self.face and self.face.due_at
        return (*sums, due, self.late, self.flagged, shown)


@dataclass
class Column:
    """One stage."""

    stage: str
    groups: list[Group]

    @property
    def title(self) -> str:
        return stage(self.stage)

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def gross(self) -> Decimal:
        return sum((group.gross or Decimal(0) for group in self.groups), Decimal(0))

    @property
    def late(self) -> int:
        return sum(group.late for group in self.groups)

    @property
    def shown(self) -> list[Group]:
        return self.groups[:GROUPS_SHOWN]

    @property
    def told(self) -> tuple[object, ...]:
        """All that it says, but for what clocks count by themselves."""
        return (self.count, self.late, len(self.groups), [one.told for one in self.shown])

    @property
    def hidden(self) -> int:
        return max(0, len(self.groups) - GROUPS_SHOWN)


def live_units(officer: Officer) -> ExhibitQuerySet:
    """The handling units that are somebody's concern today."""
    return Exhibit.objects.handling_units_visible_to(officer).live()


#: What is or will be late first, in front, as far as its reader is told; what is never late, by label.
HURTS_FIRST = (F("first_due_at").asc(nulls_last=True), "label")


def by_limit(
    officer: Officer, units: ExhibitQuerySet, now: datetime, hidden: Telling | None = None
) -> ExhibitQuerySet:
    """These units with the limit that falls first on each, in the order of :data:`HURTS_FIRST`."""
    clocks = running(officer, now, hidden or telling()).filter(exhibit=OuterRef("pk"))
    first = clocks.order_by("told").values("told")[:1]
    return units.annotate(first_due_at=Subquery(first)).order_by(*HURTS_FIRST)


def groups(officer: Officer, now: datetime, stages: Sequence[str], hidden: Telling) -> list[Group]:
    """The groups of these stages, the one that hurts first in front; four queries."""
    units = live_units(officer).filter(stage__in=stages)
    found: dict[_Key, Group] = {}
    rows: Any = units.values("stage", "seizure_id").annotate(
        units=Count("id"),
        gross=Sum("gross_grams"),
        net=Sum("net_grams"),
        held=Count("id", filter=~Q(holds=[])),
        in_dispute=Count("id", filter=Q(disputed=True)),
    )
    counted = list(rows)
    # Named after they are counted: a join would look up the seizure of every unit.
    references = dict(
        Seizure.objects.filter(pk__in={row["seizure_id"] for row in counted}).values_list(
            "pk", "reference"
        )
    )
    for row in counted:
        group = Group(
            row["stage"],
            row["seizure_id"],
            references[row["seizure_id"]],
            row["units"],
            row["gross"],
            row["net"],
            row["held"],
            row["in_dispute"],
        )
        found[group.stage, group.seizure_id] = group
    limits: Any = (
        running(officer, now, hidden)
        .filter(exhibit__in=units)
        .values("exhibit__stage", "exhibit__seizure_id")
        .annotate(due=Min("told"), late=Count("exhibit", distinct=True, filter=Q(due_at__lte=now)))
    )
    for row in limits:
        group = found[row["exhibit__stage"], row["exhibit__seizure_id"]]
        group.due_at, group.late = row["due"], row["late"]
    flagged: Any = (
        Flag.objects.filter(exhibit__in=units)
        .open()
        .values("exhibit__stage", "exhibit__seizure_id")
        .annotate(units=Count("exhibit", distinct=True))
    )
    for row in flagged:
        found[row["exhibit__stage"], row["exhibit__seizure_id"]].flagged = row["units"]
    return sorted(found.values(), key=_by_urgency)


def running(officer: Officer, now: datetime, hidden: Telling) -> Any:
    """The clocks that run under a limit, with ``told``: the limit as far as the officer is told of it, to put them in order.

    Args:
        hidden: what is told by its day alone, where it is masked.
    """
    masked = hidden.masked_for(officer)
    return Clock.objects.filter(
        stopped_at__isnull=True, standing=Standing.OWN, due_at__isnull=False
    ).annotate(told=in_told_order("due_at", masked, now=now))


def _by_urgency(group: Group) -> tuple[bool, float, str]:
    due = group.due_at
    return (due is None, due.timestamp() if due else 0, group.reference)


def columns(officer: Officer, now: datetime) -> list[Column]:
    """Every stage with its groups; those in front with their faces and their first units."""
    made = {stage: Column(stage, []) for stage in COLUMNS}
    hidden = telling()
    for group in groups(officer, now, COLUMNS, hidden):
        made[group.stage].groups.append(group)
    deal(officer, now, [group for column in made.values() for group in column.shown], hidden)
    return list(made.values())


def deal(officer: Officer, now: datetime, shown: Sequence[Group], hidden: Telling) -> None:
    """Put into each group that is shown the face of its first clock, and its first units."""
    by_key = {(group.stage, group.seizure_id): group for group in shown}
    first = (
        running(officer, now, hidden)
        .filter(
            exhibit__in=live_units(officer),
            exhibit__seizure__in={group.seizure_id for group in shown},
            told__in={group.due_at for group in shown if group.due_at},
        )
        .annotate(at=F("exhibit__stage"), of=F("exhibit__seizure_id"))
        .order_by("name", "id")
    )
    clocks = list(first)
    rows = (
        by_limit(officer, live_units(officer), now, hidden)
        .filter(
            stage__in={group.stage for group in shown},
            seizure__in={group.seizure_id for group in shown},
        )
        .annotate(
            number=Window(
                RowNumber(), partition_by=[F("stage"), F("seizure_id")], order_by=HURTS_FIRST
            )
        )
        .filter(number__lte=UNITS_SHOWN)
        .order_by("number")
    )
    for card in cards(officer, list(rows), now):
        group = by_key.get((card.exhibit.stage, card.exhibit.seizure_id))
        if group:
            group.cards.append(card)
    whole = {card.exhibit.id for group in shown for card in group.cards if not card.reach.masked}
    for one in clocks:
        group = by_key.get((one.at, one.of))
        if group and one.told == group.due_at:
            group.face = face(clock_state(one), now, None if one.exhibit_id in whole else hidden)
