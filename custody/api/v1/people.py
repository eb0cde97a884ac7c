"""Officers: who is in service, and what administrators and data-protection officers do about them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment, StrictObject, Text
from custody.api.proofs import require_fresh_proof
from custody.api.resources import Listing, Resource
from custody.api.v1.acts import KEY, key_of
from custody.api.v1.reference import OfficerSerializer
from custody.handling.record import once
from custody.people.models import Officer
from custody.people.provisioning import give_first_password, identify, provision, retire
from custody.people.rights import Right, Role


class ProvisionSerializer(StrictObject):
    """Who somebody is, where they belong, and what they may do."""

    badge = Text(max_length=24, help_text="The number they act under, for life.")
    name = Text(max_length=120, help_text="The person's name; the ledger commits to it alone.")
    unit = Text(max_length=48, help_text="Code of a unit of your agency.")
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in Role]),
        min_length=1,
        max_length=4,
    )


class OfficerFilter(django_filters.FilterSet):
    """What a list of officers can be narrowed to."""

    unit = django_filters.CharFilter(field_name="unit_id", label="Code of a unit")

    class Meta:
        model = Officer
        fields = ()


class Officers(Listing):
    """Officers in service."""

    queryset = Officer.objects.all()
    serializer_class = OfficerSerializer
    filterset_class = OfficerFilter
    ordering = ("badge",)

    def visible(self) -> QuerySet[Officer]:
        return Officer.objects.visible_to(self.officer).filter(is_active=True)

    @extend_schema(operation_id="list_officers", summary="List officers", tags=["reference"])
    def get(self, request: Request) -> Response:
        """Officers in service, without their names: those of the own agency, and of the others those who give,
        take or witness."""
        return self.page()

    @extend_schema(
        operation_id="provision_officer",
        summary="Take an officer into service",
        tags=["people"],
        parameters=[KEY],
        request=ProvisionSerializer,
        responses={201: OfficerSerializer},
    )
    def post(self, request: Request) -> Response:
        """Take somebody of your own agency into service, or change their unit or roles; by an event. They
        come in with a first password, or by your agency's provider."""
        self.officer.require(Right.ADOPT)
        require_fresh_proof(request)
        key = key_of(request)
        told = ProvisionSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        values = told.validated_data
        row = once(
            self.officer,
            key,
            ["provision", dict(values)],
            lambda _: provision(
                self.officer, **values | {"roles": [Role(one) for one in values["roles"]]}
            ),
            lambda _: Officer.objects.get(pk=values["badge"]),
        )
        return Response(OfficerSerializer(row).data, status.HTTP_201_CREATED)


class Retire(Resource):
    """Leavers."""

    serializer_class = OfficerSerializer

    @extend_schema(
        operation_id="retire_officer",
        summary="Take a leaver out of service",
        tags=["people"],
        request=None,
        responses=OfficerSerializer,
    )
    def post(self, request: Request, badge: str) -> Response:
        """Out of service from the next request on, by an event: their tokens, clients and sessions end."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        require_fresh_proof(request)
        return Response(OfficerSerializer(retire(self.officer, badge)).data)


class FirstPasswordSerializer(serializers.Serializer[Any]):
    """A password for one sign-in; it is shown once."""

    badge = serializers.CharField()
    password = serializers.CharField()
    until = Moment(source="password_until")


class FirstPassword(Resource):
    """First passwords."""

    serializer_class = FirstPasswordSerializer

    @extend_schema(
        operation_id="give_first_password",
        summary="Give a first password",
        tags=["people"],
        request=None,
        responses=FirstPasswordSerializer,
    )
    def post(self, request: Request, badge: str) -> Response:
        """For who is new or forgot theirs: good for one sign-in within three days, which has to set another.
        Second factors stay; sessions and tokens end."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        require_fresh_proof(request)
        password = give_first_password(self.officer, badge)
        until = Officer.objects.get(pk=badge).password_until
        told = {"badge": badge, "password": password, "password_until": until}
        return Response(FirstPasswordSerializer(told).data)


class IdentifySerializer(StrictObject):
    """Why you need to know who somebody is."""

    reason = Text(lines=True, max_length=4_000, help_text="Only a commitment is recorded.")


class IdentitySerializer(serializers.Serializer[Any]):
    """The person behind a badge."""

    badge = serializers.CharField()
    name = serializers.CharField()


class Identify(Resource):
    """The link from a badge to a person."""

    serializer_class = IdentitySerializer

    @extend_schema(
        operation_id="identify_officer",
        summary="Ask who somebody is",
        tags=["people"],
        request=IdentifySerializer,
        responses=IdentitySerializer,
    )
    def post(self, request: Request, badge: str) -> Response:
        """The name behind a badge of your agency, for data-protection officers; asking is an event."""
        told = IdentifySerializer(data=request.data)
        told.is_valid(raise_exception=True)
        require_fresh_proof(request)
        name = identify(self.officer, badge, told.validated_data["reason"])
        return Response(IdentitySerializer({"badge": badge, "name": name}).data)
