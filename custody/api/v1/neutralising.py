"""Protocols, reagents in stock, and runs. A run is carried out by the act ``neutralise``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Grams, Moment
from custody.api.filters import YesNo
from custody.api.resources import Listing, Resource, identifier, require_row
from custody.kit import clock
from custody.neutralising.models import Protocol, ReagentLot, Run
from custody.seizures.models import Exhibit


class RatioSerializer(serializers.Serializer[Any]):
    """Grams of reagent for each gram net."""

    grams_per_gram = serializers.CharField()
    tolerance = serializers.CharField()


class MixingSerializer(serializers.Serializer[Any]):
    """How it is mixed."""

    how = serializers.CharField()
    minutes = serializers.IntegerField()


class BoundsSerializer(serializers.Serializer[Any]):
    """What has to be read during a run, and between what it has to lie."""

    name = serializers.CharField()
    unit = serializers.CharField()
    least = serializers.CharField(allow_null=True)
    most = serializers.CharField(allow_null=True)


class CriterionSerializer(serializers.Serializer[Any]):
    """When an assay passes."""

    standard = serializers.CharField()
    method = serializers.CharField()
    unit = serializers.CharField()
    most = serializers.CharField()


class ProtocolSerializer(serializers.Serializer[Any]):
    """One version of a protocol."""

    key = serializers.CharField(help_text="Code and version, as the act `neutralise` names it.")
    code = serializers.CharField()
    number = serializers.IntegerField(
        help_text="Its version. A later one takes its place once adopted."
    )
    adopted_at = Moment()
    substances = serializers.ListField(
        child=serializers.CharField(), source="content.substances", help_text="Empty: any."
    )
    reagent = serializers.CharField(source="content.reagent")
    ratio = RatioSerializer(source="content.ratio")
    hold_minutes = serializers.IntegerField(source="content.hold_minutes")
    mixing = MixingSerializer(source="content.mixing")
    readings = BoundsSerializer(source="content.readings", many=True)
    criterion = CriterionSerializer(source="content.criterion")
    source = serializers.CharField(source="content.source")  # type: ignore[assignment]
    confirmed = serializers.BooleanField(
        source="content.confirmed", help_text="Whether a laboratory stands for its values here."
    )
    head = serializers.CharField()


class ProtocolFilter(django_filters.FilterSet):
    """What a list of protocols can be narrowed to."""

    code = django_filters.CharFilter(label="Code, whatever the version")

    class Meta:
        model = Protocol
        fields = ()


class Protocols(Listing):
    """Protocols of neutralisation."""

    queryset = Protocol.objects.all()
    serializer_class = ProtocolSerializer
    filterset_class = ProtocolFilter
    ordering = ("key",)

    def visible(self) -> QuerySet[Protocol]:
        return Protocol.objects.visible_to(self.officer)

    @extend_schema(
        operation_id="list_protocols",
        summary="List protocols of neutralisation",
        tags=["neutralising"],
    )
    def get(self, request: Request) -> Response:
        """Every version of every protocol, with what a run is judged by."""
        return self.page()


class LotSerializer(serializers.Serializer[Any]):
    """A lot of reagent in a unit's stock."""

    code = serializers.CharField()
    reagent = serializers.CharField()
    number = serializers.CharField(help_text="The maker's.")
    unit = serializers.CharField(source="unit_id")
    received_grams = Grams()
    left_grams = Grams()
    expires_on = serializers.DateField(help_text="The last day on which it is good.")
    head = serializers.CharField()


class LotFilter(django_filters.FilterSet):
    """What a list of lots can be narrowed to."""

    reagent = django_filters.CharFilter(label="Code of a reagent")
    usable = YesNo(method="filter_usable", label="Whether something of it is left and good today")

    class Meta:
        model = ReagentLot
        fields = ()

    def filter_usable(
        self,
        rows: QuerySet[ReagentLot],
        name: str,
        value: bool,  # noqa: FBT001
    ) -> QuerySet[ReagentLot]:
        usable = {"left_grams__gt": 0, "expires_on__gte": clock.now().date()}
        return rows.filter(**usable) if value else rows.exclude(**usable)


class ReagentLots(Listing):
    """Reagents in stock."""

    queryset = ReagentLot.objects.all()
    serializer_class = LotSerializer
    filterset_class = LotFilter
    ordering = ("code",)

    def visible(self) -> QuerySet[ReagentLot]:
        return ReagentLot.objects.visible_to(self.officer)

    @extend_schema(
        operation_id="list_reagent_lots", summary="List reagents in stock", tags=["neutralising"]
    )
    def get(self, request: Request) -> Response:
        """Lots in the stock of your unit, or of your agency if you oversee it, and what is left of each."""
        return self.page()


class RunReadingSerializer(serializers.Serializer[Any]):
    """A reading during a run."""

    name = serializers.CharField()
    value = serializers.CharField()
    exhibit = serializers.UUIDField(allow_null=True, help_text="Null: of all units.")


class PortionSerializer(serializers.Serializer[Any]):
    """Reagent of one lot."""

    lot = serializers.CharField()
    grams = serializers.CharField()


class DeviationSerializer(serializers.Serializer[Any]):
    """Something that went otherwise than the protocol says."""

    what = serializers.CharField()
    found = serializers.CharField()
    least = serializers.CharField(allow_null=True)
    most = serializers.CharField(allow_null=True)
    unit = serializers.CharField()


class TreatedSerializer(serializers.Serializer[Any]):
    """One unit of a run."""

    id = serializers.UUIDField(source="exhibit_id")
    exhibit = serializers.CharField(source="exhibit.label")
    portions = PortionSerializer(many=True)
    gross_grams = Grams(help_text="Afterwards.")
    deviations = DeviationSerializer(
        many=True, help_text="With any, it is not harmless before an assay says so."
    )


class RunSerializer(serializers.Serializer[Any]):
    """One neutralisation of several units together."""

    id = serializers.UUIDField()
    protocol = serializers.CharField(source="protocol_id")
    unit = serializers.CharField(source="unit_id", help_text="Whose officers did it.")
    carried_out_by = serializers.CharField(source="carried_out_by_id")
    started_at = Moment()
    ended_at = Moment()
    readings = RunReadingSerializer(many=True)
    units = TreatedSerializer(many=True)
    head = serializers.CharField()


class RunFilter(django_filters.FilterSet):
    """What a list of runs can be narrowed to."""

    protocol = django_filters.CharFilter(field_name="protocol_id", label="Code and version")
    exhibit = django_filters.CharFilter(
        field_name="units__exhibit__label", label="Label of a unit of it"
    )

    class Meta:
        model = Run
        fields = ()


def _visible(resource: Resource) -> QuerySet[Run]:
    return Run.objects.visible_to(resource.officer).prefetch_related("units__exhibit")


def _note(resource: Resource, runs: Sequence[Run]) -> None:
    ids = [one.exhibit_id for run in runs for one in run.units.all()]
    resource.shows_exhibits(Exhibit.objects.filter(pk__in=ids))


class Runs(Listing):
    """Runs."""

    queryset = Run.objects.all()
    serializer_class = RunSerializer
    filterset_class = RunFilter
    ordering = ("-ended_at", "id")

    def visible(self) -> QuerySet[Run]:
        return _visible(self)

    def note(self, rows: Sequence[Run]) -> None:
        _note(self, rows)

    @extend_schema(
        operation_id="list_runs", summary="List runs of neutralisation", tags=["neutralising"]
    )
    def get(self, request: Request) -> Response:
        """Runs of your unit, and those of which you may see every unit, the newest first."""
        return self.page()


class OneRun(Resource):
    """One run."""

    serializer_class = RunSerializer

    @extend_schema(
        operation_id="read_run", summary="Read a run of neutralisation", tags=["neutralising"]
    )
    def get(self, request: Request, run_id: str) -> Response:
        """One run: its protocol, its readings, what went into each unit, and what went otherwise."""
        row: Run = require_row(_visible(self), pk=identifier(run_id))
        _note(self, [row])
        return Response(RunSerializer(row).data)
