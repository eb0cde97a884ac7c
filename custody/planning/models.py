"""Plans as they are asked for, made and accepted. A plan is a proposal, and no custody data: nothing follows from its row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from custody.people.models import Officer
from custody.people.rights import Right


class State(models.TextChoices):
    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "done"
    STOPPED = "stopped", "stopped"
    FAILED = "failed", "failed"
    ACCEPTED = "accepted", "accepted"


#: What the document of a question says it is, which is there from the beginning; any other is a plan's.
WHAT_IF = "what-if/1"
#: States in which a job has it, or will.
UNDER_WAY = (State.WAITING, State.RUNNING)
#: States in which it can be accepted.
READY = (State.DONE, State.STOPPED)


class SessionPlanQuerySet(models.QuerySet["SessionPlan"]):
    def visible_to(self, actor: Officer) -> SessionPlanQuerySet:
        """One's own, while one oversees: a plan names what its asker may see, and nobody else sees just that."""
        if Right.OVERSEE not in actor.rights:
            return self.none()
        return self.filter(asked_by=actor)

    def plans(self) -> SessionPlanQuerySet:
        """Plans of sessions."""
        return self.filter(Q(proposal__isnull=True) | ~Q(proposal__format=WHAT_IF))

    def what_ifs(self) -> SessionPlanQuerySet:
        """Days to come, as they might be."""
        return self.filter(proposal__format=WHAT_IF)


class SessionPlan(models.Model):
    """What was asked of the planner, how far the job is, and what came of it: a plan, or an answer to what if."""

    id = models.UUIDField(primary_key=True)
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    #: from when on, and for how many days
    as_of = models.DateTimeField()
    days = models.PositiveIntegerField()
    #: how long the planner may look
    seconds = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    stop_asked = models.BooleanField(default=False)
    #: when the job was last heard of: one that fell silent is begun anew
    heard_at = models.DateTimeField(null=True)
    #: step, rounds, cost and bound so far; of a question, how many days of how many are thought through
    progress = models.JSONField(default=dict)
    #: the proposal, from the first that can be used on; of a question, what is asked and then what comes of it
    proposal = models.JSONField(null=True)
    accepted_at = models.DateTimeField(null=True)

    objects = SessionPlanQuerySet.as_manager()

    class Meta:
        db_table = "custody_session_plan"
        indexes = (
            # what waits for a job
            models.Index(
                fields=["asked_at"],
                name="session_plan_under_way",
                condition=Q(state__in=[State.WAITING, State.RUNNING]),
            ),
            # one's own, the newest first
            models.Index(fields=["asked_by", "-asked_at"], name="session_plan_newest"),
        )
        constraints = (
            # what was accepted says when
            models.CheckConstraint(
                name="session_plan_accepted_at",
                condition=Q(state="accepted", accepted_at__isnull=False)
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
