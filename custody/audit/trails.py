"""An exhibit's whole trail: its own events, those of the containers it was in, and of what it was made from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from custody.ledger import events as ledger_events
from custody.ledger.commitments import commitments_in
from custody.ledger.events import Event
from custody.ledger.models import Disclosure, Entry
from custody.seizures.models import Exhibit


@dataclass(frozen=True)
class Step:
    """One event of a trail.

    Attributes:
        seq: its place in the ledger.
        recorded_at: when it was recorded.
        event: what it says.
        label: the exhibit that it was written on.
        inherited: it was written on a container, or on what the exhibit was made from.
        corrected_by: ids of the corrections of it.
        texts: the texts that it commits to, by commitment, as far as they are kept.
    """

    seq: int
    recorded_at: datetime
    event: Event
    label: str
    inherited: bool
    corrected_by: tuple[UUID, ...]
    texts: dict[str, str]


@dataclass(frozen=True)
class _Span:
    """Events of one exhibit that belong to a trail: those after ``start`` and up to ``end``."""

    exhibit: str
    start: int
    end: int


_FIRST, _LAST = -1, 2**62


def trail_of(exhibit: Exhibit) -> list[Step]:
    """Every event that the exhibit went through, in the order of the ledger.

    Args:
        exhibit: a row that the reader may see; whoever sees it sees its whole trail.
    """
    entries: dict[int, tuple[Entry, Event]] = {}
    wanted = [_Span(str(exhibit.id), _FIRST, _LAST)]
    while wanted:
        found = list(_read(wanted))
        wanted = []
        by_exhibit: dict[str, list[tuple[Entry, Event]]] = {}
        for entry, event in found:
            if entry.seq not in entries:
                entries[entry.seq] = (entry, event)
                by_exhibit.setdefault(entry.subject_id, []).append((entry, event))
        for own in by_exhibit.values():
            wanted += _joins(own)
    return _steps(exhibit, [entries[seq] for seq in sorted(entries)])


def _read(spans: Sequence[_Span]) -> Iterator[tuple[Entry, Event]]:
    for span in spans:
        for entry in Entry.objects.filter(
            subject_type="exhibit",
            subject_id=span.exhibit,
            seq__gt=span.start,
            seq__lte=span.end,
        ).order_by("seq"):
            yield entry, ledger_events.read(bytes(entry.body))


def _joins(own: Sequence[tuple[Entry, Event]]) -> list[_Span]:
    """The spans of other exhibits that these events of one exhibit lead to."""
    spans = []
    inside: tuple[str, int] | None = None
    for entry, event in own:
        payload: Any = event.payload
        origin = payload.get("exhibit", {}).get("made_from") if "exhibit" in payload else None
        if origin:
            spans.append(_Span(origin, _FIRST, entry.seq))
        if event.kind == "exhibit.packed" and "container" in payload:
            inside = (payload["container"], entry.seq)
        elif event.kind == "exhibit.unpacked" and "container" in payload and inside:
            spans.append(_Span(inside[0], inside[1], entry.seq))
            inside = None
    if inside:
        spans.append(_Span(inside[0], inside[1], _LAST))
    return spans


def _steps(exhibit: Exhibit, entries: Sequence[tuple[Entry, Event]]) -> list[Step]:
    labels = {
        str(pk): label
        for pk, label in Exhibit.objects.filter(
            pk__in={entry.subject_id for entry, _ in entries}
        ).values_list("pk", "label")
    }
    corrections: dict[str, list[UUID]] = {}
    for _, event in entries:
        if event.kind == "event.corrected":
            corrections.setdefault(str(event.payload["event"]), []).append(event.id)
    commitments = {event.id: _commitments(event) for _, event in entries}
    texts = _texts({one for several in commitments.values() for one in several})
    return [
        Step(
            seq=entry.seq,
            recorded_at=entry.recorded_at,
            event=event,
            label=labels.get(entry.subject_id, ""),
            inherited=entry.subject_id != str(exhibit.id),
            corrected_by=tuple(corrections.get(str(event.id), ())),
            texts={one: texts[one] for one in commitments[event.id] if one in texts},
        )
        for entry, event in entries
    ]


def _commitments(event: Event) -> list[str]:
    return [*commitments_in(event.payload), *commitments_in(event.late or {})]


def _texts(commitments: Collection[str]) -> dict[str, str]:
    kept = Disclosure.objects.filter(pk__in=commitments, text__isnull=False)
    return {row.commitment: row.text for row in kept if row.text is not None}
