"""Clock states to rows and back, flags to rows, and the events that flags are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from custody.deadlines.models import Clock, Flag, FlagCause
from custody.deadlines.projection import fold_flag
from custody.deadlines.rules import ClockState, Level, Standing
from custody.kit import clock, ids
from custody.ledger.events import Event, Json, Person, Subject, seal

CLOCK_COLUMNS = [field.name for field in fields(ClockState)]
_CLOCK_COLUMNS = [*CLOCK_COLUMNS, "level", "next_at", "set_aside_at"]
_FLAG_COLUMNS = [field.attname for field in Flag._meta.concrete_fields]
# One parameter, and no models: a sweep is to spend its time on the ledger.
_INSERT = f"""
INSERT INTO custody_flag ({", ".join(_FLAG_COLUMNS)})
SELECT {", ".join(_FLAG_COLUMNS)} FROM jsonb_populate_recordset(NULL::custody_flag, %s::jsonb)
"""  # noqa: S608  names from our own model
_WRITE_CLOCKS = f"""
INSERT INTO custody_clock ({", ".join(_CLOCK_COLUMNS)})
SELECT {", ".join(_CLOCK_COLUMNS)} FROM jsonb_populate_recordset(NULL::custody_clock, %s::jsonb)
ON CONFLICT (id) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in _CLOCK_COLUMNS if name not in ("id", "exhibit_id"))}
"""  # noqa: S608  names from our own model


def clock_columns(state: ClockState) -> dict[str, Any]:
    """The columns of a clock's row that its exhibit's events make, by attribute name."""
    return {name: getattr(state, name) for name in CLOCK_COLUMNS} | {"pauses": list(state.pauses)}


def clock_state(row: Clock) -> ClockState:
    """The state that a row stands for."""
    return _state({name: getattr(row, name) for name in CLOCK_COLUMNS})


def clock_told(values: Sequence[Any]) -> ClockState:
    """The state that the values of the columns stand for, in the order of ``CLOCK_COLUMNS``."""
    return _state(dict(zip(CLOCK_COLUMNS, values, strict=True)))


def _state(values: dict[str, Any]) -> ClockState:
    values["standing"] = Standing(values["standing"])
    values["pauses"] = tuple(values["pauses"])
    return ClockState(**values)


def write_clocks(states: Sequence[ClockState], levels: Mapping[UUID, Level]) -> None:
    """Insert or update clocks with the levels that are flagged, in one statement.

    A clock that was set aside takes part again.
    """
    if not states:
        return
    told = []
    for state in states:
        level = levels.get(state.id, Level.IN_TIME)
        told.append(clock_columns(state) | {"level": level, "next_at": state.next_after(level)})
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_CLOCKS, [orjson.dumps(told).decode()])


class FlagBook:
    """Flags raised, resolved and annulled in one transaction: rows and events, written together.

    Attributes:
        events: what has to be appended, in order.
    """

    def __init__(self, *, act_id: UUID, actor: Person, now: datetime) -> None:
        self.act_id = act_id
        self.actor = actor
        self.now = now
        self.events: list[Event] = []
        self._new: dict[UUID, dict[str, Any]] = {}
        self._changed: dict[UUID, dict[str, Any]] = {}

    def raise_limit(self, state: ClockState, level: Level) -> dict[str, Any]:
        """Raise the flag of a level that a clock has reached; its columns."""
        falls = state.falls(level)
        assert falls is not None
        return self._raise(
            state.exhibit_id,
            FlagCause.LIMIT,
            level,
            falls,
            clock_told={
                "id": str(state.id),
                "name": state.name,
                "started_at": clock.to_text(state.started_at),
                "due_at": clock.to_text(state.due_at) if state.due_at else None,
                "policy": f"{state.policy_code}/{state.policy_version}",
            },
            source=None,
        )

    def raise_task(self, exhibit_id: UUID, cause: FlagCause, source: Event) -> Event:
        """Raise a flag for what an event says; it is due at once."""
        self._raise(
            exhibit_id, cause, Level.DUE, source.occurred_at, clock_told=None, source=source.id
        )
        return self.events[-1]

    def _raise(
        self,
        exhibit_id: UUID,
        cause: FlagCause,
        level: Level,
        fell_due_at: datetime,
        *,
        clock_told: Mapping[str, Json] | None,
        source: UUID | None,
    ) -> dict[str, Any]:
        flag_id = ids.new_id()
        columns = self._put(
            flag_id,
            None,
            "flag.raised",
            {
                "exhibit": str(exhibit_id),
                "clock": clock_told,
                "cause": cause.value,
                "level": level.value,
                "fell_due_at": clock.to_text(fell_due_at),
                "source": str(source) if source else None,
            },
        )
        self._new[flag_id] = columns
        return columns

    def follow(
        self, columns: Mapping[str, Any], kind: str, payload: Mapping[str, Json]
    ) -> dict[str, Any]:
        """One more event on a flag that is locked, or was raised here; its columns after it."""
        flag_id: UUID = columns["id"]
        after = self._put(flag_id, dict(columns), kind, payload)
        (self._new if flag_id in self._new else self._changed)[flag_id] = after
        return after

    def _put(
        self,
        flag_id: UUID,
        columns: dict[str, Any] | None,
        kind: str,
        payload: Mapping[str, Json],
    ) -> dict[str, Any]:
        event = seal(
            kind=kind,
            subject=Subject("flag", str(flag_id)),
            actor=self.actor,
            occurred_at=self.now,
            payload=payload,
            previous=columns["head"] if columns else None,
            act_id=self.act_id,
        )
        self.events.append(event)
        return fold_flag(columns, event)

    def write(self) -> list[Event]:
        """Write the rows, one statement for new flags and one for others; the events."""
        if self._new:
            with connection.cursor() as cursor:
                cursor.execute(_INSERT, [orjson.dumps(list(self._new.values())).decode()])
        if self._changed:
            Flag.objects.bulk_update(
                [Flag(**columns) for columns in self._changed.values()],
                [
                    "acknowledged_at",
                    "acknowledged_by",
                    "resolved_at",
                    "annulled_at",
                    "late_seconds",
                    "head",
                    "version",
                ],
            )
        return self.events


def flag_columns(row: Flag) -> dict[str, Any]:
    """The columns of a flag's row, by attribute name."""
    return {name: getattr(row, name) for name in _FLAG_COLUMNS}
