"""Rows of the read log, and what it makes people look at. Nothing in the log is changed or removed: triggers see to it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from custody.people.models import Officer
from custody.people.rights import Right


class Action(models.TextChoices):
    """What article 25 of directive (EU) 2016/680 wants told apart."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"


class ReadQuerySet(models.QuerySet["Read"]):
    def visible_to(self, actor: Officer) -> ReadQuerySet:
        """For who reviews reading: what the officers of their own agency read. For the others: nothing."""
        if Right.REVIEW not in actor.rights:
            return self.none()
        return self.filter(agency=actor.unit.agency_id)


class Read(models.Model):
    """One request that showed custody data, in a partition of its month.

    The badge stands as text: a row of the log needs nothing else to be read in ten years.
    """

    pk = models.CompositePrimaryKey("read_at", "id")
    id = models.UUIDField()
    read_at = models.DateTimeField(db_default=Now())
    badge = models.CharField(max_length=24)
    unit = models.CharField(max_length=48)
    agency = models.CharField(max_length=24)
    action = models.CharField(max_length=12, choices=Action)
    route = models.CharField(max_length=120)
    #: The weakest relation of the reader to any of the things shown.
    relation = models.CharField(max_length=8)
    purpose = models.CharField(max_length=16, null=True)
    objects_shown = ArrayField(models.UUIDField())
    #: Who gets it, of what leaves the house: the system that asked, and whom it asked for.
    recipients = models.CharField(max_length=420, null=True)

    objects = ReadQuerySet.as_manager()

    class Meta:
        db_table = "custody_read"
        managed = False  # partitioned: the migration makes it in SQL
        ordering = ("-read_at",)


class AlertKind(models.TextChoices):
    OFF_HOURS = "off_hours", "at night, of what is not in the reader's hands"
    BULK = "bulk", "very much at once"
    NOT_MY_CASE = "not_my_case", "without a case, a duty or a purpose"
    CANARY = "canary", "of what nobody has a reason to open"
    BROKEN_GLASS = "broken_glass", "the glass was broken"


class AlertQuerySet(models.QuerySet["ReadAlert"]):
    def visible_to(self, actor: Officer) -> AlertQuerySet:
        """Those about officers of the own agency, for who reviews reading; one's own excepted."""
        if Right.REVIEW not in actor.rights:
            return self.none()
        return self.filter(agency=actor.unit.agency_id).exclude(badge=actor.badge)


class ReadAlert(models.Model):
    """Something about reading that a reviewer has to look at, once."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12, choices=AlertKind)
    badge = models.CharField(max_length=24)
    agency = models.CharField(max_length=24)
    #: The read, or the stated purpose, that it is about.
    source = models.UUIDField()
    happened_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=400, null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        db_table = "custody_read_alert"
        indexes = (
            # what waits for a reviewer
            models.Index(
                fields=["agency", "raised_at"],
                name="read_alert_open",
                condition=Q(reviewed_at__isnull=True),
            ),
        )
        constraints = (
            # digesting a minute again raises nothing twice
            models.UniqueConstraint(fields=["kind", "source"], name="read_alert_once"),
            models.CheckConstraint(
                name="read_alert_reviewed_whole",
                condition=Q(
                    reviewed_at__isnull=True, reviewed_by__isnull=True, finding__isnull=True
                )
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False, finding__isnull=False),
            ),
        )


class Canary(models.Model):
    """A seizure or exhibit that nobody has a reason to open; known to who watches over reading alone."""

    object_id = models.UUIDField(primary_key=True)
    set_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        db_table = "custody_canary"


class DigestedMinute(models.Model):
    """A minute of the read log whose digest is in the ledger, by its name: ``2026-11-24T15:25Z``."""

    minute = models.CharField(primary_key=True, max_length=20)
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    head = models.CharField(max_length=64)

    class Meta:
        db_table = "custody_read_digest"
