"""Places under code names, and scales. Addresses are nobody's business here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.people.models import Officer, Unit
from custody.people.rights import BLIND, Right


class PlaceKind(models.TextChoices):
    QUAY = "quay"
    VEHICLE = "vehicle"
    VAULT = "vault"
    LABORATORY = "laboratory"
    PLANT = "plant"


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, actor: Officer) -> PlaceQuerySet:
        """All to who moves things from one to another; else those of the own agency; none to who sees no custody."""
        if actor.rights <= BLIND:
            return self.none()
        if Right.TRANSFER in actor.rights:
            return self.all()
        return self.filter(unit__agency=actor.unit.agency_id)


class Place(Adopted):
    """Somewhere that exhibits can be; its code is a code name, since sites are kept secret."""

    subject_type = "place"

    code = models.CharField(primary_key=True, max_length=24)
    kind = models.CharField(max_length=12, choices=PlaceKind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="places")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        db_table = "custody_place"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {"kind": content["kind"], "unit_id": content["unit"]}


class Scale(Adopted):
    """A balance: what it can carry, how finely it reads, and when it was last calibrated."""

    subject_type = "scale"

    code = models.CharField(primary_key=True, max_length=24)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="scales")
    capacity_grams = models.DecimalField(max_digits=14, decimal_places=3)
    readability_grams = models.DecimalField(max_digits=14, decimal_places=3)
    calibrated_on = models.DateField()

    class Meta:
        db_table = "custody_scale"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "unit_id": content["unit"],
            "capacity_grams": Decimal(str(content["capacity_grams"])),
            "readability_grams": Decimal(str(content["readability_grams"])),
            "calibrated_on": date.fromisoformat(str(content["calibrated_on"])),
        }
