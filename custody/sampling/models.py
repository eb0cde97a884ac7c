"""Rows of sampling plans, made from their adoption."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.kit import clock
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.people.models import Officer
from custody.sampling.plans import Method, Plan, Prior
from custody.seizures.models import Seizure


class SamplingPlanQuerySet(models.QuerySet["SamplingPlan"]):
    def visible_to(self, actor: Officer) -> SamplingPlanQuerySet:
        """Those of the own unit, or agency for those who oversee it, and of seizures that concern the actor as a
        whole: a plan names every unit of its lot, and one of them is no reason to know the others."""
        reach = (
            Q(seizure__concerned__overlap=actor.scopes)
            | Q(adopted_by__unit__in=actor.scopes)
            | Q(adopted_by__unit__agency__in=actor.scopes)
        )
        return self.filter(reach | Q(seizure__in=actor.cases) if actor.cases else reach)


class SamplingPlan(Adopted):
    """What is to be stated of a lot, and which of its units were drawn to be examined for it."""

    subject_type = "sampling_plan"

    code = models.CharField(primary_key=True, max_length=36)
    seizure = models.ForeignKey(Seizure, on_delete=models.PROTECT, related_name="sampling_plans")
    adopted_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField()
    substance = models.CharField(max_length=40)
    method = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Method])
    #: decimals as text, as they were stated
    share = models.CharField(max_length=12)
    confidence = models.CharField(max_length=12)
    negatives = models.PositiveIntegerField()
    prior = ArrayField(models.PositiveIntegerField(), null=True)
    #: ids and labels of the lot, both in the order of the labels
    lot = ArrayField(models.UUIDField())
    labels = ArrayField(models.CharField(max_length=16))
    algorithm = models.CharField(max_length=20)
    seed = models.CharField(max_length=32)
    #: labels in the order in which they were drawn
    drawn = ArrayField(models.CharField(max_length=16))

    objects = SamplingPlanQuerySet.as_manager()

    class Meta:
        db_table = "custody_sampling_plan"
        indexes = (
            # newest first, in lists
            models.Index(fields=["-adopted_at", "code"], name="sampling_plan_newest"),
        )

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        lot: Any = content["lot"]
        as_told = ("substance", "method", "share", "confidence", "negatives", "prior")
        return {
            **{name: content[name] for name in (*as_told, "algorithm", "seed", "drawn")},
            "seizure_id": UUID(str(content["seizure"])),
            "adopted_by_id": content["adopted_by"],
            "adopted_at": clock.from_text(str(content["adopted_at"])),
            "lot": [UUID(one["id"]) for one in lot],
            "labels": [one["label"] for one in lot],
        }

    @property
    def plan(self) -> Plan:
        """The plan that it is, for claims."""
        return Plan(
            method=Method(self.method),
            units=len(self.lot),
            share=Fraction(self.share),
            confidence=Fraction(self.confidence),
            negatives=self.negatives,
            prior=Prior(*self.prior) if self.prior else None,
        )
