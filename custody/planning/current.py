"""What people have planned so far: the sessions to come with their units, and what waits in none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import OuterRef, Subquery

from custody.burning.models import Session
from custody.deadlines.models import Clock
from custody.deadlines.rules import Standing
from custody.deadlines.telling import telling
from custody.people.models import Officer
from custody.planning import queries
from custody.planning.rules import Problem, Reason
from custody.seizures.lifecycle import SAMPLE_FORMS, Stage
from custody.seizures.models import Exhibit

#: So many sessions are arranged at a time: what a desk shows, and nobody looks further ahead than that.
MOST_SESSIONS = 24
_AT_KILN = (Stage.STAGED.value, Stage.LOADED.value)


@dataclass(frozen=True)
class Current:
    """Sessions and units as they stand.

    Attributes:
        problem: the booked sessions to come of which the reader sees everything, and the units in them or in none.
        rows: these sessions, by their id as text.
        elsewhere: sessions of that time with units that the reader does not see: nobody arranges what they do not know.
        more: how many units wait in no session beyond those that are told.
    """

    problem: Problem
    rows: Mapping[str, Session]
    elsewhere: tuple[Session, ...]
    more: int

    @property
    def placed(self) -> dict[str, str]:
        """By label the session of each unit that is in one."""
        return {one.label: one.fixed for one in self.problem.units if one.fixed is not None}


def current(
    actor: Officer, *, now: datetime, until: datetime, most: int, seizure: str | None = None
) -> Current:
    """Sessions and units as an officer who plans may see them, in a fixed number of statements.

    Args:
        until: how far it looks.
        most: of what waits in no session so many units are told, those with the earliest limit.
        seizure: tell of these only what is of the seizure with this reference.
    """
    sessions = (
        Session.objects.visible_to(actor).live().filter(starts_at__gte=now, ends_at__lte=until)
    )
    rows = list(
        sessions.select_related("permit", "vehicle").order_by("starts_at", "id")[:MOST_SESSIONS]
    )
    planned = {unit for row in rows for unit in (*row.units, *row.staged)}
    live = Session.objects.live().values_list("units", "staged")
    taken = {unit for units, staged in live for unit in (*units, *staged)}
    visible = Exhibit.objects.visible_to(actor)
    waiting = (
        visible.live()
        .filter(within__isnull=True)
        .exclude(stage__in=_AT_KILN)
        .exclude(form__in=[one.value for one in SAMPLE_FORMS])
        .exclude(pk__in=taken)
    )
    if seizure:
        waiting = waiting.filter(seizure__reference=seizure)
    count = waiting.count()
    first = (
        Clock.objects.filter(
            exhibit=OuterRef("pk"),
            due_at__isnull=False,
            stopped_at__isnull=True,
            standing=Standing.OWN,
        )
        # as for the planner: how long something may be on the road is no limit on when it burns, and not for all to know
        .exclude(name__in=telling().starts)
        .order_by("due_at")
        .values("due_at")[:1]
    )
    told = waiting.order_by(Subquery(first).asc(nulls_last=True), "label").values_list(
        "pk", flat=True
    )
    chosen = planned | set(told[:most])
    problem = queries.read(
        visible.filter(pk__in=chosen),
        as_of=now,
        until=until,
        now=now,
        among=sessions.filter(pk__in=[row.id for row in rows]),
    )
    slots = [slot for slot in problem.slots if slot.booked]
    names = {slot.id for slot in slots}
    known = {str(row.id): row for row in rows if str(row.id) in names}
    return Current(
        problem=replace(
            problem,
            slots=slots,
            # What is in a session of which the reader does not see everything is arranged there, not here.
            units=[one for one in problem.units if one.fixed or not _is_taken(one.obstacles)],
        ),
        rows=known,
        elsewhere=tuple(row for row in rows if str(row.id) not in known),
        more=max(0, count - most),
    )


def _is_taken(obstacles: tuple[Reason, ...]) -> bool:
    return any(one.code == "in_another_session" for one in obstacles)
