"""Rows of profiles, destruction orders and holds, made by the fold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q

from custody.kit import clock
from custody.law import content as lawbook
from custody.law import profiles
from custody.law.profiles import Ground
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.people.models import Officer
from custody.seizures.models import Exhibit, Seizure

M = TypeVar("M", bound=models.Model)


class Profile(Adopted):
    """One version of a jurisdiction's profile, adopted once under ``CODE/NUMBER`` and never changed."""

    subject_type = "profile"

    key = models.CharField(primary_key=True, max_length=48)
    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    jurisdiction = models.CharField(max_length=6)
    effective_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        db_table = "custody_profile"
        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="profile_version_once"),
            # which profile was in force at a moment has one answer
            models.UniqueConstraint(fields=["effective_at"], name="profile_one_at_a_time"),
        )

    def __str__(self) -> str:
        return self.key

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "code": content["code"],
            "number": content["number"],
            "jurisdiction": content["jurisdiction"],
            "effective_at": clock.from_text(str(content["effective_at"])),
            "content": {
                name: content[name] for name in ("code", "jurisdiction", "effective_at", "deeds")
            },
        }

    @property
    def rules(self) -> profiles.Profile:
        """The profile as the gate reads it."""
        return lawbook.parse(self.content, version=self.number)


class LawQuerySet(models.QuerySet[M]):
    def visible_to(self, actor: Officer) -> LawQuerySet[M]:
        """Those about a seizure that concerns the actor as a whole, or that name an exhibit the actor may see."""
        seen = Exhibit.objects.visible_to(actor).filter(seizure=OuterRef("seizure"))
        reach = Q(seizure__concerned__overlap=actor.scopes) | Q(
            exhibits__overlap=ArraySubquery(seen.values("pk"))
        )
        return self.filter(reach | Q(seizure__in=actor.cases) if actor.cases else reach)


class DestructionOrder(models.Model):
    """A prosecutor's written and reasoned order to destroy named exhibits, and what it keeps of the seizure.

    ``retained`` are exhibits that it keeps, ``retained_grams`` the net mass of each substance.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    seizure = models.ForeignKey(Seizure, on_delete=models.PROTECT, related_name="orders")
    exhibits = ArrayField(models.UUIDField())
    given_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="orders_given")
    given_at = models.DateTimeField()
    judge_authorisation = models.CharField(max_length=40, null=True)
    ground = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in Ground], null=True
    )
    retained = ArrayField(models.UUIDField(), default=list, db_default=[])
    retained_grams = models.DecimalField(max_digits=14, decimal_places=3, null=True)
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
