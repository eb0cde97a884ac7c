"""Events as recorded: exact bytes, what they say, and what is told of them elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.resources import Resource, identifier, limit_of, number_of
from custody.audit.trails import Step
from custody.deadlines.models import Flag
from custody.law.models import DestructionOrder, Hold
from custody.ledger import events as ledger_events
from custody.ledger.commitments import commitments_in
from custody.ledger.events import Event
from custody.ledger.models import Disclosure, Entry
from custody.ledger.queries import events_after
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.models import Exhibit, Seizure

#: One request looks through so many entries at most, whatever there is to find among them.
WINDOW = 5_000
#: Who works here, where, by which rules: for those who oversee, and without the names.
_REFERENCE = frozenset({"agency", "unit", "officer", "place", "scale", "policy", "ledger"})


@dataclass(frozen=True)
class Told:
    """One event as it is shown."""

    seq: int
    recorded_at: datetime
    event: Event
    label: str | None
    corrected_by: Sequence[UUID]
    texts: dict[str, str]

    @property
    def late_reason(self) -> str | None:
        late: Any = self.event.late
        return self.texts.get(late["reason"]["commitment"]) if late else None

    @property
    def late(self) -> bool:
        return self.event.late is not None

    @property
    def body(self) -> str:
        return self.event.body.decode()


def of_step(step: Step) -> Told:
    """A step of a trail as it is shown."""
    return Told(step.seq, step.recorded_at, step.event, step.label, step.corrected_by, step.texts)


def tell(entries: Sequence[Entry]) -> list[Told]:
    """Entries that the reader may see, as they are shown, in a fixed number of queries."""
    read = [(entry, ledger_events.read(bytes(entry.body))) for entry in entries]
    exhibits = {entry.subject_id for entry in entries if entry.subject_type == "exhibit"}
    known = dict(Exhibit.objects.filter(pk__in=exhibits).values_list("pk", "label"))
    corrections: dict[str, list[UUID]] = {}
    for one in Entry.objects.filter(
        subject_type="exhibit", subject_id__in=exhibits, kind="event.corrected"
    ).order_by("seq"):
        correction = ledger_events.read(bytes(one.body))
        corrections.setdefault(str(correction.payload["event"]), []).append(correction.id)
    texts = _texts(event for entry, event in read if entry.subject_type not in _REFERENCE)
    return [
        Told(
            seq=entry.seq,
            recorded_at=entry.recorded_at,
            event=event,
            label=known.get(UUID(entry.subject_id)) if entry.subject_id in exhibits else None,
            corrected_by=corrections.get(str(event.id), ()),
            texts={one: texts[one] for one in _commitments(event) if one in texts},
        )
        for entry, event in read
    ]


def _commitments(event: Event) -> list[str]:
    return [*commitments_in(event.payload), *commitments_in(event.late or {})]


def _texts(events: Iterable[Event]) -> dict[str, str]:
    wanted = {one for event in events for one in _commitments(event)}
    kept = Disclosure.objects.filter(pk__in=wanted, text__isnull=False)
    return {row.commitment: row.text or "" for row in kept}


def _reader(actor: Officer, subject_type: str) -> QuerySet[Any] | None:
    """The rows by which an officer sees the events about subjects of a type; None for none."""
    if subject_type == "exhibit":
        return Exhibit.objects.visible_to(actor)
    if subject_type == "seizure":
        return Seizure.objects.visible_to(actor)
    if subject_type == "order":
        return DestructionOrder.objects.visible_to(actor)
    if subject_type == "hold":
        return Hold.objects.visible_to(actor)
    if subject_type == "flag":
        return Flag.objects.visible_to(actor)
    return None


def seen(actor: Officer, subjects: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these subjects whose events an officer may see: one query a type."""
    by_type: dict[str, set[str]] = {}
    for subject_type, subject_id in subjects:
        by_type.setdefault(subject_type, set()).add(subject_id)
    found = set()
    for subject_type, subject_ids in by_type.items():
        if subject_type in _REFERENCE:
            oversees = Right.OVERSEE in actor.rights
            found |= {(subject_type, one) for one in subject_ids if oversees}
            continue
        rows = _reader(actor, subject_type)
        if rows is not None:
            known = rows.filter(pk__in=subject_ids).values_list("pk", flat=True)
            found |= {(subject_type, str(one)) for one in known}
    return found


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody as the event names them."""

    badge = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    agency = serializers.CharField(allow_blank=True)


class SubjectSerializer(serializers.Serializer[Any]):
    """What the event is about."""

    type = serializers.CharField()
    id = serializers.CharField()


class EventSerializer(serializers.Serializer[Any]):
    """One recorded event."""

    seq = serializers.IntegerField()
    id = serializers.UUIDField(source="event.id")
    act_id = serializers.UUIDField(source="event.act_id")
    kind = serializers.CharField(source="event.kind")
    subject = SubjectSerializer(source="event.subject")
    label = serializers.CharField(allow_null=True, help_text="Of the exhibit that it is about.")  # type: ignore[assignment]
    actor = PersonSerializer(source="event.actor")
    confirmers = PersonSerializer(source="event.confirmers", many=True)
    occurred_at = Moment(source="event.occurred_at")
    recorded_at = Moment()
    late = serializers.BooleanField(help_text="Recorded more than 15 minutes after it happened.")
    late_reason = serializers.CharField(allow_null=True)
    corrected_by = serializers.ListField(child=serializers.UUIDField())
    previous = serializers.CharField(source="event.previous", allow_null=True)
    leaf = serializers.CharField(source="event.leaf")
    payload = serializers.DictField(source="event.payload")
    texts = serializers.DictField(
        child=serializers.CharField(),
        help_text="The texts that it commits to, by commitment, as far as they are kept.",
    )
    body = serializers.CharField(help_text="Its exact text: SHA-256 of 0x00 and this is `leaf`.")


class EventPageSerializer(serializers.Serializer[Any]):
    """A page of the ledger as far as you may see it."""

    results = EventSerializer(many=True)
    next_after_seq = serializers.IntegerField(
        help_text="Ask with this as `after_seq` for what follows."
    )
    more = serializers.BooleanField(help_text="There is more to look through already.")


class Events(Resource):
    """The ledger, for clients that follow it."""

    serializer_class = EventPageSerializer
    parameters = frozenset({"after_seq", "limit"})

    @extend_schema(
        operation_id="list_events",
        summary="Follow the ledger",
        tags=["events"],
        parameters=[
            OpenApiParameter("after_seq", int, description="Where you stopped; -1 at first."),
            OpenApiParameter(
                "limit", int, description="At most so many: 1 to 500; 100 unless told."
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        """Events about what you may see, in the order of the ledger. A page can be short, or empty, and yet
        have a next one: go on from `next_after_seq` until `more` is false, and from there the next time."""
        after = number_of(request, "after_seq", default=-1, least=-1, most=2**62)
        limit = limit_of(request, 100, 500)
        window = list(
            events_after(after, WINDOW + 1).values_list("seq", "subject_type", "subject_id")
        )
        looked = window[:WINDOW]
        allowed = seen(self.officer, {(kind, one) for _, kind, one in looked})
        mine = [seq for seq, kind, one in looked if (kind, one) in allowed]
        wanted = mine[:limit]
        cut = len(mine) > limit
        last = wanted[-1] if cut else looked[-1][0] if looked else after
        entries = list(Entry.objects.filter(pk__in=wanted).order_by("seq"))
        page = {
            "results": tell(entries),
            "next_after_seq": last,
            "more": cut or len(window) > WINDOW,
        }
        return Response(EventPageSerializer(page).data)


class OneEvent(Resource):
    """One event."""

    serializer_class = EventSerializer

    @extend_schema(operation_id="read_event", summary="Read an event", tags=["events"])
    def get(self, request: Request, event_id: str) -> Response:
        """One event, with the corrections of it."""
        entry = Entry.objects.filter(event_id=identifier(event_id)).first()
        if entry is None:
            raise Http404
        subject = (entry.subject_type, entry.subject_id)
        if subject not in seen(self.officer, [subject]):
            raise Http404
        (told,) = tell([entry])
        return Response(EventSerializer(told).data)
