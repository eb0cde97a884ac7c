"""Rows of permits, crews and vehicles, made from their adoption, and of sessions, made by the fold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from custody.burning.caps import Cap
from custody.burning.content import caps_of
from custody.burning.hours import Hours, local_day, parse_hours
from custody.burning.projection import ASKED, CANCELLED, CONFIRMED, MISSED, STATES
from custody.kit import clock
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.people.models import Officer, Unit
from custody.people.rights import BLIND, Right
from custody.places.models import Place

#: States of a session that may yet burn something.
LIVE = (ASKED, CONFIRMED)
#: Who books has to know plants, crews and vehicles; to anybody else that knowledge is something to sell.
_PLANNERS = frozenset({Right.BOOK, Right.OVERSEE})

_PERMIT_AS_TOLD = (
    "caps",
    "sessions_per_week",
    "opening_hours",
    "minimum_temperature_celsius",
    "requisitionable",
    "source",
    "confirmed",
)


def _date(told: Json) -> date | None:
    return None if told is None else date.fromisoformat(str(told))


def _days(row: Permit | Crew) -> dict[str, str | None]:
    until = row.valid_until
    return {
        "valid_from": row.valid_from.isoformat(),
        "valid_until": until.isoformat() if until else None,
    }


class PermitQuerySet(models.QuerySet["Permit"]):
    def visible_to(self, actor: Officer) -> PermitQuerySet:
        """All to who books or oversees; of the own agency to anybody else who sees custody at all."""
        if actor.rights <= BLIND:
            return self.none()
        if actor.rights & _PLANNERS:
            return self.all()
        return self.filter(plant__unit__agency=actor.unit.agency_id)

    def in_force(self, first: date, last: date) -> PermitQuerySet:
        """Those that hold on all days from one to another."""
        until = Q(valid_until__isnull=True) | Q(valid_until__gte=last)
        return self.filter(until, valid_from__lte=first)


class Permit(Adopted):
    """What a plant may burn, when and how hot: a dated paper, whose last version counts."""

    subject_type = "permit"

    code = models.CharField(primary_key=True, max_length=40)
    plant = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="permits")
    valid_from = models.DateField()
    #: the last day on which it holds; null: until further notice
    valid_until = models.DateField(null=True)
    #: each: substance, form (null for any), grams a session; one of them is for everything
    caps = models.JSONField()
    sessions_per_week = models.PositiveIntegerField()
    #: day of the week to from and to, by the clock on the wall in Brussels
    opening_hours = models.JSONField()
    minimum_temperature_celsius = models.PositiveIntegerField()
    #: whether it can be requisitioned in an emergency
    requisitionable = models.BooleanField()
    source = models.CharField(max_length=400)
    #: whether the permit holder has confirmed these figures
    confirmed = models.BooleanField()

    objects = PermitQuerySet.as_manager()

    class Meta:
        db_table = "custody_permit"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            **{name: content[name] for name in _PERMIT_AS_TOLD},
            "plant_id": content["plant"],
            "valid_from": _date(content["valid_from"]),
            "valid_until": _date(content["valid_until"]),
        }

    @property
    def content(self) -> dict[str, Any]:
        """What was adopted, as it can be adopted again."""
        told = {name: getattr(self, name) for name in _PERMIT_AS_TOLD}
        return {**told, "plant": self.plant_id, **_days(self)}

    @property
    def limits(self) -> tuple[Cap, ...]:
        """Its caps as the rules read them."""
        return caps_of(self.caps)

    @property
    def cap_grams(self) -> Decimal:
        """What a session may burn of everything together, in grams."""
        return next(cap.grams for cap in self.limits if cap.general)

    @property
    def hours(self) -> Hours:
        """Its opening hours as the rules read them."""
        return parse_hours(self.opening_hours)


class CrewQuerySet(models.QuerySet["Crew"]):
    def visible_to(self, actor: Officer) -> CrewQuerySet:
        """All to who books or oversees; of the own agency to anybody else who sees custody at all."""
        if actor.rights <= BLIND:
            return self.none()
        if actor.rights & _PLANNERS:
            return self.all()
        return self.filter(unit__agency=actor.unit.agency_id)


class Crew(Adopted):
    """People who drive drugs to a plant together, and when they can."""

    subject_type = "crew"

    code = models.CharField(primary_key=True, max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="crews")
    size = models.PositiveIntegerField()
    #: day of the week to from and to, by the clock on the wall in Brussels; what ends before it began, ends a day later
    hours = models.JSONField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    objects = CrewQuerySet.as_manager()

    class Meta:
        db_table = "custody_crew"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "unit_id": content["unit"],
            "size": content["size"],
            "hours": content["hours"],
            "valid_from": _date(content["valid_from"]),
            "valid_until": _date(content["valid_until"]),
        }

    @property
    def content(self) -> dict[str, Any]:
        """What was adopted, as it can be adopted again."""
        return {"unit": self.unit_id, "size": self.size, "hours": self.hours, **_days(self)}

    @property
    def windows(self) -> Hours:
        """When it can, as the rules read it."""
        return parse_hours(self.hours, nights=True)

    def available(self, start: datetime, end: datetime) -> bool:
        """Whether it can from one moment to another."""
        first, last = local_day(start), local_day(end)
        dated = self.valid_from <= first and (self.valid_until is None or last <= self.valid_until)
        return dated and self.windows.cover(start, end)


class VehicleCapacityQuerySet(models.QuerySet["VehicleCapacity"]):
    def visible_to(self, actor: Officer) -> VehicleCapacityQuerySet:
        """All to who books or oversees; of the vehicles of the own agency to anybody else who sees custody at all."""
        if actor.rights <= BLIND:
            return self.none()
        if actor.rights & _PLANNERS:
            return self.all()
        return self.filter(place__unit__agency=actor.unit.agency_id)


class VehicleCapacity(Adopted):
    """What a vehicle carries at most."""

    subject_type = "vehicle"

    place = models.OneToOneField(
        Place, on_delete=models.PROTECT, primary_key=True, related_name="capacity"
    )
    capacity_grams = models.DecimalField(max_digits=14, decimal_places=3)

    objects = VehicleCapacityQuerySet.as_manager()

    class Meta:
        db_table = "custody_vehicle_capacity"
        verbose_name_plural = "vehicle capacities"

    def __str__(self) -> str:
        return str(self.place_id)

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {"capacity_grams": Decimal(str(content["capacity_grams"]))}


def _offered() -> Q:
    """Booked by the plant, to come, and nothing ever in it: asked for, perhaps confirmed, and no third event. Who fetches
    what is to come into it, the plant may have put down already: that is not for others."""
    return Q(
        state__in=LIVE,
        ends_at__gt=clock.now(),
        asked_by__unit=F("plant__unit"),
        units=[],
        crew=None,
        vehicle=None,
        version__lte=2,
    )


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, actor: Officer) -> SessionQuerySet:
        """Those that concern the actor's unit, or agency for those who oversee it; to who plans also the slots that a
        plant offers and that nothing was ever in, so that they tell of nothing but a slot."""
        # an operator books too, but for the own plant alone
        if not actor.rights >= _PLANNERS:
            return self.concerning(actor)
        return self.filter(Q(concerned__overlap=actor.scopes) | _offered())

    def concerning(self, actor: Officer) -> SessionQuerySet:
        """Those that concern the actor's unit, or agency for those who oversee it."""
        return self.filter(concerned__overlap=actor.scopes)

    def live(self) -> SessionQuerySet:
        """Those that may yet burn something."""
        return self.filter(state__in=LIVE)

    def kept(self) -> SessionQuerySet:
        """All but those that came to nothing."""
        return self.exclude(state__in=(CANCELLED, MISSED))

    def during(self, start: datetime, end: datetime) -> SessionQuerySet:
        """Those that share time with this span."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Session(models.Model):
    """A booked slot at a plant, and what is planned into it, staged, loaded and burnt in it."""

    id = models.UUIDField(primary_key=True)
    plant = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="sessions")
    #: the permit that was in force when it was booked
    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    #: by that permit: of everything together; tighter caps stand there
    cap_grams = models.DecimalField(max_digits=14, decimal_places=3)
    state = models.CharField(max_length=12, choices=[(one, one) for one in STATES])
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    requisitioned = models.BooleanField()
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, null=True, related_name="sessions")
    vehicle = models.ForeignKey(
        VehicleCapacity, on_delete=models.PROTECT, null=True, related_name="sessions"
    )
    #: ids of the exhibits planned into it, and of those scanned in it: on arrival, before the kiln, at its mouth
    units = ArrayField(models.UUIDField())
    staged = ArrayField(models.UUIDField())
    loaded = ArrayField(models.UUIDField())
    burnt = ArrayField(models.UUIDField())
    #: SHA-256 of its temperature logs
    logs = ArrayField(models.CharField(max_length=64))
    concerned = ArrayField(models.CharField(max_length=48))
    last_at = models.DateTimeField()
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        db_table = "custody_session"
        constraints = (
            # a session takes time, and ends after it began
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="session_state_known"),
        )
        indexes = (
            # what a plant has at that time, before one more is booked; and lists, the next first
            models.Index(fields=["plant", "starts_at"], name="session_by_plant"),
            models.Index(fields=["starts_at", "id"], name="session_by_time"),
            # which live session claims this unit
            models.Index(fields=["state"], condition=Q(state__in=LIVE), name="session_live"),
        )

    def __str__(self) -> str:
        return str(self.id)

    def concerns(self, actor: Officer) -> bool:
        """Whether it concerns the actor: of what is only offered to them they plan, and do nothing else."""
        return not {*actor.scopes}.isdisjoint(self.concerned)
