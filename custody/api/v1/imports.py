"""Seizures in, by a table of another system."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.commands import row_serializer
from custody.api.fields import StrictObject, Text, Truth
from custody.api.resources import Resource
from custody.api.v1.acts import KEY, key_of
from custody.api.v1.receipts import PendingSerializer
from custody.exchange.imports import REQUIRED, Outcome, import_seizures
from custody.exchange.tables import MOST_BYTES, MOST_ROWS
from custody.handling.record import Pending
from custody.handling.take_over import Release
from custody.reading.models import Action

_EXAMPLE_ROW = "A-1024,24/1024,2026-11-24,BEANR,QUAY-A,cocaine,barrel,25.5,kg,fast"


class ImportSerializer(StrictObject):
    """A table of seizures, see `docs/exchange.md`."""

    source = Text(  # type: ignore[assignment]
        max_length=40,
        help_text="The other system: a row is known by its own reference within it, and taken over once.",
    )
    table = Text(
        lines=True,
        max_length=MOST_BYTES,
        help_text=f"CSV with commas and a head, at most {MOST_ROWS:,} rows.",
    )
    dry_run = Truth(default=False, help_text="Only say what would become of each row.")
    releases: Any = serializers.ListSerializer(
        child=row_serializer(Release)(),
        default=(),
        max_length=MOST_ROWS,
        help_text="Amounts that were held back and are true: repeat each as it stands in its row.",
    )


class RowFaultSerializer(serializers.Serializer[Any]):
    """What is wrong in a row, or why it is held back."""

    column = serializers.CharField(allow_blank=True, help_text="Empty for the row as a whole.")
    detail = serializers.CharField()
    code = serializers.CharField()


class VerdictSerializer(serializers.Serializer[Any]):
    """What becomes of one row."""

    line = serializers.IntegerField(help_text="As an editor counts: the head is line 1.")
    reference = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(
        choices=[one.value for one in Outcome],
        help_text="`known`: taken over before, as it is. `held`: nobody believes the amount at once; "
        "repeat it under `releases` if it is true.",
    )
    exhibit = serializers.CharField(
        source="exhibit.label",
        allow_null=True,
        default=None,
        help_text="What was made of a known row, if you may see it.",
    )
    faults = RowFaultSerializer(many=True)


class ReportSerializer(serializers.Serializer[Any]):
    """What becomes of a table."""

    rows = VerdictSerializer(many=True)
    proposal = PendingSerializer(
        allow_null=True,
        help_text="What waits for a colleague; null where nothing was asked or nothing is new.",
    )


class Imports(Resource):
    """Taking over seizures of another system."""

    serializer_class = ImportSerializer
    action = Action.COLLECTION

    @extend_schema(
        operation_id="import_seizures",
        summary="Import seizures",
        tags=["exchange"],
        parameters=[KEY],
        request=ImportSerializer,
        responses={200: ReportSerializer, 202: ReportSerializer},
        examples=[
            OpenApiExample(
                "One barrel, as a dry run",
                value={
                    "source": "OLD",
                    "table": f"{','.join(REQUIRED)}\n{_EXAMPLE_ROW}\n",
                    "dry_run": True,
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """All that is new is proposed as one act, `take_over`, which a colleague confirms; 200 where nothing is new,
        or in a dry run, which leaves nothing. If rows are wrong, nothing is taken over, and `errors` names each by
        line and column, as in `table.17.amount`."""
        key = key_of(request)
        told = ImportSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        values = told.validated_data
        report = import_seizures(
            self.officer,
            source=values["source"],
            content=values["table"].encode(),
            releases=[Release(**one) for one in values["releases"]],
            key=None if values["dry_run"] else key,
        )
        self.shows_exhibits([row.exhibit for row in report.rows if row.exhibit])
        waits = report.answer if isinstance(report.answer, Pending) else None
        return Response(
            ReportSerializer({"rows": report.rows, "proposal": waits}).data,
            status.HTTP_202_ACCEPTED if waits else status.HTTP_200_OK,
        )
