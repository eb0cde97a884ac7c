"""Who changed what about reference data, and when: its adoptions one after the other, each beside the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from custody.audit.words import plain
from custody.ledger.events import Person, Subject
from custody.ledger.queries import entries_of, sound_event


@dataclass(frozen=True)
class Change:
    """One adoption.

    Attributes:
        seq: its number in the ledger.
        what: each field that it set or changed, with what was said before and since.
        first: there was nothing before it.
    """

    seq: int
    at: datetime
    actor: Person
    what: tuple[tuple[str, str, str], ...]
    first: bool


def history(subject: Subject) -> list[Change]:
    """Every adoption of a subject, the newest first; texts that are only committed to are not told."""
    found: list[Change] = []
    before: Mapping[str, Any] = {}
    for entry in entries_of(subject).filter(kind=f"{subject.type}.adopted").order_by("seq"):
        event = sound_event(entry)
        payload: Any = event.payload
        found.append(
            Change(
                seq=entry.seq,
                at=event.occurred_at,
                actor=event.actor,
                what=tuple(_differences(before, payload)),
                first=not before,
            )
        )
        before = payload
    return found[::-1]


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield plain(name).capitalize(), _told(old), _told(new)


def _told(value: Any) -> str:
    if value in (None, "", [], {}):
        return "\N{EN DASH}"
    if isinstance(value, Mapping):
        return (
            "(kept beside the record)"
            if value.keys() == {"commitment"}
            else "\N{HORIZONTAL ELLIPSIS}"
        )
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value)
    return str(value)
