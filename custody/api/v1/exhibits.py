"""Exhibits: where each is, who has it, what runs out on it, and what may be done with it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Grams, Moment
from custody.api.filters import YesNo
from custody.api.resources import Listing, Resource, require_row
from custody.api.v1.events import EventSerializer
from custody.api.v1.flags import FlagSerializer
from custody.api.v1.sheets import Sheet, sheets
from custody.audit.trails import trail_of
from custody.deadlines import queries
from custody.deadlines.rules import Level
from custody.handling.legal import Option
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.law.profiles import Ground
from custody.neutralising.risk import RISK_CLASSES, RiskClass
from custody.people.models import Officer
from custody.seizures import labels
from custody.seizures.lifecycle import AssayState, Form, Lane, Stage
from custody.seizures.models import Exhibit

LEVELS = ("in_time", *(level.value for level in Level if level.value))


class CustodianSerializer(serializers.Serializer[Any]):
    """Who answers for it."""

    badge = serializers.CharField(allow_null=True, help_text="Null while masked, on the road.")
    unit = serializers.CharField(help_text="The officer's unit when custody passed.")


class SealSerializer(serializers.Serializer[Any]):
    """A seal, ISO 17712."""

    number = serializers.CharField()
    seal_class = serializers.CharField(help_text="I indicative, S security, H high security.")
    applied_at = Moment()
    ended_at = Moment(allow_null=True, help_text="When it was broken or replaced.")
    replaced_by = serializers.CharField(allow_null=True)


class ClockSerializer(serializers.Serializer[Any]):
    """A clock that runs; its level is computed from the time of the answer. Days alone, if masked and started by a transport."""

    name = serializers.CharField(source="state.name")
    started_at = Moment(source="state.started_at")
    warn_at = Moment(source="state.warn_at", allow_null=True)
    due_at = Moment(source="state.due_at", allow_null=True)
    escalate_at = Moment(source="state.escalate_at", allow_null=True)
    level = serializers.ChoiceField(choices=LEVELS)


class ObstacleSerializer(serializers.Serializer[Any]):
    """What stands in the way of an act, and the rule that puts it there."""

    code = serializers.CharField()
    text = serializers.CharField()
    rule = serializers.CharField()


class OptionSerializer(serializers.Serializer[Any]):
    """An act that is open to you on this exhibit now."""

    act = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    href = serializers.SerializerMethodField()
    blocked_by = ObstacleSerializer(many=True, help_text="Empty when it can be done at once.")

    def get_href(self, option: Option) -> str:
        """Where to post it."""
        return reverse(f"api:act-{option.act}")


class OrderSerializer(serializers.Serializer[Any]):
    """A destruction order in force."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    given_at = Moment()
    judge_authorisation = serializers.CharField(allow_null=True)
    ground = serializers.ChoiceField(choices=[one.value for one in Ground], allow_null=True)
    retained_grams = Grams(
        allow_null=True, help_text="Net mass of each substance of the seizure that it keeps."
    )


class HoldSerializer(serializers.Serializer[Any]):
    """A hold in force."""

    id = serializers.UUIDField()
    placed_at = Moment()


class ExhibitSerializer(serializers.Serializer[Any]):
    """One uniquely labelled physical unit. Stage, place, custodian and clocks are those of its handling unit."""

    label = serializers.CharField(source="row.label")  # type: ignore[assignment]
    form = serializers.ChoiceField(source="row.form", choices=[one.value for one in Form])
    substance = serializers.CharField(source="row.substance")
    seizure = serializers.CharField(source="row.seizure.reference")
    lane = serializers.ChoiceField(source="row.lane", choices=[one.value for one in Lane])
    stage = serializers.ChoiceField(source="unit.stage", choices=[one.value for one in Stage])
    place = serializers.CharField(allow_null=True)
    destination = serializers.CharField(allow_null=True)
    custodian = CustodianSerializer()
    within = serializers.CharField(source="row.within.label", allow_null=True, default=None)
    handling_unit = serializers.CharField(source="unit.label")
    made_from = serializers.CharField(source="row.made_from.label", allow_null=True, default=None)
    gross_grams = Grams(source="row.gross_grams", allow_null=True)
    tare_grams = Grams(source="row.tare_grams", allow_null=True)
    net_grams = Grams(source="row.net_grams", allow_null=True)
    readability_grams = Grams(source="row.readability_grams", allow_null=True)
    intercepted_at = Moment(source="row.intercepted_at")
    neutralised_at = Moment(source="row.neutralised_at", allow_null=True)
    run = serializers.UUIDField(source="row.run", allow_null=True, help_text="`GET runs/{id}`.")
    assay = serializers.ChoiceField(
        source="row.assay", choices=[one.value for one in AssayState], help_text="Of that run."
    )
    risk_class = serializers.ChoiceField(
        choices=[one.value for one in RiskClass], help_text=RISK_CLASSES
    )
    order_refused = serializers.BooleanField(
        source="row.order_refused", help_text="Its destruction was refused, and not ordered since."
    )
    disputed = serializers.BooleanField(source="row.disputed")
    late = serializers.BooleanField(
        help_text="A clock on it is past its limit now, or was flagged so and the flag is open."
    )
    seals = SealSerializer(many=True)
    clocks = ClockSerializer(many=True)
    flags = FlagSerializer(many=True)
    orders = OrderSerializer(many=True)
    holds = HoldSerializer(many=True)
    photographs = serializers.ListField(
        child=serializers.CharField(),
        help_text="SHA-256 of each: `GET attachments/{sha256}`. Those taken on the road are not told while masked.",
    )
    legal_now = OptionSerializer(source="options", many=True)
    masked = serializers.BooleanField(
        source="reach.masked",
        help_text="You are told neither routes nor times of transport: state a purpose (`POST purposes/`).",
    )
    last_at = Moment(help_text="Only the day, while masked.")
    version = serializers.IntegerField(source="row.version", help_text="How many events it has.")
    head = serializers.CharField(source="row.head", help_text="Leaf hash of its last event.")


def _choices(values: type[Form | Lane | Stage]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class ExhibitFilter(django_filters.FilterSet):
    """What a list of exhibits can be narrowed to."""

    stage = django_filters.ChoiceFilter(choices=_choices(Stage))
    lane = django_filters.ChoiceFilter(choices=_choices(Lane))
    form = django_filters.ChoiceFilter(choices=_choices(Form))
    seizure = django_filters.CharFilter(field_name="seizure__reference", label="Its reference")
    place = django_filters.CharFilter(field_name="place_id", label="Code name of a place")
    custodian_unit = django_filters.CharFilter(label="Code of a unit")
    within = django_filters.CharFilter(field_name="within__label", label="Label of a container")
    late = YesNo(
        method="filter_late",
        label="Whether a clock on it is past its limit now, or was flagged so and the flag is open",
    )

    class Meta:
        model = Exhibit
        fields = ()

    def filter_late(self, rows: QuerySet[Exhibit], name: str, value: bool) -> QuerySet[Exhibit]:  # noqa: FBT001
        late = queries.late(clock.now())
        return rows.filter(late if value else ~late)


def visible(actor: Officer) -> QuerySet[Exhibit]:
    """The exhibits that an officer may see, with what their sheets name."""
    return Exhibit.objects.visible_to(actor).select_related("seizure", "within", "made_from")


def find(actor: Officer, label: str) -> Exhibit:
    """The exhibit with this label.

    Raises:
        Http404: there is none that the officer may see.
    """
    try:
        found: Exhibit = require_row(visible(actor), label=labels.parse(label))
    except CustodyError as error:
        raise Http404 from error
    return found


class Exhibits(Listing):
    """Exhibits that concern you."""

    queryset = Exhibit.objects.all()
    serializer_class = ExhibitSerializer
    filterset_class = ExhibitFilter
    ordering = ("label",)

    def visible(self) -> QuerySet[Exhibit]:
        return visible(self.officer)

    def present(self, rows: Sequence[Exhibit]) -> Sequence[Sheet]:
        return sheets(self.officer, rows, self.shows_exhibits(rows), clock.now())

    @extend_schema(operation_id="list_exhibits", summary="List exhibits", tags=["exhibits"])
    def get(self, request: Request) -> Response:
        """Exhibits that concern your unit, by label. `stage` and `place` ask each row itself: what is in a container is found through `within`."""
        return self.page()


class OneExhibit(Resource):
    """One exhibit."""

    serializer_class = ExhibitSerializer

    @extend_schema(operation_id="read_exhibit", summary="Read an exhibit", tags=["exhibits"])
    def get(self, request: Request, label: str) -> Response:
        """Its state, its clocks as they stand now, its open flags, and the acts that are open to you on it."""
        row = find(self.officer, label)
        (sheet,) = sheets(self.officer, [row], self.shows_exhibits([row]), clock.now())
        return Response(ExhibitSerializer(sheet).data, headers={"ETag": f'"{row.head}"'})


class TrailSerializer(serializers.Serializer[Any]):
    """Everything that an exhibit went through."""

    label = serializers.CharField()  # type: ignore[assignment]
    version = serializers.IntegerField()
    head = serializers.CharField()
    events = EventSerializer(many=True)


class Trail(Resource):
    """An exhibit's trail."""

    serializer_class = TrailSerializer

    @extend_schema(operation_id="read_trail", summary="Read a trail", tags=["exhibits"])
    def get(self, request: Request, label: str) -> Response:
        """Every event, oldest first: its own, those of containers while it was in them, and those of what it
        was made from. `body` is the exact text whose hash is `leaf`."""
        row = find(self.officer, label)
        events = trail_of(row, self.shows_exhibits([row])[row.id].shown)
        told = {"label": row.label, "version": row.version, "head": row.head, "events": events}
        return Response(TrailSerializer(told).data)
