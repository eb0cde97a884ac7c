"""The fold of flags: pure, used by the write path and the replay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from custody.kit import clock
from custody.ledger.events import Event

Columns = dict[str, Any]


def fold_flag(columns: Columns | None, event: Event) -> Columns:
    """A flag's columns after one more event about it."""
    payload: Any = event.payload
    if columns is None:
        told = payload["clock"]
        columns = {
            "id": UUID(event.subject.id),
            "exhibit_id": UUID(payload["exhibit"]),
            "clock_id": UUID(told["id"]) if told else None,
            "clock_name": told["name"] if told else None,
            "cause": payload["cause"],
            "level": payload["level"],
            "source": UUID(payload["source"]) if payload["source"] else None,
            "fell_due_at": clock.from_text(payload["fell_due_at"]),
            "raised_at": event.occurred_at,
            "acknowledged_at": None,
            "acknowledged_by_id": None,
            "resolved_at": None,
            "annulled_at": None,
            "late_seconds": None,
            "version": 0,
        }
    else:
        columns = {**columns, **_changes(columns, event, payload)}
    return {**columns, "head": event.leaf, "version": columns["version"] + 1}


def _changes(columns: Columns, event: Event, payload: Any) -> Columns:
    at = event.occurred_at
    if event.kind == "flag.acknowledged":
        ended = {"resolved_at": at, "late_seconds": payload["late_seconds"]}
        return {
            "acknowledged_at": at,
            "acknowledged_by_id": event.actor.badge,
            **(ended if payload["ends"] else {}),
        }
    if event.kind == "flag.resolved":
        return {"resolved_at": at, "late_seconds": payload["late_seconds"]}
    if event.kind == "flag.annulled":
        return {"annulled_at": at}
    return columns


def replay_flag(events: Sequence[Event]) -> Columns:
    """A flag's columns after all its events, oldest first."""
    columns: Columns | None = None
    for event in events:
        columns = fold_flag(columns, event)
    assert columns is not None
    return columns
