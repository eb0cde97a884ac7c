"""Agencies, units and officers: adopted by event, so that it is on record who could do what when."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from custody.ledger.adoption import Adopted
from custody.ledger.events import Json, Person
from custody.people.rights import Right, RightMissing, Role, rights_of, roles_with


class AgencyKind(models.TextChoices):
    CUSTOMS = "customs"
    POLICE = "police"
    PROSECUTION = "prosecution"
    LABORATORY = "laboratory"
    CARRIER = "carrier"
    PLANT = "plant"


class Agency(Adopted):
    """An organisation that takes part in custody."""

    subject_type = "agency"

    code = models.CharField(primary_key=True, max_length=24)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=AgencyKind)

    class Meta:
        db_table = "custody_agency"
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {"name": content["name"], "kind": content["kind"]}


class Unit(Adopted):
    """A part of an agency whose officers share custody; its code is ``AGENCY/UNIT``."""

    subject_type = "unit"

    code = models.CharField(primary_key=True, max_length=48)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(max_length=120)

    class Meta:
        db_table = "custody_unit"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {"agency_id": content["agency"], "name": content["name"]}


def agency_of(unit: str) -> str:
    """The code of the agency that a unit's code begins with."""
    return unit.partition("/")[0]


class OfficerManager(BaseUserManager["Officer"]):
    """Officers by badge; they enter by :func:`custody.people.services.enrol` alone."""

    def get_queryset(self) -> models.QuerySet[Officer]:
        return super().get_queryset().select_related("unit")


class Officer(Adopted, AbstractBaseUser):
    """A person who acts, known by badge; the name is committed to, not recorded."""

    subject_type = "officer"
    USERNAME_FIELD = "badge"

    badge = models.CharField(primary_key=True, max_length=24)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="officers")
    roles = ArrayField(models.CharField(max_length=16, choices=[(r, r) for r in Role]))
    name_commitment = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[OfficerManager] = OfficerManager()

    class Meta:
        db_table = "custody_officer"

    def __str__(self) -> str:
        return self.badge

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        name = content["name"]
        assert isinstance(name, Mapping)
        return {
            "unit_id": content["unit"],
            "roles": content["roles"],
            "name_commitment": name["commitment"],
            "is_active": content["active"],
        }

    @cached_property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.roles)

    @property
    def person(self) -> Person:
        """The officer as events name them."""
        return Person(badge=self.badge, unit=self.unit_id, agency=self.unit.agency_id)

    @property
    def scopes(self) -> list[str]:
        """The codes through which this officer may see: the own unit; for overseers the whole agency.

        Who only adopts reference data sees no custody.
        """
        if self.rights <= {Right.ADOPT}:
            return []
        return [self.unit_id, *([self.unit.agency_id] if Right.OVERSEE in self.rights else [])]

    def require(self, right: Right) -> None:
        """Pass if the officer holds the right.

        Raises:
            RightMissing: they do not.
        """
        if right not in self.rights:
            raise RightMissing(badge=self.badge, right=right, holders=", ".join(roles_with(right)))
