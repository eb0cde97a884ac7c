"""The fold of orders and holds: pure, used by the write path and the replay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.ledger.events import Event

Columns = dict[str, Any]


def fold_order(columns: Columns | None, event: Event) -> Columns:
    """An order's columns after one more event about it."""
    payload: Any = event.payload
    if columns is None:
        grams = payload.get("retained_grams")
        columns = {
            "id": UUID(payload["order"]),
            "number": payload["number"],
            "seizure_id": UUID(payload["seizure"]),
            "exhibits": [UUID(exhibit) for exhibit in payload["exhibits"]],
            "given_by_id": event.actor.badge,
            "given_at": event.occurred_at,
            "judge_authorisation": payload["judge_authorisation"],
            "ground": payload.get("ground"),
            "retained": [UUID(exhibit) for exhibit in payload.get("retained", ())],
            "retained_grams": None if grams is None else Decimal(grams),
            "revoked_at": None,
            "version": 0,
        }
    elif event.kind == "order.revoked":
        columns = {**columns, "revoked_at": event.occurred_at}
    return {**columns, "head": event.leaf, "version": columns["version"] + 1}


def fold_hold(columns: Columns | None, event: Event) -> Columns:
    """A hold's columns after one more event about it."""
    payload: Any = event.payload
    if columns is None:
        columns = {
            "id": UUID(payload["hold"]),
            "seizure_id": UUID(payload["seizure"]),
            "exhibits": [UUID(exhibit) for exhibit in payload["exhibits"]],
            "placed_by_id": event.actor.badge,
            "placed_at": event.occurred_at,
            "lifted_at": None,
            "version": 0,
        }
    elif event.kind == "hold.lifted":
        columns = {**columns, "lifted_at": event.occurred_at}
    return {**columns, "head": event.leaf, "version": columns["version"] + 1}
