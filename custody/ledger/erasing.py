"""Erasing: the event that says so drops what it names, inside the database (``sql/erase_v1.sql``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from custody.ledger.events import Event
from custody.ledger.models import Erasure

#: The subject of an erasure is what is erased, so that nothing is erased twice.
SUBJECT = "content"
ERASED = "content.erased"


class Content(StrEnum):
    """What can be erased."""

    TEXT = "text"
    ATTACHMENT = "attachment"
    PROPOSAL = "proposal"


def erasure_columns(events: Sequence[Event]) -> dict[str, Any]:
    """The row of an erasure, from its one event."""
    (event,) = events
    return {
        "content": event.subject.id,
        "what": event.payload["what"],
        "ordered_by": event.payload["ordered_by"],
        "legal_basis": event.payload["legal_basis"],
        "erased_at": event.occurred_at,
        "head": event.leaf,
    }


def erased(contents: Iterable[str]) -> dict[str, Erasure]:
    """Those of these that were erased."""
    return Erasure.objects.in_bulk(set(contents))
