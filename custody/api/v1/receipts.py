"""What an act gets for an answer: a receipt of what was recorded, or whom it waits for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.resources import Resource
from custody.handling.record import Line, Pending, Receipt
from custody.people.rights import Relation, Shown
from custody.seizures.lifecycle import Confirmers
from custody.seizures.reach import Reach


class LineSerializer(serializers.Serializer[Any]):
    """One event as recorded."""

    seq = serializers.IntegerField()
    leaf = serializers.CharField(help_text="SHA-256 of 0x00 and the event's exact bytes.")
    kind = serializers.CharField()
    subject = serializers.SerializerMethodField()

    def get_subject(self, line: Line) -> dict[str, str]:
        """What it is about."""
        return {"type": line.subject_type, "id": line.subject_id}


class ReceiptSerializer(serializers.Serializer[Any]):
    """Proof of what was recorded, for who acted."""

    act_id = serializers.UUIDField()
    recorded_at = Moment()
    events = LineSerializer(many=True, source="lines")


class AwaitsSerializer(serializers.Serializer[Any]):
    """Whom it waits for, as far as the rule names them; nobody named means any who may, or a transport that you are told
    by its day alone."""

    badges = serializers.ListField(child=serializers.CharField(), source="awaits_badges")
    units = serializers.ListField(child=serializers.CharField(), source="awaits_units")


class PendingSerializer(serializers.Serializer[Any]):
    """What was proposed and waits for others; nothing is recorded before they confirm."""

    proposal = serializers.UUIDField(source="act_id")
    rule = serializers.ChoiceField(choices=[one.value for one in Confirmers])
    needed = serializers.IntegerField(help_text="How many have to confirm, all in all.")
    awaits = AwaitsSerializer(source="*")
    lapses_at = Moment()
    href = serializers.SerializerMethodField()

    def get_href(self, pending: Pending) -> str:
        """The proposal's own address."""
        return reverse("api:proposal", args=[pending.act_id])


#: What an actor's own receipt shows was in their hands.
_OWN = Reach(Relation.CUSTODY, Shown.WHOLE)


def told_by(*receipts: Receipt) -> dict[UUID, Reach]:
    """The exhibits and seizures that receipts name, as the read log takes them."""
    return {
        UUID(line.subject_id): _OWN
        for receipt in receipts
        for line in receipt.lines
        if line.subject_type in {"exhibit", "seizure"}
    }


def respond(view: Resource, answer: Receipt | Pending) -> Response:
    """201 with a receipt, or 202 with whom it waits for."""
    if isinstance(answer, Receipt):
        view.shows(told_by(answer))
        return Response(ReceiptSerializer(answer).data, status.HTTP_201_CREATED)
    shown = PendingSerializer(answer).data
    return Response(shown, status.HTTP_202_ACCEPTED, headers={"Location": shown["href"]})
