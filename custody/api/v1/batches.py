"""Many acts by one request: all of them or none, with an error for each that is refused."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.commands import act_serializer, command_of
from custody.api.examples import examples_of
from custody.api.fields import StrictObject
from custody.api.locating import locate
from custody.api.proofs import require_fresh_proof
from custody.api.resources import Resource
from custody.api.v1.acts import KEY, envelope_of, key_of
from custody.api.v1.receipts import ReceiptSerializer, told_by
from custody.handling.acts import Act
from custody.handling.batch import MOST_ACTS, ActsRefused, Item, perform_batch
from custody.handling.register import ACTS, FINAL
from custody.reading.models import Action


class ItemSerializer(StrictObject):
    """One act of a batch."""

    act = serializers.ChoiceField(choices=sorted(ACTS))
    told = serializers.DictField(help_text="What `POST acts/{act}` takes.")


class ItemsAsTold(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """In the document each act of a batch is told as that act is."""

    target_class = ItemSerializer

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"oneOf": [_item(auto_schema, ACTS[name], direction) for name in sorted(ACTS)]}


def _item(auto_schema: Any, act: Act, direction: Any) -> dict[str, Any]:
    told = auto_schema.resolve_serializer(act_serializer(act), direction).ref
    return {
        "type": "object",
        "title": f"{act.command.__name__}Item",
        "properties": {"act": {"type": "string", "const": act.name}, "told": told},
        "required": ["act", "told"],
        "additionalProperties": False,
    }


class BatchSerializer(StrictObject):
    """Acts in the order in which they happened."""

    acts: Any = serializers.ListSerializer(
        child=ItemSerializer(),
        allow_empty=False,
        max_length=MOST_ACTS,
        help_text=f"At most {MOST_ACTS:,}; none that somebody else has to confirm.",
    )


class BatchReceiptSerializer(serializers.Serializer[Any]):
    """What was recorded."""

    batch_id = serializers.UUIDField()
    receipts = ReceiptSerializer(many=True, help_text="One an act, in order.")


class Batches(Resource):
    """Recording many acts."""

    serializer_class = BatchSerializer
    action = Action.ALTERATION

    @extend_schema(
        operation_id="post_batch",
        summary="Record many acts",
        tags=["acts"],
        parameters=[KEY],
        request=BatchSerializer,
        responses={201: BatchReceiptSerializer},
        examples=[
            OpenApiExample(
                "A barrel weighed",
                value={"acts": [{"act": "weigh", "told": examples_of(ACTS["weigh"])[0].value}]},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Judged in order, each act upon what those before it made; all of them are recorded or none.
        Where acts are refused, `errors` names each by its place, as in `acts.3.told.exhibit`."""
        key = key_of(request)
        told = BatchSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        if any(one["act"] in FINAL for one in told.validated_data["acts"]):
            require_fresh_proof(request)
        items = _items(told.validated_data["acts"])
        try:
            receipt = perform_batch(self.officer, items, key=key)
        except ActsRefused as refused:
            for position, error in refused.faults:
                error.field = locate(error, items[position].command)
            raise
        self.shows(told_by(*receipt.receipts))
        return Response(BatchReceiptSerializer(receipt).data, status.HTTP_201_CREATED)


def _items(acts: list[dict[str, Any]]) -> list[Item]:
    """The acts, or what is wrong with each of them.

    Raises:
        ValidationError: with the faults of all.
    """
    items, faults = [], {}
    # Making a serializer takes longer than reading an act with it.
    serializers_ = {name: act_serializer(ACTS[name])() for name in {one["act"] for one in acts}}
    for position, one in enumerate(acts):
        try:
            values = serializers_[one["act"]].run_validation(one["told"])
        except ValidationError as fault:
            faults[str(position)] = {"told": fault.detail}
        else:
            items.append(Item(command_of(ACTS[one["act"]].command, values), **envelope_of(values)))
    if faults:
        raise ValidationError({"acts": faults})
    return items
