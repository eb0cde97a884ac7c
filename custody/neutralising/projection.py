"""The fold of reagent lots and of runs: pure, used by the write path and the replay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.ledger.events import Event

Columns = dict[str, Any]


def fold_lot(columns: Columns | None, event: Event) -> Columns:
    """A lot's columns after one more event about it: received once, then consumed until nothing is left."""
    payload: Any = event.payload
    if columns is None:
        columns = {
            "code": event.subject.id,
            "reagent": payload["reagent"],
            "number": payload["number"],
            "unit_id": payload["unit"],
            "received_grams": Decimal(payload["grams"]),
            "left_grams": Decimal(payload["grams"]),
            "expires_on": date.fromisoformat(payload["expires_on"]),
            "version": 0,
        }
    elif event.kind == "reagent_lot.consumed":
        columns = {**columns, "left_grams": columns["left_grams"] - Decimal(payload["grams"])}
    return {**columns, "head": event.leaf, "version": columns["version"] + 1}


def run_columns(events: Sequence[Event]) -> Columns:
    """The columns of a run: it is told once, whole."""
    (event,) = events
    payload: Any = event.payload
    held = int(payload["held_minutes"])
    return {
        "id": UUID(event.subject.id),
        "protocol_id": payload["protocol"],
        "unit_id": event.actor.unit,
        "carried_out_by_id": event.actor.badge,
        "started_at": event.occurred_at - timedelta(minutes=held),
        "ended_at": event.occurred_at,
        "readings": payload["readings"],
        "head": event.leaf,
        "version": 1,
    }


def treated_columns(events: Sequence[Event]) -> list[Columns]:
    """The columns of the units of a run, in its order."""
    (event,) = events
    payload: Any = event.payload
    return [
        {
            "key": f"{event.subject.id}/{one['exhibit']}",
            "run_id": UUID(event.subject.id),
            "exhibit_id": UUID(one["exhibit"]),
            "portions": one["portions"],
            "gross_grams": Decimal(one["gross_grams"]),
            "deviations": one["deviations"],
        }
        for one in payload["units"]
    ]
