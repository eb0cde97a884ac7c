"""Flags: what supervisors have to see, and their word that they have seen it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment, StrictObject, Text
from custody.api.filters import YesNo
from custody.api.resources import Listing, Resource, identifier, require_row
from custody.deadlines import services
from custody.deadlines.models import Flag, FlagCause
from custody.deadlines.rules import FLAGGED
from custody.deadlines.telling import in_told_order, telling
from custody.handling.record import refusals
from custody.reading.models import Action


class FlagSerializer(serializers.Serializer[Any]):
    """Something that a supervisor has to see. Who sees transports masked is told the days alone of a clock that one started or
    ended, and not by how much it was late; and of what was reported as one left or arrived."""

    id = serializers.UUIDField()
    exhibit = serializers.CharField(source="exhibit.label")
    cause = serializers.ChoiceField(choices=FlagCause.values)
    level = serializers.ChoiceField(choices=[level.value for level in FLAGGED])
    clock = serializers.CharField(source="clock_name", allow_null=True)
    fell_due_at = Moment(help_text="When it came to be so, whenever that was seen.")
    raised_at = Moment()
    acknowledged_at = Moment(allow_null=True)
    acknowledged_by = serializers.CharField(source="acknowledged_by_id", allow_null=True)
    resolved_at = Moment(allow_null=True)
    annulled_at = Moment(allow_null=True, help_text="When a correction showed it undeserved.")
    late_seconds = serializers.IntegerField(
        allow_null=True, help_text="By how much the clock had passed its limit when it ended."
    )
    version = serializers.IntegerField()
    head = serializers.CharField()


def as_shown(resource: Resource, rows: Sequence[Flag]) -> list[Flag]:
    """These flags as their reader is told of them; the read log gets the exhibits."""
    reached = resource.shows_exhibits(row.exhibit for row in rows)
    hidden = telling(rows) if any(one.masked for one in reached.values()) else None
    return [
        hidden.flag_by_day(row) if hidden and reached[row.exhibit_id].masked else row
        for row in rows
    ]


class FlagFilter(django_filters.FilterSet):
    """What a list of flags can be narrowed to."""

    open = YesNo(method="filter_open", label="Still asking for something")
    cause = django_filters.ChoiceFilter(choices=FlagCause.choices)
    level = django_filters.ChoiceFilter(choices=[(one.value, one.value) for one in FLAGGED])
    exhibit = django_filters.CharFilter(field_name="exhibit__label", label="Label of an exhibit")

    class Meta:
        model = Flag
        fields = ()

    def filter_open(self, rows: QuerySet[Flag], name: str, value: bool) -> QuerySet[Flag]:  # noqa: FBT001
        ended = Q(resolved_at__isnull=False) | Q(annulled_at__isnull=False)
        return rows.exclude(ended) if value else rows.filter(ended)


class Flags(Listing):
    """Flags on exhibits that concern you, the latest first; those that you are told by their day, in front of the others of that day."""

    queryset = Flag.objects.all()
    serializer_class = FlagSerializer
    filterset_class = FlagFilter
    ordering = ("-told_at", "id")

    def visible(self) -> QuerySet[Flag]:
        rows = Flag.objects.visible_to(self.officer).select_related("exhibit")
        masked = telling().flags_masked_for(self.officer)
        return rows.annotate(told_at=in_told_order("fell_due_at", masked))

    def present(self, rows: Sequence[Flag]) -> Sequence[Flag]:
        return as_shown(self, rows)

    @extend_schema(operation_id="list_flags", summary="List flags", tags=["flags"])
    def get(self, request: Request) -> Response:
        """Flags on exhibits that concern your unit, the latest first."""
        return self.page()


class OneFlag(Resource):
    """One flag."""

    serializer_class = FlagSerializer

    @extend_schema(operation_id="read_flag", summary="Read a flag", tags=["flags"])
    def get(self, request: Request, flag_id: str) -> Response:
        """One flag and what became of it."""
        rows = Flag.objects.visible_to(self.officer).select_related("exhibit")
        flag = require_row(rows, pk=identifier(flag_id))
        return Response(FlagSerializer(as_shown(self, [flag]), many=True).data[0])


class AcknowledgementSerializer(StrictObject):
    """Why a flag is acknowledged."""

    reason = Text(
        lines=True, max_length=4_000, help_text="Free text; only a commitment is recorded."
    )


class Acknowledge(Resource):
    """Acknowledging a flag."""

    serializer_class = AcknowledgementSerializer
    action = Action.ALTERATION

    @extend_schema(
        operation_id="acknowledge_flag",
        summary="Acknowledge a flag",
        tags=["flags"],
        request=AcknowledgementSerializer,
        responses=FlagSerializer,
    )
    def post(self, request: Request, flag_id: str) -> Response:
        """Say that you have seen it, and why it is in order or what is done about it. A flag whose clock no
        longer runs is ended by it."""
        key = identifier(flag_id)
        told = AcknowledgementSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        flag = require_row(Flag.objects.visible_to(self.officer).select_related("exhibit"), pk=key)
        with refusals(self.officer, "acknowledge"):
            after = services.acknowledge(self.officer, key, told.validated_data["reason"])
        after.exhibit = flag.exhibit
        return Response(FlagSerializer(as_shown(self, [after]), many=True).data[0])
