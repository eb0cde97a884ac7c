"""Mass accounts: every gram of a seizure in and out, and where a difference sits; and small losses that go on."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Grams, Moment
from custody.api.resources import Resource, require_row
from custody.api.v1.exports import CsvRenderer
from custody.audit.account import Heading, Reason
from custody.audit.drift import By, Direction
from custody.audit.drifting import mass_drift
from custody.audit.masses import account_of, lines_shown
from custody.exchange.drifts import drift_table
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seizure


@extend_schema_field({"type": "string", "examples": ["-50.000"]})
class Change(serializers.Field[Any, Any, str, Any]):
    """A change of mass in grams: it may be negative."""

    def to_representation(self, value: Any) -> str:
        return f"{value:.3f}"


class MassLineSerializer(serializers.Serializer[Any]):
    """One movement of mass."""

    seq = serializers.IntegerField(help_text="Of the event in the ledger.")
    at = Moment(help_text="The day alone, where it tells of a transport that is not shown to you.")
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    heading = serializers.ChoiceField(choices=[one.value for one in Heading])
    grams = Change(help_text="By how much what is held changes.")
    expected = Grams(allow_null=True)
    measured = Grams(allow_null=True)
    within = Grams(help_text="How far the two may be apart by the scales: N times d.")
    drying = Grams(help_text="What may be missing besides, by drying.")
    beyond = serializers.BooleanField(help_text="They are further apart.")
    since_seq = serializers.IntegerField(
        allow_null=True,
        help_text="The event of the reading that it is compared with: what differs went, or came, between the two.",
    )
    place = serializers.CharField(allow_null=True)
    holder = serializers.CharField(allow_null=True, help_text="Whose hands it was read in.")
    holders = serializers.ListField(
        child=serializers.CharField(), help_text="In whose hands it was between the two readings."
    )
    scale = serializers.CharField(allow_null=True)
    read_by = serializers.CharField(allow_null=True)


class HeldSerializer(serializers.Serializer[Any]):
    """What is still held at one stage."""

    stage = serializers.ChoiceField(choices=[one.value for one in Stage])
    grams = Change()


class MassTotalSerializer(serializers.Serializer[Any]):
    """The sum of the lines under one heading."""

    heading = serializers.ChoiceField(choices=[one.value for one in Heading])
    grams = Change()


class PointSerializer(serializers.Serializer[Any]):
    """One reason why the account does not close."""

    reason = serializers.ChoiceField(choices=[one.value for one in Reason])
    label = serializers.CharField()  # type: ignore[assignment]
    seq = serializers.IntegerField(help_text="The event since which it is so.")
    grams = Change(allow_null=True, help_text="Null where nobody knows.")


class MassAccountSerializer(serializers.Serializer[Any]):
    """The account of one seizure. All lines together are what is held."""

    seizure = serializers.CharField()
    closes = serializers.BooleanField(
        help_text="Every unit was weighed and is where it should be, and no reading differs by more than scales explain."
    )
    points = PointSerializer(many=True)
    headings = MassTotalSerializer(many=True)
    held = HeldSerializer(many=True)
    balance = Change(help_text="All lines together.")
    uncertainty = Grams(help_text="What the scales explain of all differences together.")
    lines = MassLineSerializer(many=True)


class MassAccount(Resource):
    """The mass account of one seizure."""

    serializer_class = MassAccountSerializer

    @extend_schema(
        operation_id="read_mass_account", summary="Read a mass account", tags=["seizures"]
    )
    def get(self, request: Request, reference: str) -> Response:
        """Every gram of a seizure in and out by the events that count, and either that it closes or at which units,
        since which events, in whose hands and on which scales it does not. For those whom the seizure concerns as a
        whole; each of its units goes into the read log."""
        rows = Seizure.objects.whole_visible_to(self.officer)
        seizure = require_row(rows, reference=reference)
        self.shows_seizures([seizure])
        reached = self.shows_exhibits(Exhibit.objects.filter(seizure=seizure))
        found = account_of(seizure)
        told = {
            "seizure": seizure.reference,
            "closes": found.closes,
            "points": found.points,
            "headings": [{"heading": one.value, "grams": found.total(one)} for one in Heading],
            "held": [
                {"stage": stage.value, "grams": found.held[stage]}
                for stage in Stage
                if stage in found.held
            ],
            "balance": found.balance,
            "uncertainty": found.uncertainty,
            "lines": lines_shown(found, reached),
        }
        return Response(MassAccountSerializer(told).data)


class DriftSerializer(serializers.Serializer[Any]):
    """One scale, place or person of whom chance is no explanation."""

    what = serializers.ChoiceField(choices=[one.value for one in By], source="by")
    key = serializers.CharField(help_text="Code of the scale or place, or badge.")
    direction = serializers.ChoiceField(choices=[one.value for one in Direction])
    comparisons = serializers.IntegerField(help_text="The last so many that showed a difference.")
    agreeing = serializers.IntegerField(help_text="Of these, how many in this direction.")
    chance = serializers.CharField(
        help_text="Of so many or more in this direction by chance: an exact fraction."
    )
    grams = Change(help_text="The sum of all these differences.")
    since = Moment(help_text="When the first of them was made.")


class DriftReportSerializer(serializers.Serializer[Any]):
    """Small differences that scales explain one by one, and chance does not explain together."""

    agency = serializers.CharField()
    since = Moment(help_text="Units on which anything happened from then on were looked at.")
    frozen_at = Moment(help_text="As of when.")
    comparisons = serializers.IntegerField(
        help_text="How many differences there were that scales explain."
    )
    one_in = serializers.IntegerField(
        help_text="Of the comparisons with one that is honest, at most one in so many calls it, on the average."
    )
    drifts = DriftSerializer(many=True)


class MassDrift(Resource):
    """Small losses that go on."""

    serializer_class = DriftReportSerializer

    @extend_schema(
        operation_id="read_mass_drift",
        summary="Small losses that go on",
        tags=["statistics"],
    )
    def get(self, request: Request) -> Response:
        """Scales, places and people of your agency with which units lose, or gain, by little and too often to be chance:
        an exact sign test of the last 20, 50, 100 and 200 differences. It names no exhibit. For those who oversee."""
        return Response(DriftReportSerializer(mass_drift(self.officer)).data)


class MassDriftTable(Resource):
    """The same as a table."""

    renderer_classes = (CsvRenderer,)

    @extend_schema(
        operation_id="export_mass_drift",
        summary="Small losses that go on, as a table",
        tags=["statistics"],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        """The same figures, one row each, with agency, freeze and false alarm rate in every row."""
        response = Response(drift_table(mass_drift(self.officer)))
        response.headers["Content-Disposition"] = 'attachment; filename="mass-drift.csv"'
        return response
