"""The fold of sessions: pure, used by the write path and the replay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.kit import clock
from custody.ledger.events import Event
from custody.seizures.concerning import concerned_by, named_in

ASKED, CONFIRMED, CANCELLED, MISSED, CERTIFIED = (
    "asked",
    "confirmed",
    "cancelled",
    "missed",
    "certified",
)
STATES = (ASKED, CONFIRMED, CANCELLED, MISSED, CERTIFIED)
#: What a scan is called where it happens, and the column that keeps it.
SCANS = ("staged", "loaded", "burnt")

Columns = dict[str, Any]


def fold_session(columns: Columns | None, event: Event) -> Columns:
    """A session's columns after one more event about it."""
    payload: Any = event.payload
    if columns is None:
        columns = {
            "id": UUID(event.subject.id),
            "plant_id": payload["plant"],
            "permit_id": payload["permit"]["code"],
            "starts_at": clock.from_text(payload["starts_at"]),
            "ends_at": clock.from_text(payload["ends_at"]),
            "cap_grams": Decimal(payload["cap_grams"]),
            "state": CONFIRMED if event.kind == "session.requisitioned" else ASKED,
            "asked_by_id": event.actor.badge,
            "requisitioned": event.kind == "session.requisitioned",
            "crew_id": None,
            "vehicle_id": None,
            "units": [],
            **{scan: [] for scan in SCANS},
            "logs": [],
            "concerned": [],
            "last_at": event.occurred_at,
            "version": 0,
        }
    elif event.kind == "session.planned":
        released = {UUID(one) for one in payload["released"]}
        columns = {
            **columns,
            "crew_id": payload["crew"],
            "vehicle_id": payload["vehicle"],
            "units": sorted(UUID(one) for one in payload["units"]),
            **{scan: [one for one in columns[scan] if one not in released] for scan in SCANS},
        }
    elif event.kind == "session.scanned":
        scan = payload["scan"]
        columns = {**columns, scan: _with(columns[scan], map(UUID, payload["units"]))}
    elif event.kind == "session.logged":
        columns = {**columns, "logs": sorted({*columns["logs"], *named_in(payload)})}
    else:
        columns = {**columns, "state": event.kind.partition(".")[2]}
    return {
        **columns,
        "concerned": sorted({*columns["concerned"], *concerned_by(event)}),
        "last_at": max(columns["last_at"], event.occurred_at),
        "head": event.leaf,
        "version": columns["version"] + 1,
    }


def _with(present: Sequence[UUID], more: Iterable[UUID]) -> list[UUID]:
    return sorted({*present, *more})
