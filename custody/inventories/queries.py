"""Reading inventories: what is sought, and when it was last seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from custody.inventories.findings import Finding
from custody.inventories.models import Inventory
from custody.kit import clock
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event
from custody.people.models import Officer
from custody.people.rights import NEEDS_CUSTODY, Right
from custody.seizures.lifecycle import TABLE, Stage
from custody.seizures.models import Exhibit
from custody.seizures.reach import WAYS, Reach, reach

#: Whoever writes one of these has the unit before them.
_AT_HAND = frozenset({*NEEDS_CUSTODY, Right.TRANSFER, Right.INTERCEPT})
SIGHTINGS = frozenset(
    {
        row.kind
        for row in TABLE.values()
        if row.right in _AT_HAND and row.kind.startswith(("exhibit.", "seal."))
    }
    - {"exhibit.made_known", "exhibit.lane_assigned"}
    | {"exhibit.counted", "exhibit.found"}
)


@dataclass(frozen=True)
class Sought:
    """A unit that an inventory missed and that nobody has found since.

    Attributes:
        exhibit: its row.
        reach: how near the reader is to it. Of a transport that is not theirs, the day is all of the time they get.
        seen_at: when it was last seen, by the record; ``seen_by``: by whom, and ``seen_as``: the event that says it.
    """

    exhibit: Exhibit
    reach: Reach
    seen_at: datetime
    seen_by: str
    seen_as: str


def search_list(actor: Officer, inventory: Inventory) -> Sequence[Sought]:
    """What is still to be found of what an inventory missed, in the order of the labels.

    Args:
        actor: who reads; sees no unit that they could not see by itself.
        inventory: one that the actor is told of.
    """
    missed = inventory.lines.filter(finding=Finding.MISSED).values_list("label", flat=True)
    rows = {
        str(row.pk): row
        for row in Exhibit.objects.visible_to(actor)
        .filter(label__in=list(missed), stage=Stage.MISSING)
        .order_by("label")
    }
    last = (
        Entry.objects.filter(subject_type="exhibit", subject_id__in=rows, kind__in=SIGHTINGS)
        .order_by("subject_id", "-seq")
        .distinct("subject_id")
    )
    seen = {entry.subject_id: entry for entry in last}
    reached = reach(actor, list(rows.values()))
    return [_sought(row, reached[row.pk], seen[name]) for name, row in rows.items()]


def _sought(row: Exhibit, reached: Reach, entry: Entry) -> Sought:
    payload: Any = sound_event(entry).payload
    counted_at = payload.get("counted_at")
    seen_at = clock.from_text(counted_at) if counted_at else entry.occurred_at
    if reached.masked and entry.kind in WAYS:
        seen_at = seen_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Sought(
        row,
        reached,
        seen_at=seen_at,
        seen_by=payload.get("counted_by") or entry.actor,
        seen_as=entry.kind,
    )
