"""Agencies, units and officers: adopted by event, so that it is on record who could do what when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from custody.kit import clock
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json, Person
from custody.people.rights import (
    BLIND,
    READS,
    Relation,
    Right,
    RightMissing,
    Role,
    Shown,
    rights_of,
    roles_with,
)


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


class OfficerQuerySet(models.QuerySet["Officer"]):
    def visible_to(self, actor: Officer) -> OfficerQuerySet:
        """Those of the own agency; of the others those whom one may have to name: who give, take or witness."""
        own = Q(unit__agency=actor.unit.agency_id)
        if actor.rights <= BLIND:
            return self.filter(own)
        named = {*roles_with(Right.TRANSFER), *roles_with(Right.WITNESS)}
        return self.filter(own | Q(roles__overlap=sorted(named)))


class OfficerManager(BaseUserManager["Officer"]):
    """Officers by badge; they enter by :func:`custody.people.services.enrol` alone."""

    def get_queryset(self) -> OfficerQuerySet:
        return OfficerQuerySet(self.model, using=self._db).select_related("unit")

    def visible_to(self, actor: Officer) -> OfficerQuerySet:
        return self.get_queryset().visible_to(actor)


class Officer(Adopted, AbstractBaseUser):
    """A person who acts, known by badge; the name is committed to, not recorded."""

    subject_type = "officer"
    USERNAME_FIELD = "badge"

    badge = models.CharField(primary_key=True, max_length=24)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="officers")
    roles = ArrayField(models.CharField(max_length=16, choices=[(r, r) for r in Role]))
    name_commitment = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    #: Until then a password that an administrator gave may be used, to set another; null once the officer chose one.
    password_until = models.DateTimeField(null=True)

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
    def assignments(self) -> list[Assignment]:
        """What is assigned to the officer now, and who else is on duty for the own unit."""
        return list(
            Assignment.objects.in_force(clock.now()).filter(
                Q(officer=self) | Q(kind=AssignmentKind.DUTY, unit=self.unit_id)
            )
        )

    def _own(self, kind: AssignmentKind) -> list[Assignment]:
        return [
            one for one in self.assignments if one.kind == kind and one.officer_id == self.badge
        ]

    @cached_property
    def all_roles(self) -> frozenset[Role]:
        """The roles held, and those that somebody has delegated for now."""
        delegated = [role for one in self._own(AssignmentKind.DELEGATION) for role in one.roles]
        return frozenset(Role(role) for role in [*self.roles, *delegated])

    @cached_property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.all_roles)

    @property
    def person(self) -> Person:
        """The officer as events name them."""
        return Person(badge=self.badge, unit=self.unit_id, agency=self.unit.agency_id)

    @cached_property
    def on_duty_for(self) -> frozenset[str]:
        """The units that the officer is on duty for: the own one too, unless it keeps a roster without them."""
        own = {str(one.unit_id) for one in self._own(AssignmentKind.DUTY)}
        kept = any(one.unit_id == self.unit_id for one in self.assignments)
        return frozenset(own if kept else own | {self.unit_id})

    @cached_property
    def cases(self) -> list[UUID]:
        """The seizures assigned to the officer."""
        if self.rights <= BLIND:
            return []
        return [one.case for one in self._own(AssignmentKind.CASE) if one.case]

    @cached_property
    def purposes(self) -> dict[UUID, str]:
        """The purposes stated for now, by case."""
        return {one.case: str(one.purpose) for one in self._own(AssignmentKind.PURPOSE) if one.case}

    @cached_property
    def scopes(self) -> list[str]:
        """The codes through which this officer may see: the own unit and those on duty for; for overseers
        the whole agency.

        Who only adopts reference data, counts, or looks after the read log sees no custody.
        """
        if self.rights <= BLIND:
            return []
        return sorted(
            {self.unit_id, *self.on_duty_for}
            | ({self.unit.agency_id} if Right.OVERSEE in self.rights else set())
        )

    def shown(self, relation: Relation) -> Shown:
        """How much is shown to the officer of a thing in this relation, before any purpose is stated."""
        levels = {READS[role][relation] for role in self.all_roles}
        return next((one for one in Shown if one in levels), Shown.NOTHING)

    def require(self, right: Right) -> None:
        """Pass if the officer holds the right.

        Raises:
            RightMissing: they do not.
        """
        if right not in self.rights:
            raise RightMissing(badge=self.badge, right=right, holders=", ".join(roles_with(right)))


class AssignmentKind(models.TextChoices):
    CASE = "case"
    DUTY = "duty"
    DELEGATION = "delegation"
    PURPOSE = "purpose"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_force(self, at: datetime) -> AssignmentQuerySet:
        """Those that hold at a time."""
        return self.filter(since__lte=at, until__gt=at)

    def visible_to(self, actor: Officer) -> AssignmentQuerySet:
        """One's own; for who assigns or reviews, those of the whole agency."""
        if actor.rights & {Right.ASSIGN, Right.OVERSEE, Right.REVIEW}:
            return self.filter(officer__unit__agency=actor.unit.agency_id)
        return self.filter(officer=actor)


class Assignment(Adopted):
    """What somebody is there for, from and until: a case, the duty of a unit, the roles of a colleague, or the
    purpose for which they read a case."""

    subject_type = "assignment"

    code = models.CharField(primary_key=True, max_length=36)
    kind = models.CharField(max_length=10, choices=AssignmentKind)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    case = models.UUIDField(null=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    stands_for = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="+")
    roles = ArrayField(models.CharField(max_length=16), default=list)
    purpose = models.CharField(max_length=16, null=True)
    glass_broken = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        db_table = "custody_assignment"
        indexes = (
            # with every request: what is assigned to who asks
            models.Index(fields=["officer", "until"], name="assignment_officer"),
            # and who is on duty for their unit
            models.Index(
                fields=["unit", "until"], name="assignment_duty", condition=Q(unit__isnull=False)
            ),
        )
        constraints = (
            # a case needs a seizure, duty a unit, a delegation somebody and their roles
            models.CheckConstraint(
                name="assignment_whole",
                condition=Q(kind="case", case__isnull=False)
                | Q(kind="duty", unit__isnull=False)
                | Q(kind="purpose", case__isnull=False, purpose__isnull=False)
                | Q(kind="delegation", stands_for__isnull=False, roles__len__gt=0),
            ),
            models.CheckConstraint(
                name="assignment_not_to_oneself",
                condition=Q(stands_for__isnull=True) | ~Q(stands_for=F("officer")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        case = content["case"]
        roles = content["roles"]
        assert isinstance(roles, list)
        return {
            "kind": content["kind"],
            "officer_id": content["officer"],
            "case": case and UUID(str(case)),
            "unit_id": content["unit"],
            "stands_for_id": content["stands_for"],
            "roles": roles,
            "purpose": content["purpose"],
            "glass_broken": content["glass_broken"],
            "since": clock.from_text(str(content["since"])),
            "until": clock.from_text(str(content["until"])),
        }
