"""Trails as EPCIS 2.0 documents: one event of the ledger, one EPCIS event, under the same id.

A correction is told as the standard has it: the event that was wrong once more, with an ``errorDeclaration``, and
what stands in its place as an event of its own. Steps that are masked to the reader stay masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from custody.audit.trails import Step, trail_of
from custody.exchange.mapping import CORRECTION, MAPPING, Fields, Told, reading_of
from custody.exchange.names import Names
from custody.kit import clock
from custody.ledger import queries
from custody.ledger.events import Json, Person
from custody.people.models import Officer
from custody.seizures.corrections import Declaration, effective
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import Reach

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
#: Exhibits whose trails stand in one document of a seizure.
PAGE = 50


def document(exhibits: Sequence[Exhibit], reached: Mapping[UUID, Reach]) -> Fields:
    """The trails of these exhibits, in the order of the ledger, each event once.

    Args:
        exhibits: rows that the reader may see.
        reached: the reader's reach to each: it says how much of its trail is shown.
    """
    names = Names(queries.origin())
    steps: dict[int, Step] = {}
    for exhibit in exhibits:
        for step in trail_of(exhibit, reached[exhibit.id].shown):
            kept = steps.get(step.seq)
            if kept is None or kept.masked:
                steps[step.seq] = step
    return {
        "@context": [CONTEXT, {"custody": names.vocabulary}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": clock.to_text(clock.now()),
        "epcisBody": {"eventList": list(_events([steps[seq] for seq in sorted(steps)], names))},
    }


def exhibits_of(actor: Officer, seizure: Seizure, after: str | None, size: int) -> list[Exhibit]:
    """The next exhibits of a seizure that an officer may see, by label; one more than asked if there are more."""
    visible = Exhibit.objects.visible_to(actor).filter(seizure=seizure).order_by("label")
    return list((visible.filter(label__gt=after) if after else visible)[: size + 1])


@dataclass(frozen=True)
class _Version:
    """What is told of an event at some moment: under which id, and with which payload; None if it did not occur."""

    event_id: UUID
    payload: Mapping[str, Json] | None


def _events(steps: Sequence[Step], names: Names) -> Iterator[Fields]:
    about = _about(steps)
    by_id = {step.event.id: step for step in steps}
    versions = {one.event.id: _Version(one.event.id, one.event.payload) for one in steps}
    corrections: list[Step] = []
    for step in steps:
        exhibit = about.get(step.event.subject.id)
        if exhibit is None:
            continue
        if step.event.kind in MAPPING:
            yield _event(Told(step, *exhibit, names))
        elif step.event.kind == CORRECTION:
            corrections.append(step)
            root = _root(step, by_id)
            if root and root.event.kind in MAPPING:
                after = _after(root, corrections, step)
                told = Told(root, *exhibit, names)
                yield from _corrected(told, step, versions[root.event.id], after)
                versions[root.event.id] = after


def _about(steps: Iterable[Step]) -> dict[str, tuple[UUID, str]]:
    """By exhibit: its seizure and its substance."""
    ids = {step.event.subject.id for step in steps if step.event.subject.type == "exhibit"}
    rows = Exhibit.objects.filter(pk__in=ids).values_list("pk", "seizure_id", "substance")
    return {str(pk): (seizure, substance) for pk, seizure, substance in rows}


def _root(correction: Step, by_id: Mapping[UUID, Step]) -> Step | None:
    """The event that a correction is about in the end: corrections may be corrected."""
    found: Step | None = correction
    while found is not None and found.event.kind == CORRECTION:
        found = by_id.get(UUID(str(found.event.payload["event"])))
    return found


def _after(root: Step, corrections: Sequence[Step], last: Step) -> _Version:
    """What counts of an event after these corrections."""
    own = [one.event for one in corrections if one.event.subject == root.event.subject]
    counts = [one for one in effective([root.event, *own]) if one.id == root.event.id]
    return _Version(last.event.id, counts[0].payload if counts else None)


def _corrected(told: Told, correction: Step, before: _Version, after: _Version) -> Iterator[Fields]:
    if before.payload == after.payload:
        return
    if before.payload is not None:
        wrong = _event(_as(told, before.payload), event_id=before.event_id)
        stands = after.payload is not None
        reason = Declaration.INCORRECT_DATA if stands else Declaration.DID_NOT_OCCUR
        wrong["errorDeclaration"] = {
            "declarationTime": clock.to_text(correction.event.occurred_at),
            "reason": reason.value,
            "correctiveEventIDs": [f"urn:uuid:{after.event_id}"] if stands else [],
            "custody:leaf": correction.event.leaf,
            **_people(correction),
        }
        yield wrong
    if after.payload is not None:
        right = _event(_as(told, after.payload), event_id=after.event_id)
        recorded = clock.to_text(correction.recorded_at)
        yield right | {"recordTime": recorded, **_record(correction), **_people(correction)}


def _as(told: Told, payload: Mapping[str, Json]) -> Told:
    """The same event with another payload."""
    event = replace(told.step.event, payload=payload)
    return replace(told, step=replace(told.step, event=event))


def _event(told: Told, *, event_id: UUID | None = None) -> Fields:
    step, event = told.step, told.step.event
    return {
        **MAPPING[event.kind](told),
        "eventID": f"urn:uuid:{event_id or event.id}",
        "eventTime": clock.to_text(event.occurred_at),
        "eventTimeZoneOffset": _offset(event.captured),
        "recordTime": clock.to_text(step.recorded_at),
        "custody:kind": event.kind,
        "custody:label": step.label,
        "custody:late": event.late is not None,
        "custody:masked": step.masked,
        **_record(step),
        **_people(step),
        **reading_of(told),
    }


def _record(step: Step) -> Fields:
    """Where the ledger has it."""
    return {"custody:seq": step.seq, "custody:leaf": step.event.leaf}


def _people(step: Step) -> Fields:
    return {
        "custody:by": _person(step.event.actor),
        "custody:witnesses": [_person(one) for one in step.event.confirmers],
    }


def _person(person: Person) -> Fields:
    return {"custody:badge": person.badge, "custody:unit": person.unit}


def _offset(captured: Mapping[str, Any] | None) -> str:
    """The zone of the device that recorded it, as ``+01:00``; UTC if it told none, or where that is masked."""
    minutes = int((captured or {}).get("offset_minutes") or 0)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
