"""Profiles of the law, and what each still asks before an exhibit is destroyed."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.resources import Listing, Resource, require_row
from custody.api.v1.exhibits import ObstacleSerializer, find
from custody.handling.legal import destroyable
from custody.kit import clock
from custody.law.models import Profile
from custody.law.profiles import Deed
from custody.law.queries import profile_at

_DEEDS = [one.value for one in Deed]


class ProfileSerializer(serializers.Serializer[Any]):
    """A version of a profile, without its rules."""

    code = serializers.CharField()
    version = serializers.IntegerField(source="number")
    jurisdiction = serializers.CharField(help_text="ISO 3166.")
    effective_at = Moment(help_text="It holds from then on, until another does.")
    in_force = serializers.SerializerMethodField()
    head = serializers.CharField()

    def get_in_force(self, row: Profile) -> bool:
        """Whether it holds now."""
        held: str | None = self.context["held"]
        return row.key == held


class WholeProfileSerializer(ProfileSerializer):
    """A version of a profile with its rules, each with its source and whether somebody confirmed it."""

    deeds = serializers.DictField(source="content.deeds", help_text="By deed, what it needs.")


class ProfileFilter(django_filters.FilterSet):
    """What a list of profiles can be narrowed to."""

    code = django_filters.CharFilter(label="Code of a profile")

    class Meta:
        model = Profile
        fields = ()


class _Held(Resource):
    """Serializers are told which profile holds now."""

    def get_serializer_context(self) -> dict[str, Any]:
        held = profile_at(clock.now())
        return {**super().get_serializer_context(), "held": held.key if held else None}


class Profiles(_Held, Listing):
    """Profiles."""

    queryset = Profile.objects.all()
    serializer_class = ProfileSerializer
    filterset_class = ProfileFilter
    ordering = ("-effective_at",)

    def visible(self) -> QuerySet[Profile]:
        return Profile.objects.all()

    @extend_schema(operation_id="list_profiles", summary="List profiles of the law", tags=["law"])
    def get(self, request: Request) -> Response:
        """Every version of every profile that was adopted, the one that holds last first."""
        return self.page()


class OneProfile(_Held):
    """One version of a profile."""

    serializer_class = WholeProfileSerializer

    @extend_schema(operation_id="read_profile", summary="Read a profile of the law", tags=["law"])
    def get(self, request: Request, code: str, version: str) -> Response:
        """Its rules as they were adopted."""
        if not version.isascii() or not version.isdigit() or len(version) > 6:
            raise Http404
        row: Profile = require_row(Profile.objects.all(), code=code, number=int(version))
        return Response(self.get_serializer(row).data)


class GateSerializer(serializers.Serializer[Any]):
    """Whether an exhibit may be destroyed now."""

    label = serializers.CharField()  # type: ignore[assignment]
    deed = serializers.ChoiceField(choices=_DEEDS)
    profile = serializers.CharField(
        allow_null=True, help_text="Code and version of the profile that was asked; null for none."
    )
    lawful = serializers.BooleanField()
    missing = ObstacleSerializer(many=True, help_text="Empty when it is lawful.")


class Gate(Resource):
    """What the law asks before an exhibit is destroyed."""

    serializer_class = GateSerializer
    parameters = frozenset({"deed"})

    @extend_schema(
        operation_id="read_gate",
        summary="May it be destroyed now?",
        tags=["exhibits"],
        parameters=[
            OpenApiParameter("deed", str, enum=_DEEDS, description="`incinerate` unless told.")
        ],
    )
    def get(self, request: Request, label: str) -> Response:
        """What is missing yet, each with the rule that asks for it; the acts ask the same, and judge anew."""
        told = request.query_params.get("deed", Deed.INCINERATE.value)
        if told not in _DEEDS:
            raise ValidationError({"deed": [f"Give {' or '.join(_DEEDS)}."]})
        row = find(self.officer, label)
        self.shows_exhibits([row])
        profile, missing = destroyable(row, Deed(told))
        shown = {
            "label": row.label,
            "deed": told,
            "profile": profile and profile.key,
            "lawful": not missing,
            "missing": missing,
        }
        return Response(GateSerializer(shown).data)
