"""The fold of inventories: pure, used when they are written and when they are replayed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from custody.inventories.findings import Finding
from custody.ledger.events import Event

Columns = dict[str, Any]
#: By label.
Lines = dict[str, Columns]

_NAMESPACE = UUID("0d4c1f6e-7f6e-5b60-8f4e-2f8f0a7c6d33")


def fold_inventory(columns: Columns | None, lines: Lines, event: Event) -> tuple[Columns, Lines]:
    """An inventory's columns, and the lines that one more event about it adds or changes."""
    payload: Any = event.payload
    changed: Lines = {}
    if columns is None:
        columns = {
            "id": UUID(event.subject.id),
            "place_id": payload["place"],
            "unit": payload["unit"],
            "agency": payload["agency"],
            "method": payload["method"],
            "occasion": payload["occasion"],
            "first_id": UUID(payload["first"]) if payload["first"] else None,
            "opened_at": event.occurred_at,
            "opened_by": event.actor.badge,
            "algorithm": payload["algorithm"],
            "seed": payload["seed"],
            "population_digest": payload["population_digest"],
            "chance": payload["chance"],
            "counters": [],
            "scanned": 0,
            "unlabelled": 0,
            "listed_at": None,
            "drawn": None,
            "closed_at": None,
            "closed_by": None,
            "figures": None,
            "version": 0,
        }
    elif event.kind == "inventory.counted":
        changed = {label: _scanned(columns, label, event) for label in payload["labels"]}
        columns = {
            **columns,
            "counters": sorted({*columns["counters"], event.actor.badge}),
            "scanned": columns["scanned"] + len(changed),
            "unlabelled": columns["unlabelled"] + payload["unlabelled"],
        }
    elif event.kind == "inventory.listed":
        columns = {**columns, "listed_at": event.occurred_at, "drawn": list(payload["labels"])}
    elif event.kind == "inventory.closed":
        told = {one["label"]: one["finding"] for one in payload["findings"]}
        changed = {
            label: {**one, "finding": told.get(label, Finding.AS_RECORDED.value)}
            for label, one in lines.items()
        }
        for label in told.keys() - lines.keys():
            changed[label] = {**_line(columns, label), "finding": told[label]}
        columns = {
            **columns,
            "closed_at": event.occurred_at,
            "closed_by": event.actor.badge,
            "figures": dict(payload["figures"]),
        }
    columns = {
        **columns,
        "last_at": event.occurred_at,
        "head": event.leaf,
        "version": columns["version"] + 1,
    }
    return columns, changed


def _line(inventory: Columns, label: str) -> Columns:
    return {
        "id": uuid5(_NAMESPACE, f"{inventory['id']} {label}"),
        "inventory_id": inventory["id"],
        "label": label,
        "counted_at": None,
        "counted_by": None,
        "blind": False,
        "finding": None,
    }


def _scanned(inventory: Columns, label: str, event: Event) -> Columns:
    return {
        **_line(inventory, label),
        "counted_at": event.occurred_at,
        "counted_by": event.actor.badge,
        "blind": inventory["listed_at"] is None,
    }


def replay_inventory(events: Sequence[Event]) -> tuple[Columns, list[Columns]]:
    """An inventory's columns and all its lines after all its events, oldest first."""
    columns: Columns | None = None
    lines: Lines = {}
    for event in events:
        columns, changed = fold_inventory(columns, lines, event)
        lines |= changed
    assert columns is not None
    return columns, list(lines.values())


def opened_content(
    *,
    place: str,
    unit: str,
    method: str,
    occasion: str,
    first: UUID | None,
    algorithm: str,
    seed: str,
    population_digest: str,
    chance: Columns | None,
) -> Columns:
    """What ``inventory.opened`` says: everything but what should be there.

    Args:
        place: its code name, and ``unit``: the code of the unit that keeps it.
        method: see :class:`custody.inventories.sizes.Method`.
        occasion: why it is counted.
        first: the inventory of which this is the second round.
        algorithm: how the seed draws.
        seed: drawn once the population was settled.
        population_digest: the salted digest of the labels of what should be there; the closing opens it.
        chance: of an unannounced one: rule, day, and the last event before it by number.
    """
    return {
        "place": place,
        "unit": unit,
        "agency": unit.partition("/")[0],
        "method": method,
        "occasion": occasion,
        "first": str(first) if first else None,
        "algorithm": algorithm,
        "seed": seed,
        "population_digest": population_digest,
        "chance": chance,
    }
