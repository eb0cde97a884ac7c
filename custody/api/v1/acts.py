"""Acts: what there is to do, and doing it. One address an act, made from its command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django.urls import URLPattern, path, reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.commands import act_serializer, command_of
from custody.api.examples import examples_of
from custody.api.locating import locate
from custody.api.problems import Malformed, MatchRequired
from custody.api.proofs import require_fresh_proof
from custody.api.resources import Resource
from custody.api.v1.receipts import PendingSerializer, ReceiptSerializer, respond
from custody.handling.acts import Act
from custody.handling.commands import Description, Kind, describe
from custody.handling.record import perform
from custody.handling.register import ACTS, FINAL
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.people.rights import Right
from custody.reading.models import Action
from custody.seizures.lifecycle import TABLE, Confirmers

_KEY = re.compile(r"[\x21-\x7e]{8,80}")
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 8, "maxLength": 80, "pattern": f"^{_KEY.pattern}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="8 to 80 visible ASCII characters of your own, new for each act; the same request under the "
    "same key gets the same answer, and is recorded once.",
)


_TAG = re.compile(r'"([0-9a-f]{64})"')
EXAMPLE_HEAD = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
_TAGS = """^"[0-9a-f]{64}"( *, *"[0-9a-f]{64}")*$"""
MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": _TAGS, "examples": [f'"{EXAMPLE_HEAD}"']},
    OpenApiParameter.HEADER,
    description="Entity tags of the exhibits or the seizure that the act names, as you read them, with commas "
    "(`ETag` of the answer, or `head` in quotes). If one has changed since, the act is refused with 412.",
)
#: What overwrites what is known: only by who has read it.
NEEDS_MATCH = frozenset({"amend", "correct"})
MATCH_NEEDED = OpenApiParameter(
    MATCH.name, MATCH.type, MATCH.location, required=True, description=MATCH.description
)


def seen_of(request: Request, act: str) -> frozenset[str] | None:
    """The states that the caller has seen; None if they do not say.

    Raises:
        MatchRequired: the act needs to be told.
        Malformed: the header holds something else.
    """
    told: str | None = request.headers.get("If-Match")
    if told is None:
        if act in NEEDS_MATCH:
            raise MatchRequired
        return None
    found = [_TAG.fullmatch(one.strip()) for one in told.split(",")]
    if not all(found):
        raise Malformed("The header If-Match holds entity tags: heads in quotes, with commas.")
    return frozenset(one[1] for one in found if one)


def key_of(request: Request) -> str:
    """The request's idempotency key.

    Raises:
        Malformed: it has none, or one of another form.
    """
    key: str = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise Malformed(
            "The header Idempotency-Key is needed: 8 to 80 visible ASCII characters, new for each act."
        )
    return key


class FieldSerializer(serializers.Serializer[Any]):
    """One field of an act."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[one.value for one in Kind])
    title = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    options = serializers.ListField(child=serializers.CharField())
    places = serializers.ListField(child=serializers.CharField(), help_text="Kinds of place.")
    max_length = serializers.IntegerField(allow_null=True)
    minimum = serializers.IntegerField(allow_null=True)
    maximum = serializers.IntegerField(allow_null=True)
    rows = serializers.ListField(
        child=serializers.DictField(), help_text="The fields of each row, in this same form."
    )


class ActDescriptionSerializer(serializers.Serializer[Any]):
    """One thing to do."""

    act = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField(help_text="The event that it records.")
    right = serializers.CharField()
    yours = serializers.BooleanField(help_text="Whether you hold the right.")
    confirmers = serializers.ChoiceField(choices=[one.value for one in Confirmers])
    stages = serializers.ListField(
        child=serializers.CharField(), help_text="From which stages; empty if about no exhibit."
    )
    href = serializers.CharField()
    fields_ = FieldSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """The last one is called ``fields``, a name that a serializer keeps for itself."""
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


def _described(name: str, one: Description) -> dict[str, Any]:
    texts = one.kind in {Kind.CODE, Kind.TEXT}
    whole = one.kind is Kind.INTEGER
    return {
        "name": name,
        "kind": one.kind.value,
        "title": one.title,
        "required": one.required,
        "options": list(one.options),
        "places": list(one.places),
        "max_length": one.max_length if texts else None,
        "minimum": one.minimum if whole else None,
        "maximum": one.maximum if whole else None,
        "rows": [_described(*inner) for inner in describe(one.row)] if one.row else [],
    }


class ActListSerializer(serializers.Serializer[Any]):
    """Everything there is to do."""

    results = ActDescriptionSerializer(many=True)


class Acts(Resource):
    """The acts there are."""

    serializer_class = ActListSerializer

    @extend_schema(operation_id="list_acts", summary="List acts", tags=["acts"])
    def get(self, request: Request) -> Response:
        """Every act with its fields, its right and who has to confirm it."""
        order = list(TABLE)
        told = [
            {
                "act": act.name,
                "title": act.title,
                "kind": act.kind,
                "right": TABLE[act.kind].right,
                "yours": Right(TABLE[act.kind].right) in self.officer.rights,
                "confirmers": TABLE[act.kind].confirmers.value,
                "stages": sorted(stage.value for stage in TABLE[act.kind].sources),
                "href": reverse(f"api:act-{act.name}"),
                "fields": [_described(*one) for one in describe(act.command)],
            }
            for act in sorted(ACTS.values(), key=lambda one: order.index(one.kind))
        ]
        return Response({"results": told})


def envelope_of(values: dict[str, Any]) -> dict[str, Any]:
    """What validated input says beside the act's own fields, as acts are told it."""
    captured = values["captured"]
    return {
        "occurred_at": values["occurred_at"],
        "captured": captured
        and {
            "device_at": clock.to_text(captured["device_at"]),
            "offset_minutes": captured["offset_minutes"],
        },
        "late_reason": values["late_reason"],
    }


class ActView(Resource):
    """Performing one act."""

    act: ClassVar[Act]

    def perform(self, request: Request) -> Response:
        """Record it, or propose it where somebody else has to confirm."""
        if self.act.name in FINAL:
            require_fresh_proof(request)
        key, seen = key_of(request), seen_of(request, self.act.name)
        told = act_serializer(self.act)(data=request.data)
        told.is_valid(raise_exception=True)
        command = command_of(self.act.command, told.validated_data)
        try:
            answer = perform(
                self.officer, command, key=key, seen=seen, **envelope_of(told.validated_data)
            )
        except CustodyError as error:
            error.field = locate(error, command)
            raise
        return respond(self, answer)


_WHO = {
    Confirmers.NOBODY: "Nobody has to confirm it.",
    Confirmers.COUNTERPARTY: "Whichever of giver and taker did not propose it has to confirm.",
    Confirmers.COLLEAGUE: "A colleague of the same unit has to confirm.",
    Confirmers.SECOND_CORRECTOR: "A second person who may correct has to confirm.",
    Confirmers.SECOND_ERASER: "The second person whom it names has to confirm.",
    Confirmers.WITNESSES: "Two witnesses have to confirm, one of another agency; never who sampled it or "
    "gave the order.",
}


def _view(act: Act) -> type[ActView]:
    rule = TABLE[act.kind]
    title, _, more = act.title.partition(": ")

    def post(self: ActView, request: Request) -> Response:
        return self.perform(request)

    described = extend_schema(
        operation_id=f"act_{act.name}",
        summary=title,
        description=f"{more[:1].upper()}{more[1:]}. Records `{act.kind}`; needs the right to "
        f"{rule.right}. {_WHO[rule.confirmers]}",
        tags=["acts"],
        parameters=[KEY, MATCH_NEEDED if act.name in NEEDS_MATCH else MATCH],
        request=act_serializer(act),
        responses={201: ReceiptSerializer, 202: PendingSerializer},
        examples=examples_of(act),
    )
    name = f"{act.command.__name__}View"
    members = {
        "act": act,
        "action": Action.COLLECTION if act.name == "intercept" else Action.ALTERATION,
        "post": described(post),
        "__module__": __name__,
    }
    return type(name, (ActView,), members)


def addresses() -> Iterator[URLPattern]:
    """One address an act."""
    for act in ACTS.values():
        yield path(f"acts/{act.name}", _view(act).as_view(), name=f"act-{act.name}")
