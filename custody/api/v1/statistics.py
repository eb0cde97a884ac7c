"""Statistics: counts, and nothing that one catch could be read off."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Grams
from custody.api.resources import Resource
from custody.audit.small_numbers import LEAST
from custody.audit.statistics import statistics


class CellSerializer(serializers.Serializer[Any]):
    """One month of one substance."""

    month = serializers.CharField(help_text="As 2026-11, in UTC.")
    substance = serializers.CharField()
    seizures = serializers.IntegerField(allow_null=True)
    exhibits = serializers.IntegerField(allow_null=True, help_text="Without samples.")
    net_grams = Grams(allow_null=True)
    incinerated = serializers.IntegerField(allow_null=True)


class StatisticsSerializer(serializers.Serializer[Any]):
    """Counts by month and substance."""

    fewest = serializers.IntegerField(help_text="Cells of fewer seizures hold nulls.")
    results = CellSerializer(many=True)


class Statistics(Resource):
    """Counts of your agency."""

    serializer_class = StatisticsSerializer

    @extend_schema(operation_id="read_statistics", summary="Count", tags=["statistics"])
    def get(self, request: Request) -> Response:
        """What was intercepted and burnt, by month and substance, for the whole of your agency."""
        told = {"fewest": LEAST, "results": statistics(self.officer)}
        return Response(StatisticsSerializer(told).data)
