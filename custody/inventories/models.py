"""Rows of inventories. All but the sealed list are made by the fold."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.inventories.findings import Finding
from custody.inventories.sizes import SAMPLED, Method
from custody.people.models import Officer
from custody.people.rights import BLIND, Right
from custody.places.models import Place


class Occasion(models.TextChoices):
    """Why a place is counted."""

    ROUTINE = "routine"
    CHANGE_OF_CUSTODIAN = "change_of_custodian"
    UNANNOUNCED = "unannounced"
    #: Something was wrong with a sample.
    SECOND_ROUND = "second_round"


class InventoryQuerySet(models.QuerySet["Inventory"]):
    def visible_to(self, actor: Officer) -> InventoryQuerySet:
        """That there is one: for who oversees the agency; while it is open for who may count it; afterwards for who
        counted, and for the unit that keeps the place, which must not know before."""
        if actor.rights <= BLIND:
            return self.none()
        own = [actor.unit_id, *actor.on_duty_for]
        agency = Q(agency=actor.unit.agency_id)
        reach = Q(counters__contains=[actor.badge]) | Q(unit__in=own, closed_at__isnull=False)
        if Right.OVERSEE in actor.rights:
            reach |= agency
        if Right.STOCKTAKE in actor.rights:
            reach |= agency & Q(closed_at__isnull=True) & ~Q(unit__in=own)
        return self.filter(reach)

    def told_to(self, actor: Officer) -> InventoryQuerySet:
        """What was found, by label: for who oversees the agency, and for the unit that keeps the place once it is
        closed; who counts a store is not thereby told what lies in it."""
        if actor.rights <= BLIND:
            return self.none()
        own = [actor.unit_id, *actor.on_duty_for]
        reach = Q(unit__in=own, closed_at__isnull=False)
        if Right.OVERSEE in actor.rights:
            reach |= Q(agency=actor.unit.agency_id)
        return self.filter(reach)

    def counted_by(self, actor: Officer) -> InventoryQuerySet:
        """Those that the officer counted, and those that they are told of: who may know what to look for."""
        told = self.told_to(actor)
        return told | self.visible_to(actor).filter(counters__contains=[actor.badge])


class Inventory(models.Model):
    """One count of one place.

    ``unit`` keeps the place. ``population_digest`` commits to the labels of what should be there.
    ``drawn`` are the labels to look for, once they were told: null before, and where everything is counted.
    """

    id = models.UUIDField(primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="inventories")
    unit = models.CharField(max_length=48)
    agency = models.CharField(max_length=24)
    method = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Method])
    occasion = models.CharField(max_length=20, choices=Occasion)
    first = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="second_round"
    )
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=24)
    algorithm = models.CharField(max_length=20)
    seed = models.CharField(max_length=32)
    population_digest = models.CharField(max_length=64)
    chance = models.JSONField(null=True)
    counters = ArrayField(models.CharField(max_length=24), default=list)
    scanned = models.PositiveIntegerField()
    #: packages without a label that can be read
    unlabelled = models.PositiveIntegerField()
    listed_at = models.DateTimeField(null=True)
    drawn = ArrayField(models.CharField(max_length=16), null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=24, null=True)
    figures = models.JSONField(null=True)
    last_at = models.DateTimeField()
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = InventoryQuerySet.as_manager()

    class Meta:
        db_table = "custody_inventory"
        verbose_name_plural = "inventories"
        indexes = (
            # newest first, in lists
            models.Index(fields=["-opened_at", "id"], name="inventory_newest"),
        )
        constraints = (
            # two counts of one place at once would each miss what the other moves
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(closed_at__isnull=True),
                name="inventory_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place_id} {self.id}"

    @property
    def sampled(self) -> bool:
        return self.method in SAMPLED


class InventoryLine(models.Model):
    """One label of one inventory: scanned, or found to be missing. ``finding`` is null until it is closed."""

    id = models.UUIDField(primary_key=True)
    inventory = models.ForeignKey(Inventory, on_delete=models.PROTECT, related_name="lines")
    label = models.CharField(max_length=16)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.CharField(max_length=24, null=True)
    #: scanned before anybody was told what to look for: from the shelf to the record
    blind = models.BooleanField()
    finding = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in Finding], null=True
    )

    class Meta:
        db_table = "custody_inventory_line"
        constraints = (
            # a unit is counted once
            models.UniqueConstraint(fields=["inventory", "label"], name="inventory_line_once"),
        )

    def __str__(self) -> str:
        return self.label


class SealedPopulation(models.Model):
    """What should be there, kept from everybody until the inventory is closed; its event holds the digest."""

    inventory = models.OneToOneField(
        Inventory, on_delete=models.PROTECT, primary_key=True, related_name="population"
    )
    salt = models.CharField(max_length=32)
    #: labels in order, a line each
    text = models.TextField()

    class Meta:
        db_table = "custody_inventory_population"

    def __str__(self) -> str:
        return str(self.inventory_id)

    @property
    def labels(self) -> list[str]:
        return self.text.split()
