"""Pictures as numbers: stock, exposure, flow, slots and seizures over a period."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.resources import Resource
from custody.api.v1.exports import CsvRenderer
from custody.audit.periods import parse_period, usual_period
from custody.audit.pictures import DEFINITIONS, Picture, picture
from custody.exchange.pictures import picture_table
from custody.kit import clock


class PictureSerializer(serializers.Serializer[Any]):
    """Figures with their definition, scope, period and freeze."""

    definition = serializers.CharField(help_text="Its number changes when the definition does.")
    meaning = serializers.ListField(
        child=serializers.CharField(), help_text="The definition in plain words."
    )
    scope = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of the units and agencies whose business is counted.",
    )
    cases = serializers.IntegerField(help_text="How many cases assigned to you are counted too.")
    first = serializers.DateField(source="period.first", help_text="A day in UTC.")
    last = serializers.DateField(source="period.last", help_text="It belongs to the period.")
    frozen_at = Moment(source="frozen.at", help_text="As of when.")
    events = serializers.IntegerField(
        source="frozen.events", help_text="How many events the ledger held then."
    )
    results = serializers.SerializerMethodField(
        help_text="The rows of the table: masses and kilogram-hours as decimals in text."
    )

    def get_results(self, told: Picture) -> list[dict[str, str | int | bool | None]]:
        return [{name: _plain(value) for name, value in asdict(row).items()} for row in told.rows]


def _plain(value: Any) -> str | int | bool | None:
    if isinstance(value, datetime):
        return clock.to_text(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if value is None or isinstance(value, int) else str(value)


def _picture_for(resource: Resource, name: str) -> Picture:
    """The picture that a request asks for.

    Raises:
        Http404: there is none of that name.
        NoSuchPeriod: it names no period.
    """
    if name not in DEFINITIONS:
        raise Http404
    told = resource.request.query_params
    if "from" in told or "to" in told:
        period = parse_period(told.get("from", ""), told.get("to", ""))
    else:
        period = usual_period(clock.now())
    return picture(resource.officer, name, period)


_WHICH = [
    OpenApiParameter("name", str, OpenApiParameter.PATH, enum=sorted(DEFINITIONS)),
    OpenApiParameter(
        "from",
        OpenApiTypes.DATE,
        description="The first day; with `to`. Thirteen weeks unless told.",
    ),
    OpenApiParameter(
        "to",
        OpenApiTypes.DATE,
        description="The last day. More than six weeks are told by whole ISO weeks, two years at most.",
    ),
]


class OnePicture(Resource):
    """The figures of one picture."""

    serializer_class = PictureSerializer
    parameters = frozenset({"from", "to"})

    @extend_schema(
        operation_id="read_picture",
        summary="Figures over a period",
        tags=["statistics"],
        parameters=_WHICH,
    )
    def get(self, request: Request, name: str) -> Response:
        """Stock by stage, exposure in kilogram-hours, flow between stages, use of slots, or seizures, of what you may see."""
        return Response(PictureSerializer(_picture_for(self, name)).data)


class PictureTable(Resource):
    """The same as a table."""

    renderer_classes = (CsvRenderer,)
    parameters = frozenset({"from", "to"})

    @extend_schema(
        operation_id="export_picture",
        summary="Figures over a period as a table",
        tags=["statistics"],
        parameters=_WHICH,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, name: str) -> Response:
        """The same figures, one row each, with definition, scope, period and freeze in every row."""
        told = _picture_for(self, name)
        response = Response(picture_table(told))
        file = f"{name}-{told.period.first}-{told.period.last}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
        return response
