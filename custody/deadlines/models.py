"""Policies, clocks, flags, and when the last sweep ran."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from custody.deadlines import policy as policies
from custody.deadlines.rules import Level
from custody.kit import clock
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.people.models import Officer
from custody.seizures.models import Exhibit

_LEVELS = [(level.value, level.value) for level in Level]


class Policy(Adopted):
    """One version of a policy, adopted once under ``name/version`` and never changed."""

    subject_type = "policy"

    code = models.CharField(primary_key=True, max_length=48)
    effective_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        db_table = "custody_policy"
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "effective_at": clock.from_text(str(content["effective_at"])),
            "content": dict(content),
        }

    @property
    def rules(self) -> policies.Policy:
        """What it says."""
        return policies.parse(self.code, self.content)


class Clock(models.Model):
    """One clock of one exhibit; see ``rules.ClockState``. ``level`` and ``next_at`` only help the sweep."""

    id = models.UUIDField(primary_key=True)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="clocks")
    name = models.CharField(max_length=24)
    policy = models.CharField(max_length=48)
    started_at = models.DateTimeField()
    started_by = models.UUIDField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalate_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.UUIDField(null=True)
    level = models.CharField(max_length=10, choices=_LEVELS, blank=True, default="")
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "custody_clock"
        indexes = (
            # the sweep: what next needs a flag
            models.Index(fields=["next_at"], name="clock_next", condition=Q(next_at__isnull=False)),
        )
        constraints = (
            # an exhibit has one clock of a name running at a time
            models.UniqueConstraint(
                fields=["exhibit", "name"],
                name="clock_runs_once",
                condition=Q(stopped_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.name


class FlagCause(models.TextChoices):
    LIMIT = "limit"
    DISCREPANCY = "discrepancy"
    PROPOSAL = "proposal"


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, actor: Officer) -> FlagQuerySet:
        """Flags on exhibits that the actor may see."""
        return self.filter(exhibit__in=Exhibit.objects.visible_to(actor))

    def open(self) -> FlagQuerySet:
        return self.filter(resolved_at__isnull=True, annulled_at__isnull=True)


class Flag(models.Model):
    """Something that a supervisor has to see: a limit passed, a discrepancy, a proposal that came to nothing.

    Its time is when it fell due, not when it was noticed.
    """

    id = models.UUIDField(primary_key=True)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="flags")
    clock = models.UUIDField(null=True)
    clock_name = models.CharField(max_length=24)
    cause = models.CharField(max_length=12, choices=FlagCause)
    level = models.CharField(max_length=10, choices=_LEVELS)
    fell_due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    source = models.UUIDField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=24)
    resolved_at = models.DateTimeField(null=True)
    late_seconds = models.BigIntegerField(null=True)
    annulled_at = models.DateTimeField(null=True)
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = FlagQuerySet.as_manager()

    class Meta:
        db_table = "custody_flag"
        indexes = (
            # what is open, oldest first: boards and lists
            models.Index(
                fields=["fell_due_at"],
                name="flag_open",
                condition=Q(resolved_at__isnull=True, annulled_at__isnull=True),
            ),
        )
        constraints = (
            # a level of a clock is flagged once, however many sweeps run
            models.UniqueConstraint(
                fields=["clock", "level"],
                name="flag_once",
                condition=Q(
                    clock__isnull=False, resolved_at__isnull=True, annulled_at__isnull=True
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.cause} {self.level}"


class SweepRun(models.Model):
    """The last sweep that came to its end; one row, for the health page."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    finished_at = models.DateTimeField()
    raised = models.PositiveIntegerField()
    set_aside = models.PositiveIntegerField()

    class Meta:
        db_table = "custody_sweep_run"
