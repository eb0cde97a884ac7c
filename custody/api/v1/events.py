"""Events as recorded: exact bytes, what they say, and what is told of them elsewhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.resources import Resource, identifier, limit_of, number_of, whole
from custody.audit.following import event_of, follow
from custody.audit.trails import Step
from custody.handling.errors import UnknownEvent
from custody.kit import clock
from custody.ledger import checkpoints
from custody.ledger.models import Entry
from custody.ledger.proofs import receipt_of

#: Who has seen everything asks again after so long.
ASK_AGAIN_SECONDS = 5
LAST_SEQ = 2**62
#: Events of a page: unless told, and at most.
USUAL, MOST = 100, 500


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
    late = serializers.SerializerMethodField(
        help_text="Recorded more than 15 minutes after it happened."
    )
    late_reason = serializers.SerializerMethodField()
    corrected_by = serializers.ListField(child=serializers.UUIDField())
    previous = serializers.CharField(source="event.previous", allow_null=True)
    leaf = serializers.CharField(source="event.leaf")
    payload = serializers.DictField(source="event.payload")
    texts = serializers.DictField(
        child=serializers.CharField(),
        help_text="The texts that it commits to, by commitment, as far as they are kept.",
    )
    erased = serializers.SerializerMethodField(
        help_text="What of it was erased, by commitment or hash: when, by whose order, on which legal basis."
    )
    masked = serializers.BooleanField(
        help_text="A transport that you are told by its day alone: state a purpose to see the whole of it."
    )
    body = serializers.SerializerMethodField(
        help_text="Its exact text: SHA-256 of 0x00 and this is `leaf`. Null where it is masked."
    )

    def get_erased(self, step: Step) -> dict[str, dict[str, str]]:
        return {
            content: {
                "erased_at": clock.to_text(one.erased_at),
                "ordered_by": one.ordered_by,
                "legal_basis": one.legal_basis,
            }
            for content, one in step.erased.items()
        }

    def get_late(self, step: Step) -> bool:
        return step.event.late is not None

    def get_late_reason(self, step: Step) -> str | None:
        late: Any = step.event.late
        return step.texts.get(late["reason"]["commitment"]) if late else None

    def get_body(self, step: Step) -> str | None:
        return None if step.masked else step.event.body.decode()


class EventPageSerializer(serializers.Serializer[Any]):
    """A page of the ledger as far as you may see it."""

    results = EventSerializer(many=True, source="steps")
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
            OpenApiParameter(
                "after_seq", whole(-1, LAST_SEQ), description="Where you stopped; -1 at first."
            ),
            OpenApiParameter(
                "limit", whole(1, MOST), description=f"At most so many; {USUAL} unless told."
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        """Events about what you may see, in the order of the ledger. A page can be short, or empty, and yet
        have a next one: go on from `next_after_seq` (or `Link`) until `more` is false, and from there the next
        time, after the seconds of `Retry-After`."""
        after = number_of(request, "after_seq", default=-1, least=-1, most=LAST_SEQ)
        page = follow(self.officer, after, limit_of(request, USUAL, MOST))
        self.shows(page.reached)
        response = Response(EventPageSerializer(page).data)
        following = f"{request.path}?after_seq={page.next_after_seq}"
        response.headers["Link"] = f'<{request.build_absolute_uri(following)}>; rel="next"'
        if not page.more:
            response.headers["Retry-After"] = str(ASK_AGAIN_SECONDS)
        return response


class OneEvent(Resource):
    """One event."""

    serializer_class = EventSerializer

    @extend_schema(operation_id="read_event", summary="Read an event", tags=["events"])
    def get(self, request: Request, event_id: str) -> Response:
        """One event, with the corrections of it."""
        step, reached = event_of(self.officer, identifier(event_id))
        self.shows(reached)
        return Response(EventSerializer(step).data)


class EventReceipt(Resource):
    """The proof that an event is recorded."""

    serializer_class = serializers.Serializer
    problems = {"409": "No checkpoint covers it yet: ask again after `Retry-After`."}

    @extend_schema(
        operation_id="read_receipt",
        summary="The receipt of an event",
        tags=["events"],
        responses={(200, "text/plain"): str},
    )
    def get(self, request: Request, event_id: str) -> HttpResponse:
        """A C2SP `tlog-proof`: with the event's exact text and the log's key, got elsewhere, anybody can check
        offline that it is recorded. 409 `not_covered_yet` while no checkpoint covers it; ask again after
        `Retry-After`. Only for who sees the whole of the event."""
        step, reached = event_of(self.officer, identifier(event_id))
        if step.masked:
            raise UnknownEvent(event=event_id)
        checkpoint = checkpoints.covering(step.seq)
        if checkpoint is None:
            raise checkpoints.NotCovered(event=event_id, seconds=settings.CHECKPOINT_SECONDS)
        self.shows(reached)
        return HttpResponse(
            receipt_of(Entry.objects.get(pk=step.seq), checkpoint),
            content_type="text/plain; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{step.event.id}.tlog-proof"',
                "Cache-Control": "private, no-store",
            },
        )
