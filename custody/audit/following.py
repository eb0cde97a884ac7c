"""The ledger as one reader may see it: page by page, and event by event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from custody.audit.trails import REFERENCE, Step, steps_of
from custody.deadlines.models import Flag
from custody.deadlines.telling import Telling, telling
from custody.handling.errors import UnknownEvent
from custody.handling.subjects import rows_of
from custody.ledger.models import Entry
from custody.ledger.queries import events_after, sound_event
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.models import Exhibit
from custody.seizures.reach import Reach, reach

#: One request looks through so many entries at most, whatever there is to find among them.
WINDOW = 5_000


@dataclass(frozen=True)
class Page:
    """A stretch of the ledger as a reader sees it.

    Attributes:
        steps: the events.
        next_after_seq: where to go on.
        more: there is more to look through already.
        reached: the reader's reach to the exhibits that the events are about.
    """

    steps: Sequence[Step]
    next_after_seq: int
    more: bool
    reached: dict[UUID, Reach]


def follow(actor: Officer, after: int, limit: int) -> Page:
    """The next events about what an officer may see, in the order of the ledger.

    Args:
        actor: who reads.
        after: the seq where they stopped; -1 at first.
        limit: at most so many.
    """
    window = list(events_after(after, WINDOW + 1).values_list("seq", "subject_type", "subject_id"))
    looked = window[:WINDOW]
    allowed = visible_subjects(actor, ((kind, one) for _, kind, one in looked))
    mine = [seq for seq, kind, one in looked if (kind, one) in allowed]
    wanted = mine[:limit]
    cut = len(mine) > limit
    last = wanted[-1] if cut else looked[-1][0] if looked else after
    steps, reached = _shown(actor, Entry.objects.filter(pk__in=wanted).order_by("seq"))
    return Page(steps, last, cut or len(window) > WINDOW, reached)


def event_of(actor: Officer, event_id: UUID) -> tuple[Step, dict[UUID, Reach]]:
    """One event, and the reader's reach to the exhibit that it is about.

    Raises:
        UnknownEvent: there is none that the officer may see.
    """
    entry = Entry.objects.filter(event_id=event_id).first()
    if entry is not None:
        subject = (entry.subject_type, entry.subject_id)
        if subject in visible_subjects(actor, [subject]):
            (step,), reached = _shown(actor, [entry])
            return step, reached
    raise UnknownEvent(event=event_id)


def _shown(actor: Officer, entries: Iterable[Entry]) -> tuple[list[Step], dict[UUID, Reach]]:
    told = [(entry, sound_event(entry)) for entry in entries]
    about = {entry.subject_id for entry, _ in told if entry.subject_type == "exhibit"}
    reached = reach(actor, list(Exhibit.objects.filter(pk__in=about))) if about else {}
    flags = _flags(actor, {entry.subject_id for entry, _ in told if entry.subject_type == "flag"})
    every = steps_of(told)
    masked = _masked(actor, {unit for one in every for unit in one.staged})
    steps = []
    for one in every:
        subject = one.event.subject
        if subject.type == "exhibit":
            steps.append(one.as_shown(reached[UUID(subject.id)].shown))
        elif subject.id in flags:
            steps.append(one.flag_as_shown(*flags[subject.id]))
        else:
            steps.append(_own_part(actor, one.scan_as_shown(masked)))
    return steps, reached


def _masked(actor: Officer, units: set[UUID]) -> set[UUID]:
    """Those of these units of whose transports the reader is not told more than the day."""
    seen = Exhibit.objects.visible_to(actor).filter(pk__in=units) if units else ()
    whole = {one for one, found in reach(actor, list(seen)).items() if not found.masked}
    return units - whole


def _flags(actor: Officer, ids: set[str]) -> dict[str, tuple[Telling | None, Flag]]:
    """Each flag, with what the reader is told by its day alone."""
    rows = list(Flag.objects.filter(pk__in=ids).select_related("exhibit")) if ids else []
    reached = reach(actor, [row.exhibit for row in rows])
    known = telling(rows) if any(one.masked for one in reached.values()) else None
    return {str(row.id): (known if reached[row.exhibit_id].masked else None, row) for row in rows}


def _own_part(actor: Officer, step: Step) -> Step:
    """Of a certificate the units that the reader may see: what burnt beside them is another case."""
    if step.event.kind != "session.certified":
        return step
    told: Any = step.event.payload["units"]
    ids = [one["exhibit"] for one in told]
    rows = Exhibit.objects.visible_to(actor).filter(pk__in=ids)
    seen = {str(pk) for pk in rows.values_list("pk", flat=True)}
    if seen.issuperset(ids):
        return step
    own = {**step.event.payload, "units": [one for one in told if one["exhibit"] in seen]}
    return replace(step, event=replace(step.event, payload=own, nonce="", body=b""), masked=True)


def visible_subjects(actor: Officer, subjects: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these subjects whose events an officer may see: one query a type."""
    by_type: dict[str, set[str]] = {}
    for subject_type, subject_id in subjects:
        by_type.setdefault(subject_type, set()).add(subject_id)
    found = set()
    for subject_type, subject_ids in by_type.items():
        rows = rows_of(actor, subject_type)
        if rows is not None:
            known = rows.filter(pk__in=subject_ids).values_list("pk", flat=True)
            found |= {(subject_type, str(one)) for one in known}
        elif subject_type in REFERENCE and Right.OVERSEE in actor.rights:
            found |= {(subject_type, one) for one in subject_ids}
    return found
