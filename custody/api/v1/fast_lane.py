"""The fast-lane report: limits kept, times taken, and what lay in store."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.resources import Resource
from custody.api.v1.exports import CsvRenderer
from custody.audit.fast_lane import DEFINITION, DEFINITIONS, Report, fast_lane
from custody.audit.quarters import parse_quarter, quarter_of
from custody.exchange.figures import figures_table
from custody.kit import clock

_BY = ("quarter", "week", "unit", "plant")


class _Figures(serializers.Serializer[Any]):
    by = serializers.ChoiceField(choices=_BY)
    key = serializers.CharField(
        allow_null=True, help_text="Which week, unit or plant; null for the whole quarter."
    )
    lane = serializers.CharField()
    seizures = serializers.IntegerField(
        allow_null=True, help_text="Null where they are too few to be told; then all figures are."
    )


class LimitFiguresSerializer(_Figures):
    """The clocks of one name and lane, of a quarter or a part of it."""

    clock = serializers.CharField()
    begun = serializers.IntegerField(allow_null=True)
    ended = serializers.IntegerField(allow_null=True)
    kept = serializers.IntegerField(allow_null=True)
    late = serializers.IntegerField(allow_null=True)
    late_running = serializers.IntegerField(
        allow_null=True, help_text="Of those that are late, how many run on."
    )
    share_within_limit = serializers.DecimalField(
        source="within", max_digits=5, decimal_places=4, allow_null=True
    )
    median_seconds = serializers.IntegerField(allow_null=True)
    p95_seconds = serializers.IntegerField(allow_null=True)


class ExposureFiguresSerializer(_Figures):
    """What lay in store in a quarter or a part of it, on one lane."""

    stays = serializers.IntegerField(allow_null=True)
    unweighed = serializers.IntegerField(
        allow_null=True, help_text="Stays of unknown mass, which count for no kilogram-hours."
    )
    kilogram_hours = serializers.DecimalField(max_digits=20, decimal_places=1, allow_null=True)


class FastLaneReportSerializer(serializers.Serializer[Any]):
    """Figures with their scope, definitions and freeze."""

    definition = serializers.SerializerMethodField(help_text="Changes when a definition does.")
    definitions = serializers.SerializerMethodField()
    scope = serializers.CharField()
    quarter = serializers.CharField(help_text="Thirteen ISO weeks in UTC, as 2026-Q4.")
    frozen_at = Moment(help_text="As of when.")
    events = serializers.IntegerField(help_text="How many events the ledger held then.")
    fewest = serializers.IntegerField(
        allow_null=True, help_text="Figures of fewer seizures are nulls; null where all are told."
    )
    limits = LimitFiguresSerializer(many=True, source="lines")
    exposure = ExposureFiguresSerializer(many=True, source="exposures")

    def get_definition(self, _report: Report) -> str:
        return DEFINITION

    def get_definitions(self, _report: Report) -> dict[str, str]:
        return DEFINITIONS


def report_for(resource: Resource) -> Report:
    """The report that a request asks for.

    Raises:
        NoSuchQuarter: it names none.
    """
    told = resource.request.query_params.get("quarter")
    quarter = quarter_of(clock.now()) if told is None else parse_quarter(told)
    return fast_lane(resource.officer, quarter)


QUARTER = OpenApiParameter("quarter", str, description="As 2026-Q4; the running one unless told.")


class FastLane(Resource):
    """The fast-lane report of your agency."""

    serializer_class = FastLaneReportSerializer
    parameters = frozenset({"quarter"})

    @extend_schema(
        operation_id="read_fast_lane",
        summary="Fast-lane report",
        tags=["statistics"],
        parameters=[QUARTER],
    )
    def get(self, request: Request) -> Response:
        """Share within limit, median and 95th percentile of each clock, and kilogram-hours in store, for the whole of
        your agency: by quarter, week, unit and plant."""
        return Response(FastLaneReportSerializer(report_for(self)).data)


class FastLaneTable(Resource):
    """The same as a table."""

    renderer_classes = (CsvRenderer,)
    parameters = frozenset({"quarter"})

    @extend_schema(
        operation_id="export_fast_lane",
        summary="Fast-lane report as a table",
        tags=["statistics"],
        parameters=[QUARTER],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        """The same figures, one row each, with scope, definition and freeze in every row."""
        report = report_for(self)
        response = Response(figures_table(report))
        name = f"fast-lane-{report.quarter}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
