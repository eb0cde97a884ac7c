"""Rows of seizures, exhibits and seals. All of them are made by the fold and can be rebuilt from events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from custody.kit import clock
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.people.models import Officer
from custody.seizures import mass_rules
from custody.seizures.lifecycle import ENDED, AssayState, Form, Lane, Stage


def _choices(values: type[AssayState | Form | Lane | Stage]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class MassRules(Adopted):
    """What is expected of masses from a moment on, adopted once and never changed. See :mod:`.mass_rules`."""

    subject_type = "mass_rules"

    key = models.CharField(primary_key=True, max_length=40)
    # which rules were in force at a moment has one answer
    effective_at = models.DateTimeField(unique=True)
    content = models.JSONField()

    class Meta:
        db_table = "custody_mass_rules"
        verbose_name_plural = "mass rules"

    def __str__(self) -> str:
        return self.key

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "effective_at": clock.from_text(str(content["effective_at"])),
            "content": dict(content),
        }

    @property
    def rules(self) -> mass_rules.MassRules:
        """The rules as comparisons read them."""
        return mass_rules.parse(self.content)


class SeizureQuerySet(models.QuerySet["Seizure"]):
    def visible_to(self, actor: Officer) -> SeizureQuerySet:
        """Seizures that concern the actor's unit, or agency for those who oversee it, and assigned cases."""
        reach = Q(seen_by__overlap=actor.scopes)
        return self.filter(reach | Q(pk__in=actor.cases) if actor.cases else reach)

    def whole_visible_to(self, actor: Officer) -> SeizureQuerySet:
        """Those that concern the actor as a whole: one unit of a seizure is no reason to know the others."""
        reach = Q(concerned__overlap=actor.scopes)
        return self.filter(reach | Q(pk__in=actor.cases) if actor.cases else reach)


class Seizure(models.Model):
    """One catch, under both its case numbers."""

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=32, unique=True)
    customs_report = models.CharField(max_length=40, unique=True)
    prosecutor_notice = models.CharField(max_length=40, null=True)
    container_number = models.CharField(max_length=11, null=True)
    vessel_imo = models.CharField(max_length=7, null=True)
    location = models.CharField(max_length=5)
    opened_at = models.DateTimeField()
    investigation_opened_on = models.CharField(max_length=10, null=True)
    investigation_closed_on = models.CharField(max_length=10, null=True)
    owner_known = models.BooleanField(default=False, db_default=False)
    owner_notified_on = models.CharField(max_length=10, null=True)
    owner_until = models.CharField(max_length=10, null=True)
    documents = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    concerned = ArrayField(models.CharField(max_length=48))
    #: whom it or an exhibit of it concerns: kept by the database (sql/seen_by_v1.sql)
    seen_by = ArrayField(models.CharField(max_length=48), default=list, editable=False)
    last_at = models.DateTimeField()
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = SeizureQuerySet.as_manager()

    class Meta:
        db_table = "custody_seizure"
        indexes = (
            # visible_to
            GinIndex(fields=["seen_by"], name="seizure_seen_by"),
            # who may see a document: the cases that name it
            GinIndex(fields=["documents"], name="seizure_documents"),
            # newest first, in lists
            models.Index(fields=["-opened_at", "id"], name="seizure_newest"),
            # the search, which asks in either case
            *(
                models.Index(Upper(name), name=f"seizure_upper_{name}"[:30])
                for name in ("reference", "customs_report", "prosecutor_notice", "container_number")
            ),
        )

    def __str__(self) -> str:
        return self.reference


class ExhibitQuerySet(models.QuerySet["Exhibit"]):
    def visible_to(self, actor: Officer) -> ExhibitQuerySet:
        """Exhibits that concern the actor, by themselves, through a container that they are in, or by their case."""
        reach = Q(seen_by__overlap=actor.scopes)
        return self.filter(reach | Q(seizure__in=actor.cases) if actor.cases else reach)

    def handling_units_visible_to(self, actor: Officer) -> ExhibitQuerySet:
        """The same for exhibits in no container."""
        return self.visible_to(actor).filter(within__isnull=True)

    def live(self) -> ExhibitQuerySet:
        return self.exclude(stage__in=[stage.value for stage in ENDED])


class Exhibit(models.Model):
    """One uniquely labelled physical unit: block, bag, barrel, pallet, sample. See :class:`ExhibitState`."""

    id = models.UUIDField(primary_key=True)
    label = models.CharField(max_length=16, unique=True)
    seizure = models.ForeignKey(Seizure, on_delete=models.PROTECT, related_name="exhibits")
    form = models.CharField(max_length=16, choices=_choices(Form))
    substance = models.CharField(max_length=40)
    lane = models.CharField(max_length=10, choices=_choices(Lane))
    stage = models.CharField(max_length=16, choices=_choices(Stage))
    intercepted_at = models.DateTimeField()
    place = models.ForeignKey(
        "custody.Place", on_delete=models.PROTECT, null=True, related_name="exhibits"
    )
    custodian = models.ForeignKey(
        "custody.Officer", on_delete=models.PROTECT, related_name="in_custody"
    )
    custodian_unit = models.CharField(max_length=48)
    destination = models.ForeignKey(
        "custody.Place", on_delete=models.PROTECT, null=True, related_name="expected"
    )
    within = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="contents")
    made_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="made_into"
    )
    gross_grams = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    tare_grams = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    net_grams = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    readability_grams = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    anchor_grams = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    anchor_readability_grams = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    neutralised_at = models.DateTimeField(null=True)
    run = models.UUIDField(null=True)
    assay = models.CharField(
        max_length=12,
        choices=_choices(AssayState),
        default=AssayState.NONE.value,
        db_default=AssayState.NONE.value,
    )
    samples = ArrayField(models.UUIDField(), default=list)
    samplers = ArrayField(models.CharField(max_length=24), default=list)
    holds = ArrayField(models.UUIDField(), default=list)
    orders = ArrayField(models.UUIDField(), default=list)
    order_refused = models.BooleanField(default=False, db_default=False)
    photographs = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    road_photographs = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    shown_by = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    concerned = ArrayField(models.CharField(max_length=48))
    #: whom it or a container around it concerns: kept by the database (sql/seen_by_v1.sql)
    seen_by = ArrayField(models.CharField(max_length=48), default=list, editable=False)
    disputed = models.BooleanField(default=False)
    last_at = models.DateTimeField()
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = ExhibitQuerySet.as_manager()

    class Meta:
        db_table = "custody_exhibit"
        indexes = (
            # visible_to
            GinIndex(fields=["seen_by"], name="exhibit_seen_by"),
            # who may see a photograph: the units that name it
            GinIndex(fields=["photographs", "road_photographs"], name="exhibit_photographs"),
            # the board: live handling units by stage
            models.Index(
                fields=["stage", "intercepted_at"],
                name="exhibit_board",
                condition=Q(within__isnull=True) & ~Q(stage__in=sorted(s.value for s in ENDED)),
            ),
        )
        constraints = (
            models.CheckConstraint(name="exhibit_not_within_itself", condition=~Q(within=F("id"))),
            models.CheckConstraint(
                name="exhibit_masses_not_negative",
                condition=(Q(gross_grams__isnull=True) | Q(gross_grams__gte=0))
                & (Q(tare_grams__isnull=True) | Q(tare_grams__gte=0))
                & (Q(net_grams__isnull=True) | Q(net_grams__gte=0)),
            ),
        )

    def __str__(self) -> str:
        return self.label


class SealClass(models.TextChoices):
    """ISO 17712."""

    INDICATIVE = "I", "indicative"
    SECURITY = "S", "security"
    HIGH_SECURITY = "H", "high security"


class Seal(models.Model):
    """A seal's own life: applied once, to one exhibit, then broken or replaced; never used again."""

    number = models.CharField(primary_key=True, max_length=32)
    seal_class = models.CharField(max_length=1, choices=SealClass)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="seals")
    applied_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    replaced_by = models.CharField(max_length=32, null=True)

    class Meta:
        db_table = "custody_seal"
        # the search, which asks in either case
        indexes = (models.Index(Upper("number"), name="seal_upper_number"),)
        constraints = (
            models.CheckConstraint(
                name="seal_replaced_is_ended",
                condition=Q(replaced_by__isnull=True) | Q(ended_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number


class Origin(models.Model):
    """Where an exhibit comes from that another system recorded: a row of a source is taken over once."""

    exhibit = models.OneToOneField(
        Exhibit, on_delete=models.PROTECT, primary_key=True, related_name="origin"
    )
    source = models.CharField(max_length=40)
    reference = models.CharField(max_length=64)
    #: SHA-256 of all that the row said.
    fingerprint = models.CharField(max_length=64)

    class Meta:
        db_table = "custody_origin"
        constraints = (
            # the same row twice; and the look-up of a file's rows
            models.UniqueConstraint(fields=["source", "reference"], name="origin_once"),
        )
