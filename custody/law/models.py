"""Rows of destruction orders and holds, made by the fold."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q

from custody.people.models import Officer
from custody.seizures.models import Exhibit, Seizure

M = TypeVar("M", bound=models.Model)


class LawQuerySet(models.QuerySet[M]):
    def visible_to(self, actor: Officer) -> LawQuerySet[M]:
        """Those about a seizure that concerns the actor as a whole, or that name an exhibit the actor may see."""
        seen = Exhibit.objects.visible_to(actor).filter(seizure=OuterRef("seizure"))
        reach = Q(seizure__concerned__overlap=actor.scopes) | Q(
            exhibits__overlap=ArraySubquery(seen.values("pk"))
        )
        return self.filter(reach | Q(seizure__in=actor.cases) if actor.cases else reach)


class DestructionOrder(models.Model):
    """A prosecutor's written and reasoned order to destroy named exhibits."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    seizure = models.ForeignKey(Seizure, on_delete=models.PROTECT, related_name="orders")
    exhibits = ArrayField(models.UUIDField())
    given_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="orders_given")
    given_at = models.DateTimeField()
    judge_authorisation = models.CharField(max_length=40, null=True)
    revoked_at = models.DateTimeField(null=True)
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = LawQuerySet["DestructionOrder"].as_manager()

    class Meta:
        db_table = "custody_order"

    def __str__(self) -> str:
        return self.number


class Hold(models.Model):
    """A reason not to destroy named exhibits, in force until it is lifted."""

    id = models.UUIDField(primary_key=True)
    seizure = models.ForeignKey(Seizure, on_delete=models.PROTECT, related_name="holds")
    exhibits = ArrayField(models.UUIDField())
    placed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="holds_placed")
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = LawQuerySet["Hold"].as_manager()

    class Meta:
        db_table = "custody_hold"
