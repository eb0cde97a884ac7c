"""The fold of flags: pure, used when they are written and when they are replayed."""

from __future__ import annotations

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
    elif event.kind == "flag.acknowledged":
        columns = {
            **columns,
            "acknowledged_at": event.occurred_at,
            "acknowledged_by_id": event.actor.badge,
        }
        if payload["ends"]:
            columns["resolved_at"] = event.occurred_at
            columns["late_seconds"] = payload["late_seconds"]
    elif event.kind == "flag.resolved":
        columns = {
            **columns,
            "resolved_at": event.occurred_at,
            "late_seconds": payload["late_seconds"],
        }
    elif event.kind == "flag.annulled":
        columns = {**columns, "annulled_at": event.occurred_at}
    return {**columns, "head": event.leaf, "version": columns["version"] + 1}
