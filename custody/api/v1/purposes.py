"""Purposes: why somebody reads a case, said once a shift; then they see the whole of it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment, StrictObject, Text, Truth
from custody.api.resources import Resource, require_row
from custody.api.v1.acts import KEY, key_of
from custody.handling.record import once
from custody.people.assigning import Purpose, state_purpose
from custody.people.models import Assignment, AssignmentKind
from custody.seizures.models import Seizure


class StatementSerializer(StrictObject):
    """Why you read a case."""

    seizure = Text(max_length=32, help_text="Its reference.")
    purpose = serializers.ChoiceField(choices=[one.value for one in Purpose])
    reason = Text(
        lines=True, max_length=4_000, help_text="Free text; only a commitment is recorded."
    )
    break_glass = Truth(
        default=False,
        help_text="For who is not entitled by role: it is told to those who watch over reading, and reviewed.",
    )


class PurposeSerializer(serializers.Serializer[Any]):
    """A purpose that holds for now."""

    id = serializers.CharField(source="code")
    seizure = serializers.CharField()
    purpose = serializers.CharField()
    glass_broken = serializers.BooleanField()
    since = Moment()
    until = Moment()


class PurposeListSerializer(serializers.Serializer[Any]):
    """The purposes that you stated and that hold for now."""

    results = PurposeSerializer(many=True)


def _told(row: Assignment, reference: str) -> dict[str, Any]:
    return {
        "code": row.code,
        "seizure": reference,
        "purpose": row.purpose,
        "glass_broken": row.glass_broken,
        "since": row.since,
        "until": row.until,
    }


class Purposes(Resource):
    """Stating a purpose."""

    serializer_class = PurposeListSerializer

    @extend_schema(operation_id="list_purposes", summary="List your purposes", tags=["reading"])
    def get(self, request: Request) -> Response:
        """What you said for now, and until when it holds."""
        rows = [one for one in self.officer.assignments if one.kind == AssignmentKind.PURPOSE]
        references = dict(
            Seizure.objects.visible_to(self.officer)
            .filter(pk__in=[one.case for one in rows])
            .values_list("pk", "reference")
        )
        told = [_told(one, references[one.case]) for one in rows if one.case in references]
        return Response(PurposeListSerializer({"results": told}).data)

    @extend_schema(
        operation_id="state_purpose",
        summary="State a purpose",
        tags=["reading"],
        parameters=[KEY],
        request=StatementSerializer,
        responses={201: PurposeSerializer},
    )
    def post(self, request: Request) -> Response:
        """Say why you read a case. For twelve hours you see the whole of it, and every look is logged with
        this purpose. Supervisors, auditors and prosecutors are entitled to; others break the glass."""
        key = key_of(request)
        told = StatementSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        values = told.validated_data
        seizure = require_row(Seizure.objects.visible_to(self.officer), reference=values["seizure"])
        row = once(
            self.officer,
            key,
            ["purpose", dict(values)],
            lambda code: state_purpose(
                self.officer,
                case=seizure.id,
                purpose=Purpose(values["purpose"]),
                reason=values["reason"],
                break_glass=values["break_glass"],
                code=code,
            ),
            lambda code: Assignment.objects.get(pk=str(code)),
        )
        return Response(
            PurposeSerializer(_told(row, seizure.reference)).data, status.HTTP_201_CREATED
        )
