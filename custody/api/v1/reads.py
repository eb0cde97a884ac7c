"""The read log, for those who watch over reading: who saw what, and what about it asks for a look."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment, StrictObject, Text
from custody.api.filters import YesNo
from custody.api.resources import Listing, Resource, identifier
from custody.people.rights import Right
from custody.reading.models import Action, AlertKind, Read, ReadAlert
from custody.reading.reviewing import review
from custody.seizures.models import Exhibit, Seizure


class ReadSerializer(serializers.Serializer[Any]):
    """One request that showed custody data."""

    id = serializers.UUIDField()
    read_at = Moment()
    badge = serializers.CharField()
    unit = serializers.CharField()
    action = serializers.ChoiceField(choices=Action.values)
    route = serializers.CharField(help_text="The address as a pattern.")
    relation = serializers.CharField(help_text="The weakest of the reader to any of the things.")
    purpose = serializers.CharField(allow_null=True)
    objects_shown = serializers.ListField(
        child=serializers.UUIDField(), help_text="Ids of exhibits and seizures."
    )
    recipients = serializers.CharField(allow_null=True)


class ReadFilter(django_filters.FilterSet):
    """What the read log can be narrowed to."""

    badge = django_filters.CharFilter(label="Who read")
    action = django_filters.ChoiceFilter(choices=Action.choices)
    of = django_filters.CharFilter(
        method="filter_of", label="Label of an exhibit, or reference of a seizure"
    )
    since = django_filters.IsoDateTimeFilter(field_name="read_at", lookup_expr="gte", label="From")
    until = django_filters.IsoDateTimeFilter(field_name="read_at", lookup_expr="lt", label="Until")

    class Meta:
        model = Read
        fields = ()

    def filter_of(self, rows: QuerySet[Read], name: str, value: str) -> QuerySet[Read]:
        named = [
            *Exhibit.objects.filter(label=value).values_list("pk", flat=True),
            *Seizure.objects.filter(reference=value).values_list("pk", flat=True),
        ]
        return rows.filter(objects_shown__overlap=named) if named else rows.none()


class Reads(Listing):
    """The read log of your agency."""

    queryset = Read.objects.all()
    serializer_class = ReadSerializer
    filterset_class = ReadFilter
    ordering = ("-read_at", "-id")

    def visible(self) -> QuerySet[Read]:
        self.officer.require(Right.REVIEW)
        return Read.objects.visible_to(self.officer)

    def note(self, rows: Any) -> None:
        """Reading the log is a reading of what it names."""
        self.shows_ids({one for row in rows for one in row.objects_shown})

    @extend_schema(operation_id="list_reads", summary="Read the read log", tags=["reading"])
    def get(self, request: Request) -> Response:
        """What the officers of your agency were shown, the latest first. This answer is logged too."""
        return self.page()


class AlertSerializer(serializers.Serializer[Any]):
    """Something about reading that asks for a look."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AlertKind.values)
    badge = serializers.CharField()
    source = serializers.UUIDField(  # type: ignore[assignment]
        help_text="Id of the read, or of the purpose stated."
    )
    happened_at = Moment()
    raised_at = Moment()
    reviewed_at = Moment(allow_null=True)
    reviewed_by = serializers.CharField(source="reviewed_by_id", allow_null=True)
    finding = serializers.CharField(allow_null=True)


class AlertFilter(django_filters.FilterSet):
    """What alerts can be narrowed to."""

    open = YesNo(method="filter_open", label="Not reviewed yet")
    kind = django_filters.ChoiceFilter(choices=AlertKind.choices)
    badge = django_filters.CharFilter(label="Who read")

    class Meta:
        model = ReadAlert
        fields = ()

    def filter_open(
        self,
        rows: QuerySet[ReadAlert],
        name: str,
        value: bool,  # noqa: FBT001
    ) -> QuerySet[ReadAlert]:
        return rows.filter(reviewed_at__isnull=value)


class Alerts(Listing):
    """Alerts about reading."""

    queryset = ReadAlert.objects.all()
    serializer_class = AlertSerializer
    filterset_class = AlertFilter
    ordering = ("-raised_at", "id")

    def visible(self) -> QuerySet[ReadAlert]:
        self.officer.require(Right.REVIEW)
        return ReadAlert.objects.visible_to(self.officer)

    @extend_schema(operation_id="list_read_alerts", summary="List alerts", tags=["reading"])
    def get(self, request: Request) -> Response:
        """About officers of your agency, never about yourself; the latest first."""
        return self.page()


class FindingSerializer(StrictObject):
    """What a review found."""

    finding = Text(max_length=400, help_text="What it was, and what is done about it.")


class Review(Resource):
    """Reviewing an alert."""

    serializer_class = FindingSerializer

    @extend_schema(
        operation_id="review_alert",
        summary="Review an alert",
        tags=["reading"],
        request=FindingSerializer,
        responses=AlertSerializer,
    )
    def post(self, request: Request, alert_id: str) -> Response:
        """Say what you found. Once; never about your own reading."""
        told = FindingSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        row = review(self.officer, identifier(alert_id), told.validated_data["finding"])
        return Response(AlertSerializer(row).data)
