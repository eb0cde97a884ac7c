"""Assignments: which case, duty or colleague's roles are whose, from and until."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment, StrictObject, Text
from custody.api.filters import YesNo
from custody.api.proofs import require_fresh_proof
from custody.api.resources import Listing, Resource, identifier, require_row
from custody.api.v1.acts import KEY, key_of
from custody.handling.record import once
from custody.kit import clock
from custody.people import assigning
from custody.people.models import Assignment, AssignmentKind, Officer, Unit
from custody.people.rights import Right, Role
from custody.seizures.models import Seizure

#: A purpose is stated by who reads, elsewhere.
GIVEN = [AssignmentKind.CASE, AssignmentKind.DUTY, AssignmentKind.DELEGATION]


class AssignmentSerializer(serializers.Serializer[Any]):
    """One assignment."""

    id = serializers.CharField(source="code")
    kind = serializers.ChoiceField(choices=AssignmentKind.values)
    officer = serializers.CharField(source="officer_id")
    seizure_id = serializers.UUIDField(source="case", allow_null=True)
    unit = serializers.CharField(source="unit_id", allow_null=True)
    stands_for = serializers.CharField(source="stands_for_id", allow_null=True)
    roles = serializers.ListField(child=serializers.CharField())
    purpose = serializers.CharField(allow_null=True)
    glass_broken = serializers.BooleanField()
    since = Moment()
    until = Moment()


class AssignSerializer(StrictObject):
    """What is assigned: `seizure` for a case, `unit` for a duty, `stands_for` and `roles` for a delegation."""

    kind = serializers.ChoiceField(choices=[one.value for one in GIVEN])
    officer = Text(max_length=24, help_text="Badge of who gets it.")
    seizure = Text(max_length=32, required=False, help_text="Reference of the case.")
    unit = Text(max_length=48, required=False, help_text="Code of the unit to be on duty for.")
    stands_for = Text(max_length=24, required=False, help_text="Badge of whose roles they are.")
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in Role]),
        required=False,
        max_length=4,
    )
    since = Moment(required=False)
    until = Moment(help_text="At most 92 days after it begins.")


_NEEDS = {"case": ("seizure",), "duty": ("unit",), "delegation": ("stands_for", "roles")}


class AssignmentFilter(django_filters.FilterSet):
    """What a list of assignments can be narrowed to."""

    kind = django_filters.ChoiceFilter(choices=AssignmentKind.choices)
    officer = django_filters.CharFilter(field_name="officer_id", label="Badge")
    in_force = YesNo(method="filter_in_force", label="Whether it holds now")

    class Meta:
        model = Assignment
        fields = ()

    def filter_in_force(
        self,
        rows: QuerySet[Assignment],
        name: str,
        value: bool,  # noqa: FBT001
    ) -> QuerySet[Assignment]:
        held = Assignment.objects.in_force(clock.now()).values("pk")
        return rows.filter(pk__in=held) if value else rows.exclude(pk__in=held)


class Assignments(Listing):
    """Assignments of your agency."""

    queryset = Assignment.objects.all()
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    ordering = ("-since", "code")

    def visible(self) -> QuerySet[Assignment]:
        return Assignment.objects.visible_to(self.officer)

    @extend_schema(operation_id="list_assignments", summary="List assignments", tags=["people"])
    def get(self, request: Request) -> Response:
        """Your own; for supervisors and who watches over reading, all of the agency."""
        return self.page()

    @extend_schema(
        operation_id="assign",
        summary="Assign a case, a duty or roles",
        tags=["people"],
        parameters=[KEY],
        request=AssignSerializer,
        responses={201: AssignmentSerializer},
    )
    def post(self, request: Request) -> Response:
        """Assign to an officer of your own agency; by an event, and until a time."""
        self.officer.require(Right.ASSIGN)
        require_fresh_proof(request)
        key = key_of(request)
        told = AssignSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        values = told.validated_data
        _refuse_other_fields(values)
        row = once(
            self.officer,
            key,
            ["assign", _texts(values)],
            lambda code: assigning.assign(self.officer, code=code, **_named(self.officer, values)),
            lambda code: Assignment.objects.get(pk=str(code)),
        )
        return Response(AssignmentSerializer(row).data, status.HTTP_201_CREATED)


class EndAssignment(Resource):
    """Ending one."""

    serializer_class = AssignmentSerializer

    @extend_schema(
        operation_id="end_assignment",
        summary="End an assignment",
        tags=["people"],
        request=None,
        responses=AssignmentSerializer,
    )
    def post(self, request: Request, assignment_id: str) -> Response:
        """End it now, by an event."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        require_fresh_proof(request)
        row = assigning.end_assignment(self.officer, identifier(assignment_id))
        return Response(AssignmentSerializer(row).data)


def _refuse_other_fields(values: dict[str, Any]) -> None:
    """Each kind takes what belongs to it, all of it and nothing else."""
    wanted = _NEEDS[values["kind"]]
    given = {name for names in _NEEDS.values() for name in names if values.get(name)}
    missing = ErrorDetail("It is needed for this kind.", "needed_for_kind")
    faults = {name: [missing] for name in wanted if name not in given}
    foreign = ErrorDetail("It does not go with this kind.", "not_for_kind")
    faults |= {name: [foreign] for name in given - set(wanted)}
    if faults:
        raise ValidationError(faults)


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: clock.to_text(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _named(actor: Officer, values: dict[str, Any]) -> dict[str, Any]:
    """The rows that the input names, as far as the actor may see them."""
    own = Officer.objects.filter(unit__agency=actor.unit.agency_id, is_active=True)
    found: dict[str, Any] = {
        "kind": AssignmentKind(values["kind"]),
        "officer": _one(own, "officer", values["officer"]),
        "since": values.get("since"),
        "until": values["until"],
    }
    if values.get("seizure"):
        seizures = Seizure.objects.visible_to(actor)
        found["case"] = require_row(seizures, reference=values["seizure"]).id
    if values.get("unit"):
        units = Unit.objects.filter(agency=actor.unit.agency_id)
        found["unit"] = _one(units, "unit", values["unit"])
    if values.get("stands_for"):
        found["stands_for"] = _one(own, "stands_for", values["stands_for"])
        found["roles"] = [Role(one) for one in values["roles"]]
    return found


def _one(rows: QuerySet[Any], field: str, key: str) -> Any:
    found = rows.filter(pk=key).first()
    if found is None:
        told = f"{key} is not of your agency, or out of service."
        raise ValidationError({field: [ErrorDetail(told, "not_of_your_agency")]})
    return found
