"""Tables of protocols, reagent lots and runs, made from their events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from custody.kit import clock
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.neutralising import protocols
from custody.people.models import Officer, Unit
from custody.people.rights import BLIND
from custody.seizures.models import Exhibit


class ProtocolQuerySet(models.QuerySet["Protocol"]):
    def visible_to(self, actor: Officer) -> ProtocolQuerySet:
        """All to who sees custody, none to who does not."""
        return self.none() if actor.rights <= BLIND else self.all()


class Protocol(Adopted):
    """One version of a protocol, adopted once under ``CODE/NUMBER`` and never changed."""

    subject_type = "protocol"

    key = models.CharField(primary_key=True, max_length=48)
    code = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    adopted_at = models.DateTimeField()
    content = models.JSONField()

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        db_table = "custody_protocol"
        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="protocol_version_once"),
        )

    def __str__(self) -> str:
        return self.key

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        told = {name: value for name, value in content.items() if name not in _ADOPTION}
        return {
            "code": content["code"],
            "number": content["number"],
            "adopted_at": clock.from_text(str(content["adopted_at"])),
            "content": told,
        }

    @property
    def rules(self) -> protocols.Protocol:
        """The protocol as the rules read it."""
        return protocols.parse(self.content)


_ADOPTION = frozenset({"number", "adopted_at"})


class OwnedQuerySet(models.QuerySet["ReagentLot"]):
    def visible_to(self, actor: Officer) -> OwnedQuerySet:
        """Those in stock with the own unit, or with the agency for those who oversee it."""
        return self.filter(Q(unit__in=actor.scopes) | Q(unit__agency__in=actor.scopes))


class ReagentLot(models.Model):
    """A lot of reagent in a unit's stock: received once, then consumed by runs."""

    code = models.CharField(primary_key=True, max_length=40)
    reagent = models.CharField(max_length=40)
    number = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reagent_lots")
    received_grams = models.DecimalField(max_digits=14, decimal_places=3)
    left_grams = models.DecimalField(max_digits=14, decimal_places=3)
    expires_on = models.DateField()
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        db_table = "custody_reagent_lot"
        constraints = (
            # nobody consumes what is not there
            models.CheckConstraint(
                name="reagent_lot_left",
                condition=Q(left_grams__gte=0) & Q(left_grams__lte=F("received_grams")),
            ),
        )

    def __str__(self) -> str:
        return self.code


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, actor: Officer) -> RunQuerySet:
        """Those of the own unit, or agency for those who oversee it, and those of which the actor may see every
        unit: a run names all of them, and one is no reason to know the others."""
        unseen = TreatedUnit.objects.filter(run=OuterRef("pk")).exclude(
            exhibit__in=Exhibit.objects.visible_to(actor)
        )
        own = Q(unit__in=actor.scopes) | Q(unit__agency__in=actor.scopes)
        return self.filter(own | ~Exists(unseen))


class Run(models.Model):
    """One neutralisation of several units together, as its one event tells it."""

    id = models.UUIDField(primary_key=True)
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="runs")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="runs")
    carried_out_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    readings = models.JSONField()
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = RunQuerySet.as_manager()

    class Meta:
        db_table = "custody_run"
        indexes = (
            # newest first, in lists
            models.Index(fields=["-ended_at", "id"], name="run_newest"),
        )

    def __str__(self) -> str:
        return str(self.id)


class TreatedUnit(models.Model):
    """One unit of a run: what was added to it, and what it weighed afterwards."""

    key = models.CharField(primary_key=True, max_length=80)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="units")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="treatments")
    portions = models.JSONField()
    gross_grams = models.DecimalField(max_digits=14, decimal_places=3)
    deviations = models.JSONField()

    class Meta:
        db_table = "custody_treated_unit"

    def __str__(self) -> str:
        return self.key
