"""Sampling plans: how many units of a lot are examined, which, and what can be stated afterwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Label, Moment, StrictObject, Text, Whole
from custody.api.resources import Listing, Resource, identifier, number_of, require_row
from custody.api.v1.acts import KEY, key_of
from custody.handling.record import once
from custody.kit import grams
from custody.people.rights import Right
from custody.sampling.claims import Claim, claim
from custody.sampling.models import SamplingPlan
from custody.sampling.plans import Method, Prior
from custody.sampling.queries import findings_of, weight_of
from custody.sampling.services import LARGEST_LOT, adopt_plan
from custody.seizures.models import Exhibit, Seizure

_SHARE = r"^(0\.[0-9]{1,6}|1)$"


class PlanSerializer(serializers.Serializer[Any]):
    """A sampling plan, without its units."""

    id = serializers.CharField(source="code")
    seizure = serializers.CharField(source="seizure.reference")
    adopted_by = serializers.CharField(source="adopted_by_id")
    adopted_at = Moment()
    substance = serializers.CharField(help_text="What the units are thought to contain.")
    method = serializers.ChoiceField(choices=[one.value for one in Method])
    share = serializers.CharField()
    confidence = serializers.CharField()
    negatives = serializers.IntegerField(help_text="How many are expected to be negative.")
    prior = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    units = serializers.IntegerField(source="plan.units", help_text="Units of the lot.")
    head = serializers.CharField()


class ClaimSerializer(serializers.Serializer[Any]):
    """What can be stated now."""

    stands = serializers.BooleanField(help_text="What was planned can be stated.")
    at_least = serializers.IntegerField(
        help_text="So many units of the lot can be stated to be positive, with the plan's confidence."
    )
    more = serializers.IntegerField(
        allow_null=True,
        help_text="Units to examine yet to state what was planned, if none of them is negative. Null: never.",
    )
    words = serializers.CharField()


class WeightSerializer(serializers.Serializer[Any]):
    """The net mass of what is positive in the lot, in grams, with its interval at the plan's confidence."""

    grams = serializers.CharField()
    low_grams = serializers.CharField(help_text="Rounded down; never less than what was weighed.")
    high_grams = serializers.CharField(help_text="Rounded up.")


class FindingsSerializer(serializers.Serializer[Any]):
    """What laboratories have found so far, and what that lets anybody state."""

    examined = serializers.ListField(
        child=serializers.CharField(),
        help_text="Units that count: drawn, or next in the order of the draw, and analysed.",
    )
    positives = serializers.IntegerField()
    negatives = serializers.ListField(child=serializers.CharField())
    contradictory = serializers.ListField(
        child=serializers.CharField(),
        help_text="Units of which one sample holds the substance and another does not: negative, until corrected.",
    )
    waiting = serializers.ListField(
        child=serializers.CharField(), help_text="Units drawn and not analysed yet."
    )
    chosen = serializers.ListField(
        child=serializers.CharField(),
        help_text="Units analysed that chance did not draw; they support no claim.",
    )
    chosen_negatives = serializers.ListField(child=serializers.CharField())
    claim = ClaimSerializer(allow_null=True, help_text="Null while no unit counts.")
    weight = WeightSerializer(
        allow_null=True,
        help_text="From positive units as they weighed when the lot was settled. Null until two of them are known, "
        "and where one had no net mass.",
    )


class WholePlanSerializer(PlanSerializer):
    """A sampling plan with the units of its lot, how those to examine were drawn, and what was found in them."""

    lot = serializers.ListField(child=serializers.CharField(), source="labels")
    algorithm = serializers.CharField(
        help_text="`sha256-order-1`: sort the labels by the SHA-256 of seed, line feed and label."
    )
    seed = serializers.CharField()
    drawn = serializers.ListField(
        child=serializers.CharField(), help_text="The units to examine, in the order of the draw."
    )
    findings = serializers.SerializerMethodField()

    @extend_schema_field(FindingsSerializer)
    def get_findings(self, row: SamplingPlan) -> dict[str, Any]:
        found = findings_of(row)
        claimed = found.claim(row.plan)
        weight = weight_of(row, found)
        return {
            **{one.name: list(getattr(found, one.name)) for one in fields(found)},
            "positives": found.positives,
            "claim": claimed and _stated(claimed, row.substance),
            "weight": weight
            and {one.name: grams.to_text(getattr(weight, one.name)) for one in fields(weight)},
        }


@extend_schema_field({"type": "string", "pattern": _SHARE, "examples": ["0.95"]})
class Share(Text):
    """A share as text: exact, at most six decimals. JSON's fractions are not exact, and refused."""

    default_error_messages = {"invalid": 'Give the share as text, such as "0.95".'}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not re.fullmatch(_SHARE, text):
            self.fail("invalid")
        return text


class PriorSerializer(StrictObject):
    """What is believed beforehand: a beta distribution."""

    positives = Whole(min_value=1, max_value=1_000)
    negatives = Whole(min_value=1, max_value=1_000)


class NewPlanSerializer(StrictObject):
    """What is to be stated of which lot."""

    seizure = Text(max_length=32, help_text="Reference of the seizure.")
    units = serializers.ListField(
        child=Label(),
        required=False,
        min_length=1,
        max_length=LARGEST_LOT,
        help_text="The lot: units that look alike. Left out: every unit that is there and holds no other.",
    )
    method = serializers.ChoiceField(choices=[one.value for one in Method])
    share = Share(help_text="At least this share is to be positive.")
    confidence = Share(help_text="How sure that is to be; below 1.")
    negatives = Whole(min_value=0, max_value=LARGEST_LOT, default=0)
    prior = PriorSerializer(required=False, help_text="For the Bayesian methods alone.")


class PlanFilter(django_filters.FilterSet):
    """What a list of plans can be narrowed to."""

    seizure = django_filters.CharFilter(
        field_name="seizure__reference", label="Reference of a seizure"
    )

    class Meta:
        model = SamplingPlan
        fields = ()


class SamplingPlans(Listing):
    """Sampling plans of seizures that concern you."""

    queryset = SamplingPlan.objects.all()
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    ordering = ("-adopted_at", "code")

    def visible(self) -> QuerySet[SamplingPlan]:
        return SamplingPlan.objects.visible_to(self.officer).select_related("seizure")

    def note(self, rows: Sequence[SamplingPlan]) -> None:
        self.shows_seizures(row.seizure for row in rows)

    @extend_schema(
        operation_id="list_sampling_plans", summary="List sampling plans", tags=["sampling"]
    )
    def get(self, request: Request) -> Response:
        """Sampling plans of your unit and of seizures that concern you, the newest first."""
        return self.page()

    @extend_schema(
        operation_id="plan_sampling",
        summary="Plan the sampling of a lot",
        tags=["sampling"],
        parameters=[KEY],
        request=NewPlanSerializer,
        responses={201: WholePlanSerializer},
    )
    def post(self, request: Request) -> Response:
        """The number of units follows from the method, exactly; which ones from a seed that is drawn once the lot is
        settled. All of it is one event. The samples themselves are taken by the act `sample`."""
        self.officer.require(Right.SAMPLE)
        key = key_of(request)
        told = NewPlanSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        values = told.validated_data
        seizure = require_row(Seizure.objects.visible_to(self.officer), reference=values["seizure"])
        prior = values.get("prior")
        row = once(
            self.officer,
            key,
            ["plan_sampling", {**values, "prior": dict(prior) if prior else None}],
            lambda code: adopt_plan(
                self.officer,
                seizure=seizure,
                labels=values.get("units"),
                method=Method(values["method"]),
                share=Decimal(values["share"]),
                confidence=Decimal(values["confidence"]),
                negatives=values["negatives"],
                prior=Prior(prior["positives"], prior["negatives"]) if prior else None,
                code=code,
            ),
            lambda code: SamplingPlan.objects.get(pk=str(code)),
        )
        return Response(_whole(self, row), status.HTTP_201_CREATED)


class OneSamplingPlan(Resource):
    """One sampling plan."""

    serializer_class = WholePlanSerializer

    @extend_schema(
        operation_id="read_sampling_plan", summary="Read a sampling plan", tags=["sampling"]
    )
    def get(self, request: Request, plan_id: str) -> Response:
        """One plan with its lot, its seed, the units drawn, in their order, what laboratories found in samples of
        them so far, and the claim that this supports."""
        return Response(_whole(self, _plan(self, plan_id)))


class SamplingClaim(Resource):
    """What a plan's findings support."""

    serializer_class = ClaimSerializer
    parameters = frozenset({"examined", "negatives"})

    @extend_schema(
        operation_id="read_sampling_claim",
        summary="What can be stated now",
        tags=["sampling"],
        parameters=[
            OpenApiParameter(
                "examined", int, description="Units examined; all that were drawn, unless told."
            ),
            OpenApiParameter(
                "negatives", int, description="How many of them were negative; 0 unless told."
            ),
        ],
    )
    def get(self, request: Request, plan_id: str) -> Response:
        """What if: the claim that so many negatives among so many examined units leave, and how many more to examine to
        state what was planned. Units are examined in the order of the draw; nothing is recorded by asking."""
        row = _plan(self, plan_id)
        lot = len(row.lot)
        found = claim(
            row.plan,
            examined=number_of(request, "examined", default=len(row.drawn), least=1, most=lot),
            negatives=number_of(request, "negatives", default=0, least=0, most=lot),
        )
        self.shows_seizures([row.seizure])
        return Response(ClaimSerializer(_stated(found, row.substance)).data)


def _plan(resource: Resource, plan_id: str) -> SamplingPlan:
    rows = SamplingPlan.objects.visible_to(resource.officer).select_related("seizure")
    row: SamplingPlan = require_row(rows, pk=str(identifier(plan_id)))
    return row


def _whole(resource: Resource, row: SamplingPlan) -> Any:
    """All of a plan; the read log gets the seizure and every unit of the lot."""
    resource.shows_seizures([row.seizure])
    resource.shows_exhibits(Exhibit.objects.filter(pk__in=row.lot))
    return WholePlanSerializer(row).data


def _stated(found: Claim, substance: str) -> dict[str, Any]:
    return {
        "stands": found.stands,
        "at_least": found.at_least,
        "more": found.more,
        "words": found.in_words(substance),
    }
