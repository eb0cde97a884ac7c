"""Plans of incineration sessions: asked for, watched while they are made, stopped, accepted."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment, StrictObject, Whole
from custody.api.proofs import require_fresh_proof
from custody.api.resources import Listing, Resource, identifier, require_row
from custody.api.v1.acts import KEY, key_of
from custody.handling.record import once
from custody.people.rights import Right
from custody.planning.models import SessionPlan, State
from custody.planning.queries import LONGEST
from custody.planning.services import MOST_SECONDS, accept, ask, stop
from custody.seizures.models import Exhibit


class CostSerializer(serializers.Serializer[Any]):
    """What a plan costs, or what no plan can come in below."""

    limits_broken = serializers.IntegerField()
    exposure_gram_minutes = serializers.IntegerField(
        help_text="Until each unit is at a plant, times its risk."
    )
    exposure_kilogram_hours = serializers.IntegerField(help_text="The same, rounded down.")


class PlanProgressSerializer(serializers.Serializer[Any]):
    """How far the planner is."""

    step = serializers.ChoiceField(choices=["baseline", "bound", "order", "improve"])
    rounds = serializers.IntegerField(help_text="How often sessions were filled anew.")
    cost = CostSerializer()
    bound = CostSerializer()


class PlanReasonSerializer(serializers.Serializer[Any]):
    """Why something is so."""

    code = serializers.CharField()
    text = serializers.CharField()


class PlannedUnitSerializer(serializers.Serializer[Any]):
    """A unit, and why it is where it is."""

    unit = serializers.CharField()
    seizure = serializers.CharField()
    grams = serializers.IntegerField()
    risk = serializers.IntegerField()
    place = serializers.CharField()
    limit_at = serializers.CharField(allow_null=True)
    reasons = PlanReasonSerializer(many=True)


class FetchSerializer(serializers.Serializer[Any]):
    """What has to be brought from one place."""

    leave_at = serializers.CharField()
    units = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict[str, Any]:
        """All of it; ``from`` is no name that a class could give."""
        return {"from": serializers.CharField(), **super().get_fields()}


class PlannedSessionSerializer(serializers.Serializer[Any]):
    """A session as it is proposed."""

    session = serializers.CharField(
        help_text="Its id; of one that is not booked yet, plant and time."
    )
    booked = serializers.BooleanField()
    plant = serializers.CharField()
    starts_at = serializers.CharField()
    ends_at = serializers.CharField()
    crew = serializers.CharField(allow_null=True)
    vehicle = serializers.CharField(allow_null=True)
    load_grams = serializers.IntegerField()
    cap_grams = serializers.IntegerField()
    units = PlannedUnitSerializer(many=True)
    fetch = FetchSerializer(many=True)


class ProposedSessionsSerializer(serializers.Serializer[Any]):
    """A proposal."""

    format = serializers.CharField()
    as_of = serializers.CharField()
    until = serializers.CharField()
    maker = serializers.ChoiceField(choices=["baseline", "planner"])
    cost = CostSerializer()
    bound = CostSerializer(help_text="No plan comes in below it.")
    baseline = CostSerializer(help_text="What the simple rule's plan costs.")
    sessions = PlannedSessionSerializer(many=True)
    idle = serializers.ListField(
        child=serializers.CharField(), help_text="Sessions that are booked and stay empty."
    )
    left_out = PlannedUnitSerializer(many=True)


class SessionPlanSerializer(serializers.Serializer[Any]):
    """A plan, without what it proposes."""

    id = serializers.CharField()
    asked_at = Moment()
    as_of = Moment()
    days = serializers.IntegerField()
    seconds = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.values)
    progress = PlanProgressSerializer(allow_null=True)
    accepted_at = Moment(allow_null=True)

    def to_representation(self, instance: SessionPlan) -> Any:
        """Before the first step there is no progress."""
        instance.progress = instance.progress or None
        return super().to_representation(instance)


class WholeSessionPlanSerializer(SessionPlanSerializer):
    """A plan with what it proposes so far."""

    proposal = ProposedSessionsSerializer(allow_null=True)


class NewSessionPlanSerializer(StrictObject):
    """What is to be planned."""

    days = Whole(min_value=1, max_value=LONGEST.days, default=21, help_text="How far ahead.")
    seconds = Whole(
        min_value=1, max_value=MOST_SECONDS, default=30, help_text="How long it may look."
    )


class Plans(Listing):
    """Your plans."""

    queryset = SessionPlan.objects.all()
    serializer_class = SessionPlanSerializer
    ordering = ("-asked_at", "id")

    def visible(self) -> QuerySet[SessionPlan]:
        return SessionPlan.objects.visible_to(self.officer).plans().defer("proposal")

    @extend_schema(operation_id="list_plans", summary="List plans of sessions", tags=["plans"])
    def get(self, request: Request) -> Response:
        """The plans that you asked for, the newest first."""
        self.officer.require(Right.OVERSEE)
        return self.page()

    @extend_schema(
        operation_id="ask_for_plan",
        summary="Ask for a plan of sessions",
        tags=["plans"],
        parameters=[KEY],
        request=NewSessionPlanSerializer,
        responses={202: SessionPlanSerializer},
    )
    def post(self, request: Request) -> Response:
        """A job fills booked sessions, and those that permits leave to be booked, from what may burn. Look at the plan
        to see how far it is; its first proposal is there within seconds. Nothing happens until you accept one."""
        self.officer.require(Right.OVERSEE)
        key = key_of(request)
        told = NewSessionPlanSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        values = told.validated_data
        row = once(
            self.officer,
            key,
            ["ask_for_plan", dict(values)],
            lambda plan_id: ask(self.officer, plan_id=plan_id, **values),
            lambda plan_id: SessionPlan.objects.get(pk=plan_id),
        )
        return Response(SessionPlanSerializer(row).data, status.HTTP_202_ACCEPTED)


class OnePlan(Resource):
    """One plan."""

    serializer_class = WholeSessionPlanSerializer

    @extend_schema(operation_id="read_plan", summary="Read a plan of sessions", tags=["plans"])
    def get(self, request: Request, plan_id: str) -> Response:
        """How far it is, and what it proposes: each unit's session and why, and why the others are in none."""
        rows = SessionPlan.objects.visible_to(self.officer).plans()
        return Response(_whole(self, require_row(rows, pk=identifier(plan_id))))


class StopPlan(Resource):
    """Stopping the planner."""

    serializer_class = SessionPlanSerializer

    @extend_schema(
        operation_id="stop_plan",
        summary="Stop the planner",
        tags=["plans"],
        request=None,
        responses={202: SessionPlanSerializer},
    )
    def post(self, request: Request, plan_id: str) -> Response:
        """What it has found by then is the proposal."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        rows = SessionPlan.objects.visible_to(self.officer).plans()
        row = stop(self.officer, require_row(rows, pk=identifier(plan_id)).id)
        return Response(SessionPlanSerializer(row).data, status.HTTP_202_ACCEPTED)


class AcceptPlan(Resource):
    """Accepting a plan."""

    serializer_class = WholeSessionPlanSerializer

    @extend_schema(
        operation_id="accept_plan",
        summary="Accept a plan",
        tags=["plans"],
        request=None,
        responses=WholeSessionPlanSerializer,
    )
    def post(self, request: Request, plan_id: str) -> Response:
        """Book what is not booked yet and plan each session as proposed: acts of yours, all of them or none. What has
        changed since the plan was made is refused, and named."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        require_fresh_proof(request)
        return Response(_whole(self, accept(self.officer, identifier(plan_id))))


def _whole(resource: Resource, row: SessionPlan) -> Any:
    """All of a plan; the read log gets every unit that it names."""
    if row.proposal:
        several = [*row.proposal["left_out"], *row.proposal["sessions"]]
        labels = {unit["unit"] for one in several for unit in one.get("units", [one])}
        resource.shows_exhibits(
            Exhibit.objects.visible_to(resource.officer).filter(label__in=labels)
        )
    return WholeSessionPlanSerializer(row).data
