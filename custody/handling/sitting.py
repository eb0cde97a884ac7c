"""A sitting: many acts judged one after another in one transaction, their rows written by few statements.

What is plain, an event on a unit that stands there, is written behind: whatever asks the database about exhibits,
clocks, flags or seals finds what was judged before, since that is written first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from custody.deadlines.services import follow
from custody.handling.book import BookSession, Requisition
from custody.handling.commands import Command, Kind, describe
from custody.handling.desk import Desk
from custody.handling.holding import hold, visible_ids
from custody.handling.plan_session import PlanSession
from custody.ledger.events import Event
from custody.people.models import Officer
from custody.seizures import labels, rows
from custody.seizures.models import Exhibit
from custody.seizures.queries import seals_of
from custody.seizures.states import ExhibitState

_WRITTEN_BEHIND = ("custody_exhibit", "custody_clock", "custody_flag", "custody_seal")


class Sitting:
    """One actor's acts under way.

    Attributes:
        known: the handling units that the acts name, locked, as they stand after the acts so far; by label.
    """

    def __init__(self, actor: Officer, commands: Sequence[Command]) -> None:
        """Lock and read the units in one go, in id order as everybody locks.

        What is in a container, or not the actor's to see, is left to the act that names it. What acts about sessions need
        is held before it, in the order in which everybody does.
        """
        _hold_for_sessions(actor, commands)
        found = list(
            Exhibit.objects.visible_to(actor)
            .filter(label__in=_named(commands), within__isnull=True)
            .order_by("id")
            .select_for_update(of=("self",))
        )
        seals = seals_of(found)
        self.known = {row.label: rows.exhibit_state(row, seals[row.id]) for row in found}
        self._events: dict[UUID, list[Event]] = {}
        self._behind: list[Desk] = []
        self._changed: set[UUID] = set()

    @contextmanager
    def judging(self) -> Iterator[None]:
        """While the block runs, whoever asks the database finds what was judged before."""

        def write_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
            if self._behind and any(table in sql for table in _WRITTEN_BEHIND):
                self.write()
            return execute(sql, params, many, context)

        with connection.execute_wrapper(write_first):
            yield

    def take(self, desk: Desk) -> None:
        """Write what a desk holds: at once, or with others like it.

        Raises:
            LabelInUse, SealInUse: another transaction took the label or the seal in the meantime.
        """
        changed = {state.id for state in desk.touched.values()}
        if not desk.plain or changed & self._changed:
            self.write()
        if desk.plain:
            self._events[desk.act_id] = list(desk.events)
            self._behind.append(desk)
            self._changed |= changed
        else:
            self._events[desk.act_id] = desk.settle()
        for state in desk.touched.values():
            if state.label in self.known:
                self.known[state.label] = state

    def write(self) -> None:
        """Write what is behind: exhibits, then clocks and flags, each act's own events of flags after its others."""
        behind, self._behind, self._changed = self._behind, [], set()
        if not behind:
            return
        states: list[ExhibitState] = [one for desk in behind for one in desk.changed]
        before = {state.id: state for desk in behind for state in desk.before}
        rows.write_exhibits(states)
        rows.write_seals(before, states)
        first = behind[0]
        changes = [change for desk in behind for change in desk.changes]
        for event in follow(changes, actor=first.actor.person, now=first.now):
            self._events[event.act_id].append(event)

    def events(self) -> list[list[Event]]:
        """The events of each act, in order, once all is written."""
        self.write()
        return list(self._events.values())


def _hold_for_sessions(actor: Officer, commands: Sequence[Command]) -> None:
    sessions = {one for told in commands if (one := getattr(told, "session", None))}
    slots = [one for one in commands if isinstance(one, BookSession | Requisition)]
    plans = [one for one in commands if isinstance(one, PlanSession)]
    if sessions or slots:
        hold(
            actor,
            plants={one.plant for one in slots},
            sessions=sessions,
            units=visible_ids(actor, _named(commands)),
            crews={one.crew for one in plans},
            vehicles={one.vehicle for one in plans},
        )


def _named(commands: Sequence[Command]) -> set[str]:
    """The labels that these commands name, as they are printed; what is none is left out."""
    told: list[str] = []
    for command in commands:
        for name, description in describe(type(command)):
            value = getattr(command, name)
            if value and description.kind is Kind.LABEL:
                told.append(value)
            elif value and description.kind is Kind.LABELS:
                told += value
    found = set()
    for one in told:
        try:
            found.add(labels.parse(one))
        except labels.MisreadLabel:
            continue
    return found
