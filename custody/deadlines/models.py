"""Tables of policies, clocks and flags. Clocks are made by the fold; stored limits exist so that a sweep finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.deadlines import content as rulebook
from custody.deadlines import policies
from custody.deadlines.rules import Level, Standing
from custody.kit import clock
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.people.models import Officer
from custody.seizures.models import Exhibit


class Policy(Adopted):
    """One version of a policy, adopted once under ``CODE/NUMBER`` and never changed."""

    subject_type = "policy"

    key = models.CharField(primary_key=True, max_length=48)
    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    effective_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        db_table = "custody_policy"
        verbose_name_plural = "policies"
        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="policy_version_once"),
            # which policy was in force at a moment has one answer
            models.UniqueConstraint(fields=["effective_at"], name="policy_one_at_a_time"),
        )

    def __str__(self) -> str:
        return self.key

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "code": content["code"],
            "number": content["number"],
            "effective_at": clock.from_text(str(content["effective_at"])),
            "content": {name: content[name] for name in ("code", "effective_at", "clocks")},
        }

    @property
    def rules(self) -> policies.Policy:
        """The policy as the rules read it."""
        return rulebook.parse(self.content, version=self.number)


def _choices(values: type[Level | Standing]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Clock(models.Model):
    """One clock of one exhibit. See :class:`custody.deadlines.rules.ClockState`.

    ``level`` is the highest level flagged, ``next_at`` when the next one falls; None if none will.
    """

    id = models.UUIDField(primary_key=True)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="clocks")
    name = models.CharField(max_length=24)
    policy_code = models.CharField(max_length=40)
    policy_version = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    started_by = models.UUIDField()
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    #: When it was paused and resumed, in turn.
    pauses = ArrayField(models.DateTimeField(), default=list)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.UUIDField(null=True)
    standing = models.CharField(max_length=8, choices=_choices(Standing), default=Standing.OWN)
    borrowed = models.BooleanField(default=False)
    level = models.CharField(max_length=10, choices=_choices(Level), default="", blank=True)
    next_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "custody_clock"
        indexes = (
            # the sweep: what has fallen due, whatever the number of clocks that ever ran
            models.Index(
                fields=["next_at"],
                name="clock_next",
                condition=Q(next_at__isnull=False, set_aside_at__isnull=True),
            ),
            # the health page: what the sweep could not flag
            models.Index(
                fields=["set_aside_at"],
                name="clock_set_aside",
                condition=Q(set_aside_at__isnull=False),
            ),
        )
        constraints = (
            # an exhibit has one clock of a name running
            models.UniqueConstraint(
                fields=["exhibit", "name"],
                condition=Q(stopped_at__isnull=True),
                name="clock_runs_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class FlagCause(models.TextChoices):
    LIMIT = "limit", "limit"
    DISCREPANCY = "discrepancy", "discrepancy"
    PROPOSAL = "proposal", "proposal"


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, actor: Officer) -> FlagQuerySet:
        """Flags on exhibits that the actor may see."""
        return self.filter(exhibit__in=Exhibit.objects.visible_to(actor).values("pk"))

    def open(self) -> FlagQuerySet:
        """Flags that still ask for something."""
        return self.filter(resolved_at__isnull=True, annulled_at__isnull=True)


class Flag(models.Model):
    """Something that a supervisor has to see: a limit passed, a discrepancy, a proposal that came to nothing.

    Its references bear no database constraint: checking one would take a lock on the exhibit, for which an
    act that waits for the clock would have to wait in turn.
    """

    id = models.UUIDField(primary_key=True)
    exhibit = models.ForeignKey(
        Exhibit, on_delete=models.PROTECT, related_name="flags", db_constraint=False
    )
    clock = models.ForeignKey(
        Clock,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="flags",
        db_constraint=False,
        db_index=False,
    )
    clock_name = models.CharField(max_length=24, null=True)
    cause = models.CharField(max_length=12, choices=FlagCause)
    level = models.CharField(max_length=10, choices=_choices(Level))
    source = models.UUIDField(null=True)
    fell_due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        Officer,
        on_delete=models.PROTECT,
        null=True,
        related_name="flags_acknowledged",
        db_index=False,
    )
    resolved_at = models.DateTimeField(null=True)
    annulled_at = models.DateTimeField(null=True)
    late_seconds = models.PositiveBigIntegerField(null=True)
    head = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    objects = FlagQuerySet.as_manager()

    class Meta:
        db_table = "custody_flag"
        indexes = (
            # what is open, by age
            models.Index(
                fields=["fell_due_at"],
                name="flag_open",
                condition=Q(resolved_at__isnull=True, annulled_at__isnull=True),
            ),
            # the list, newest first
            models.Index(fields=["-fell_due_at", "id"], name="flag_newest"),
            # the flags of a clock when it stops
            models.Index(fields=["clock"], name="flag_clock", condition=Q(clock__isnull=False)),
        )
        constraints = (
            # two sweeps never raise the same twice
            models.UniqueConstraint(
                fields=["clock", "level"],
                condition=Q(resolved_at__isnull=True, annulled_at__isnull=True),
                name="flag_once_a_level",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cause} {self.level} {self.id}"


class Sweeper(models.TextChoices):
    #: The loop that sleeps until the next limit.
    WATCH = "watch", "watch"
    #: The job on a schedule, the net below it.
    BEAT = "beat", "beat"


class SweepRun(models.Model):
    """When each of the sweepers last ended a sweep: its silence must be seen."""

    sweeper = models.CharField(primary_key=True, max_length=5, choices=Sweeper)
    ended_at = models.DateTimeField()
    flagged = models.PositiveIntegerField()

    class Meta:
        db_table = "custody_sweep_run"
