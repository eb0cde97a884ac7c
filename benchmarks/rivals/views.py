"""What a team without a ledger would write: a token, a serializer, a row."""

from __future__ import annotations

from knox.auth import TokenAuthentication
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated

from benchmarks.rivals.models import PlainBarrel


class BarrelSerializer(serializers.ModelSerializer[PlainBarrel]):
    """All of its columns."""

    class Meta:
        model = PlainBarrel
        fields = ("label", "stage", "place", "custodian", "gross_grams", "last_at")


class Barrels(CreateAPIView[PlainBarrel]):
    """``POST`` saves one; knox's own authentication, the framework's own parser, no allowance, no scopes."""

    queryset = PlainBarrel._default_manager.all()
    serializer_class = BarrelSerializer
    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated,)
    parser_classes = (JSONParser,)
    throttle_classes = ()
