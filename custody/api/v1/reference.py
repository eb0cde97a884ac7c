"""What acts refer to: places, scales, units, officers; and who you are. No names, no addresses."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Grams
from custody.api.resources import Listing, Resource
from custody.people.models import Unit
from custody.people.rights import Right, Role
from custody.places.models import Place, PlaceKind, Scale


class PlaceSerializer(serializers.Serializer[Any]):
    """Somewhere that exhibits can be."""

    code = serializers.CharField(help_text="A code name: sites are kept secret.")
    kind = serializers.ChoiceField(choices=PlaceKind.values)
    unit = serializers.CharField(source="unit_id", help_text="The unit that keeps it.")


class PlaceFilter(django_filters.FilterSet):
    """What a list of places can be narrowed to."""

    kind = django_filters.ChoiceFilter(choices=PlaceKind.choices)
    unit = django_filters.CharFilter(field_name="unit_id", label="Code of a unit")

    class Meta:
        model = Place
        fields = ()


class Places(Listing):
    """Places."""

    queryset = Place.objects.all()
    serializer_class = PlaceSerializer
    filterset_class = PlaceFilter
    ordering = ("code",)

    def visible(self) -> QuerySet[Place]:
        return Place.objects.visible_to(self.officer)

    @extend_schema(operation_id="list_places", summary="List places", tags=["reference"])
    def get(self, request: Request) -> Response:
        """Places by their code names: all for who moves things, those of the own agency for others."""
        return self.page()


class ScaleSerializer(serializers.Serializer[Any]):
    """A balance."""

    code = serializers.CharField()
    unit = serializers.CharField(source="unit_id")
    capacity_grams = Grams()
    readability_grams = Grams()
    calibrated_on = serializers.DateField()


class Scales(Listing):
    """Scales."""

    queryset = Scale.objects.all()
    serializer_class = ScaleSerializer
    ordering = ("code",)

    def visible(self) -> QuerySet[Scale]:
        return Scale.objects.all()

    @extend_schema(operation_id="list_scales", summary="List scales", tags=["reference"])
    def get(self, request: Request) -> Response:
        """Scales, with what they carry and how finely they read."""
        return self.page()


class UnitSerializer(serializers.Serializer[Any]):
    """A part of an agency whose officers share custody."""

    code = serializers.CharField()
    name = serializers.CharField()
    agency = serializers.CharField(source="agency_id")
    agency_kind = serializers.CharField(source="agency.kind")


class Units(Listing):
    """Units."""

    queryset = Unit.objects.all()
    serializer_class = UnitSerializer
    ordering = ("code",)

    def visible(self) -> QuerySet[Unit]:
        return Unit.objects.select_related("agency")

    @extend_schema(operation_id="list_units", summary="List units", tags=["reference"])
    def get(self, request: Request) -> Response:
        """Units of every agency."""
        return self.page()


class OfficerSerializer(serializers.Serializer[Any]):
    """Somebody in service, by badge."""

    badge = serializers.CharField()
    unit = serializers.CharField(source="unit_id")
    roles = serializers.ListField(child=serializers.ChoiceField(choices=[r.value for r in Role]))


class MeSerializer(OfficerSerializer):
    """Who asks, and what they may do."""

    agency = serializers.CharField(source="unit.agency_id")
    rights = serializers.ListField(child=serializers.ChoiceField(choices=[r.value for r in Right]))


class Me(Resource):
    """Who asks."""

    serializer_class = MeSerializer

    @extend_schema(operation_id="read_me", summary="Who am I", tags=["reference"])
    def get(self, request: Request) -> Response:
        """Your badge, unit, roles and rights."""
        return Response(MeSerializer(self.officer).data)
