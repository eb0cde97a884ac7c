"""Where and when drugs are burnt: permits of plants, crews, and incineration sessions with their certificates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Grams, Moment
from custody.api.resources import Listing, Resource, identifier, require_row
from custody.audit.bundle.certifying import certificate_pdf
from custody.audit.bundle.papers import LANGUAGES
from custody.audit.certificates import certificate_of
from custody.burning.hours import DAYS
from custody.burning.models import Crew, Permit, Session
from custody.burning.projection import SCANS, STATES
from custody.seizures.lifecycle import Form
from custody.seizures.models import Exhibit

_WALL = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"


class SpanSerializer(serializers.Serializer[Any]):
    """Hours of one day, by the clock on the wall in Brussels."""

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a name that Python keeps for itself."""
        return {name: serializers.RegexField(_WALL) for name in ("from", "to")}


class HoursSerializer(serializers.Serializer[Any]):
    """Hours by the day of the week; a day left out is shut."""

    def get_fields(self) -> dict[str, Any]:
        return {day: SpanSerializer(required=False) for day in DAYS}


class CapSerializer(serializers.Serializer[Any]):
    """At most so many grams a session, packaging and all."""

    substance = serializers.CharField(allow_null=True, help_text="Null: any.")
    form = serializers.ChoiceField(choices=[one.value for one in Form], allow_null=True)
    grams = serializers.CharField()


class PermitSerializer(serializers.Serializer[Any]):
    """What a plant may burn, when and how hot."""

    code = serializers.CharField()
    plant = serializers.CharField(source="plant_id", help_text="A code name.")
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(
        allow_null=True, help_text="The last day; null: until further notice."
    )
    caps = CapSerializer(many=True, help_text="They hold together; one is for everything.")
    sessions_per_week = serializers.IntegerField()
    opening_hours = HoursSerializer()
    minimum_temperature_celsius = serializers.IntegerField()
    requisitionable = serializers.BooleanField(help_text="In an emergency.")
    confirmed = serializers.BooleanField(
        help_text="Whether the permit holder has confirmed these figures."
    )
    version = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """Where the figures come from is told as ``source``."""
        return {**super().get_fields(), "source": serializers.CharField()}


class Permits(Listing):
    """Permits."""

    queryset = Permit.objects.all()
    serializer_class = PermitSerializer
    ordering = ("plant_id", "valid_from", "code")

    def visible(self) -> QuerySet[Permit]:
        return Permit.objects.visible_to(self.officer)

    @extend_schema(operation_id="list_permits", summary="List permits", tags=["sessions"])
    def get(self, request: Request) -> Response:
        """Permits of plants: all for who books or oversees, those of the own agency for others."""
        return self.page()


class CrewSerializer(serializers.Serializer[Any]):
    """People who drive drugs to a plant together. Hours that end before they begin end on the next day."""

    code = serializers.CharField()
    unit = serializers.CharField(source="unit_id")
    size = serializers.IntegerField()
    hours = HoursSerializer()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class Crews(Listing):
    """Crews."""

    queryset = Crew.objects.all()
    serializer_class = CrewSerializer
    ordering = ("code",)

    def visible(self) -> QuerySet[Crew]:
        return Crew.objects.visible_to(self.officer)

    @extend_schema(operation_id="list_crews", summary="List crews", tags=["sessions"])
    def get(self, request: Request) -> Response:
        """Crews and when they can: all for who books or oversees, those of the own agency for others."""
        return self.page()


class SessionSerializer(serializers.Serializer[Any]):
    """A session, without its units."""

    id = serializers.UUIDField()
    plant = serializers.CharField(source="plant_id", help_text="A code name.")
    permit = serializers.CharField(source="permit_id")
    starts_at = Moment()
    ends_at = Moment()
    cap_grams = Grams(help_text="Of everything together; its permit may have tighter caps.")
    state = serializers.ChoiceField(choices=STATES)
    asked_by = serializers.CharField(source="asked_by_id")
    requisitioned = serializers.BooleanField()
    crew = serializers.CharField(source="crew_id", allow_null=True)
    vehicle = serializers.CharField(source="vehicle_id", allow_null=True)
    planned = serializers.SerializerMethodField(help_text="How many units are planned into it.")
    staged = serializers.SerializerMethodField(help_text="How many were scanned on arrival.")
    loaded = serializers.SerializerMethodField(help_text="Before the kiln.")
    burnt = serializers.SerializerMethodField(help_text="At its mouth.")
    logs = serializers.ListField(
        child=serializers.CharField(), help_text="SHA-256 of its temperature logs."
    )
    head = serializers.CharField()

    def get_planned(self, row: Session) -> int:
        return len(row.units)

    def get_staged(self, row: Session) -> int:
        return len(row.staged)

    def get_loaded(self, row: Session) -> int:
        return len(row.loaded)

    def get_burnt(self, row: Session) -> int:
        return len(row.burnt)


class SessionUnitSerializer(serializers.Serializer[Any]):
    """A unit that you may see, and how far it came in the session."""

    label = serializers.CharField()  # type: ignore[assignment]
    planned = serializers.BooleanField()
    scanned = serializers.ChoiceField(
        choices=SCANS, allow_null=True, help_text="The last scan of it here; null: none yet."
    )


class WholeSessionSerializer(SessionSerializer):
    """A session with those of its units that you may see."""

    units = SessionUnitSerializer(many=True)


class SessionFilter(django_filters.FilterSet):
    """What a list of sessions can be narrowed to."""

    plant = django_filters.CharFilter(field_name="plant_id", label="Code name of a plant")
    state = django_filters.ChoiceFilter(choices=[(one, one) for one in STATES])

    class Meta:
        model = Session
        fields = ()


class Sessions(Listing):
    """Incineration sessions that concern you."""

    queryset = Session.objects.all()
    serializer_class = SessionSerializer
    filterset_class = SessionFilter
    ordering = ("starts_at", "id")

    def visible(self) -> QuerySet[Session]:
        return Session.objects.visible_to(self.officer)

    @extend_schema(operation_id="list_sessions", summary="List sessions", tags=["sessions"])
    def get(self, request: Request) -> Response:
        """Sessions of your unit's plants, and those that your unit booked, brings to or burnt in, by their slot; for who
        books and oversees also the slots that a plant offers, with nothing planned into them yet."""
        return self.page()


class OneSession(Resource):
    """One session."""

    serializer_class = WholeSessionSerializer

    @extend_schema(operation_id="read_session", summary="Read a session", tags=["sessions"])
    def get(self, request: Request, session_id: str) -> Response:
        """One session with its units and how far each has come. Units that you may not see are counted, not named."""
        row = _session(self, session_id)
        units = _units_of(self, {*row.units, *row.staged})
        told = {
            **SessionSerializer(row).data,
            "units": [
                {
                    "label": one.label,
                    "planned": one.id in row.units,
                    "scanned": _scan_of(row, one.id),
                }
                for one in units
            ],
        }
        return Response(told, headers={"ETag": f'"{row.head}"'})


class SessionCertificate(Resource):
    """A certificate of destruction."""

    serializer_class = serializers.Serializer[Any]
    parameters = frozenset({"language"})
    problems = {"503": "The certificate cannot be signed now."}

    @extend_schema(
        operation_id="read_certificate",
        summary="Read a session's certificate",
        tags=["sessions"],
        parameters=[OpenApiParameter("language", enum=LANGUAGES, description="`en` unless told.")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, session_id: str) -> HttpResponse:
        """The certificate of destruction as PDF/A, signed where the agency has a certificate for documents. It lists
        the units that you may see, and says of how many that is an excerpt."""
        language = request.query_params.get("language", LANGUAGES[0])
        if language not in LANGUAGES:
            raise ValidationError({"language": [f"Give one of {', '.join(LANGUAGES)}."]})
        row = _session(self, session_id)
        found = certificate_of(str(row.id))
        seen = _units_of(self, set(row.burnt))
        if not seen:
            raise Http404
        data = certificate_pdf(found.of({str(one.id) for one in seen}), language)
        response = HttpResponse(data, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{row.id}.pdf"'
        return response


def _scan_of(row: Session, unit: UUID) -> str | None:
    """The last scan of a unit in a session."""
    return next((scan for scan in reversed(SCANS) if unit in getattr(row, scan)), None)


def _session(resource: Resource, session_id: str) -> Session:
    rows = Session.objects.visible_to(resource.officer)
    row: Session = require_row(rows, pk=identifier(session_id))
    return row


def _units_of(resource: Resource, wanted: set[UUID]) -> list[Exhibit]:
    """Those of these units that the officer may see, as the read log gets them."""
    seen = Exhibit.objects.visible_to(resource.officer).filter(pk__in=wanted)
    units = list(seen.order_by("label"))
    resource.shows_exhibits(units)
    return units
