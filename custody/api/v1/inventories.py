"""Inventories: what is being counted, what was found, and what is sought. They are made by acts:
``open_inventory``, ``count_inventory``, ``list_inventory``, ``close_inventory``."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.filters import YesNo
from custody.api.resources import Listing, Resource, identifier, require_row
from custody.inventories.findings import Finding
from custody.inventories.models import Inventory, InventoryLine, Occasion
from custody.inventories.queries import search_list
from custody.inventories.sizes import Method
from custody.seizures.models import Exhibit


class ChanceSerializer(serializers.Serializer[Any]):
    """By which draw an unannounced inventory came about; `manage.py draw_inventories --day` repeats it."""

    rule = serializers.CharField()
    day = serializers.CharField()
    after_seq = serializers.IntegerField(
        help_text="The last event before the day: its leaf is the seed."
    )
    why = serializers.CharField()


class InventorySerializer(serializers.Serializer[Any]):
    """One count of one place. It tells nothing of what should be there."""

    id = serializers.UUIDField()
    place = serializers.CharField(source="place_id")
    unit = serializers.CharField(help_text="Who keeps the place; none of them counts.")
    method = serializers.ChoiceField(choices=[one.value for one in Method])
    occasion = serializers.ChoiceField(choices=[one.value for one in Occasion])
    first = serializers.UUIDField(
        source="first_id",
        allow_null=True,
        help_text="The inventory of which it is the second round.",
    )
    opened_at = Moment()
    opened_by = serializers.CharField(help_text="`system`, where it is unannounced.")
    chance = ChanceSerializer(allow_null=True)
    population_digest = serializers.CharField(
        help_text="Commits to the labels of what should be there; the closing event opens it."
    )
    counters = serializers.ListField(child=serializers.CharField(), help_text="Who counted.")
    scanned = serializers.IntegerField()
    unlabelled = serializers.IntegerField()
    listed_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)
    closed_by = serializers.CharField(allow_null=True)
    figures = serializers.DictField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="What was found, in numbers; null until it is closed. `looked_up`: units that who counted "
        "looked up in the record meanwhile.",
    )
    head = serializers.CharField()


class SampleSerializer(serializers.Serializer[Any]):
    """What a sample looks for."""

    algorithm = serializers.CharField(
        help_text="`sha256-order-1`: sort the labels by the SHA-256 of seed, line feed and label."
    )
    seed = serializers.CharField()
    drawn = serializers.ListField(
        child=serializers.CharField(), help_text="The labels, in the order of the draw."
    )


class InventoryFindingSerializer(serializers.Serializer[Any]):
    """What was found under one label."""

    label = serializers.CharField()  # type: ignore[assignment]
    finding = serializers.ChoiceField(choices=[one.value for one in Finding])
    counted_at = Moment(allow_null=True)
    counted_by = serializers.CharField(allow_null=True)
    blind = serializers.BooleanField(help_text="Scanned before anybody was told what to look for.")


class SoughtSerializer(serializers.Serializer[Any]):
    """A unit that was missed and that nobody has found since."""

    label = serializers.CharField(source="exhibit.label")  # type: ignore[assignment]
    place = serializers.CharField(source="exhibit.place_id", help_text="Where it should be.")
    custodian = serializers.CharField(source="exhibit.custodian_id")
    custodian_unit = serializers.CharField(source="exhibit.custodian_unit")
    seen_at = Moment(help_text="When somebody last had it before them, by the record.")
    seen_by = serializers.CharField()
    seen_as = serializers.CharField(help_text="The event that says so.")


class SearchListSerializer(serializers.Serializer[Any]):
    """What is still to be found."""

    sought = SoughtSerializer(many=True)


class InventoryFilter(django_filters.FilterSet):
    """What a list of inventories can be narrowed to."""

    place = django_filters.CharFilter(field_name="place", label="Code name of a place")
    open = YesNo(field_name="closed_at", lookup_expr="isnull", label="Whether it is still counted")

    class Meta:
        model = Inventory
        fields = ()


class Inventories(Listing):
    """Inventories."""

    queryset = Inventory.objects.all()
    serializer_class = InventorySerializer
    filterset_class = InventoryFilter
    ordering = ("-opened_at", "id")

    def visible(self) -> QuerySet[Inventory]:
        return Inventory.objects.visible_to(self.officer)

    @extend_schema(
        operation_id="list_inventories", summary="List inventories", tags=["inventories"]
    )
    def get(self, request: Request) -> Response:
        """Those that you may count now, that you counted, that were made of your unit's places, or that you oversee;
        the newest first."""
        return self.page()


class OneInventory(Resource):
    """One inventory."""

    serializer_class = InventorySerializer

    @extend_schema(operation_id="read_inventory", summary="Read an inventory", tags=["inventories"])
    def get(self, request: Request, inventory_id: str) -> Response:
        """One inventory, and what it found in numbers once it is closed."""
        rows = Inventory.objects.visible_to(self.officer)
        row = require_row(rows, pk=identifier(inventory_id))
        return Response(InventorySerializer(row).data)


class InventorySample(Resource):
    """What a sample looks for."""

    serializer_class = SampleSerializer

    @extend_schema(
        operation_id="read_inventory_sample", summary="What to look for", tags=["inventories"]
    )
    def get(self, request: Request, inventory_id: str) -> Response:
        """The labels to look for, for who counts: once they scanned what stands on the shelf and asked for the list
        by the act `list_inventory`."""
        rows = Inventory.objects.counted_by(self.officer)
        row = require_row(rows, pk=identifier(inventory_id))
        if row.drawn is None:
            raise Http404
        found = Exhibit.objects.filter(label__in=row.drawn)
        self.shows_ids(found.values_list("pk", flat=True))
        return Response(SampleSerializer(row).data)


class InventoryFindings(Listing):
    """What was found, label by label."""

    queryset = InventoryLine.objects.all()
    serializer_class = InventoryFindingSerializer
    ordering = ("label", "id")

    def visible(self) -> QuerySet[InventoryLine]:
        told = Inventory.objects.told_to(self.officer).filter(closed_at__isnull=False)
        row: Inventory = require_row(told, pk=identifier(self.kwargs["inventory_id"]))
        return InventoryLine.objects.filter(inventory=row)

    def note(self, rows: Any) -> None:
        self.shows_ids(
            Exhibit.objects.filter(label__in=[one.label for one in rows]).values_list(
                "pk", flat=True
            )
        )

    @extend_schema(
        operation_id="list_inventory_findings", summary="What was found", tags=["inventories"]
    )
    def get(self, request: Request, inventory_id: str) -> Response:
        """Every label that was scanned or looked for, for who oversees or keeps the place; once it is closed."""
        return self.page()


class InventorySearchList(Resource):
    """What is still to be found."""

    serializer_class = SearchListSerializer

    @extend_schema(
        operation_id="read_search_list", summary="What is still to be found", tags=["inventories"]
    )
    def get(self, request: Request, inventory_id: str) -> Response:
        """Units that the inventory missed and that nobody has found since: where they should be, in whose hands, and
        when and by whom each was last seen."""
        told = Inventory.objects.told_to(self.officer).filter(closed_at__isnull=False)
        row = require_row(told, pk=identifier(inventory_id))
        sought = search_list(self.officer, row)
        self.shows({one.exhibit.pk: one.reach for one in sought})
        return Response(SearchListSerializer({"sought": sought}).data)
