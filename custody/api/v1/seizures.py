"""Seizures: catches under both their case numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.resources import Listing, Resource, require_row
from custody.seizures.models import Seizure


class SeizureSerializer(serializers.Serializer[Any]):
    """One catch. Its exhibits are at ``/api/v1/exhibits/?seizure=`` its reference."""

    reference = serializers.CharField()
    customs_report = serializers.CharField()
    prosecutor_notice = serializers.CharField(allow_null=True)
    container_number = serializers.CharField(allow_null=True, help_text="ISO 6346.")
    vessel_imo = serializers.CharField(allow_null=True)
    location = serializers.CharField(help_text="UN/LOCODE.")
    opened_at = Moment()
    investigation_opened_on = serializers.CharField(allow_null=True)
    investigation_closed_on = serializers.CharField(allow_null=True)
    owner_known = serializers.BooleanField(help_text="The lawful owner is known; no name here.")
    owner_notified_on = serializers.CharField(allow_null=True)
    owner_until = serializers.CharField(
        allow_null=True, help_text="The day until which they may answer."
    )
    documents = serializers.ListField(
        child=serializers.CharField(),
        help_text="SHA-256 of each: `GET attachments/{sha256}/original`, with a purpose.",
    )
    last_at = Moment()
    version = serializers.IntegerField()
    head = serializers.CharField()


class SeizureFilter(django_filters.FilterSet):
    """What a list of seizures can be narrowed to."""

    location = django_filters.CharFilter(label="UN/LOCODE")
    customs_report = django_filters.CharFilter(label="Customs report number")
    prosecutor_notice = django_filters.CharFilter(label="Prosecutor's notice number")
    container_number = django_filters.CharFilter(label="Container number")

    class Meta:
        model = Seizure
        fields = ()


class Seizures(Listing):
    """Seizures that concern you."""

    queryset = Seizure.objects.all()
    serializer_class = SeizureSerializer
    filterset_class = SeizureFilter
    ordering = ("-opened_at", "id")

    def visible(self) -> QuerySet[Seizure]:
        return Seizure.objects.visible_to(self.officer)

    def note(self, rows: Sequence[Seizure]) -> None:
        self.shows_seizures(rows)

    @extend_schema(operation_id="list_seizures", summary="List seizures", tags=["seizures"])
    def get(self, request: Request) -> Response:
        """Seizures that concern your unit, the newest first."""
        return self.page()


class OneSeizure(Resource):
    """One seizure."""

    serializer_class = SeizureSerializer

    @extend_schema(operation_id="read_seizure", summary="Read a seizure", tags=["seizures"])
    def get(self, request: Request, reference: str) -> Response:
        """One seizure by its reference."""
        row = require_row(Seizure.objects.visible_to(self.officer), reference=reference)
        self.shows_seizures([row])
        return Response(SeizureSerializer(row).data, headers={"ETag": f'"{row.head}"'})
