"""What handling keeps beside the ledger: request keys, proposals with their confirmations, refusals."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from custody.people.models import Officer
from custody.seizures.models import Exhibit


class RequestKey(models.Model):
    """One accepted request of one principal: the same key again gets the same answer.

    ``act_id`` is the act's, or the batch's; then ``acts`` has those of its acts, in order.
    """

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    act_id = models.UUIDField()
    acts = ArrayField(models.UUIDField(), default=list, db_default=[])
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "custody_request_key"
        constraints = (
            # the answer to a repeated request is found by it; a doubled one breaks on it
            models.UniqueConstraint(fields=["officer", "key"], name="request_key_once"),
        )


class ProposalState(models.TextChoices):
    OPEN = "open"
    RECORDED = "recorded"
    REFUSED = "refused"
    LAPSED = "lapsed"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, actor: Officer) -> ProposalQuerySet:
        """One's own, those one confirmed or that wait for one by name, and those about exhibits that one may see;
        where there is no exhibit yet, those that wait for one's unit."""
        seen = Exhibit.objects.visible_to(actor).values("pk")
        units = ProposalUnit.objects.filter(proposal=OuterRef("pk"))
        return self.filter(
            Q(proposer=actor)
            | Q(awaits_badges__contains=[actor.badge])
            | (Q(awaits_units__contains=[actor.unit_id]) & ~Exists(units))
            | Q(pk__in=Confirmation.objects.filter(officer=actor).values("proposal"))
            | Q(pk__in=ProposalUnit.objects.filter(exhibit__in=seen).values("proposal"))
        )


class Proposal(models.Model):
    """An act that waits for a second person. Kept for ever, with its readings, whatever becomes of it.

    ``act_id`` is the id under which the act will stand in the ledger.
    """

    act_id = models.UUIDField(primary_key=True)
    act = models.CharField(max_length=32)
    command = models.JSONField()
    proposer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="proposals")
    occurred_at = models.DateTimeField()
    captured = models.JSONField(null=True)
    late_reason = models.TextField(null=True)
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    needed = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=24)
    awaits_badges = ArrayField(models.CharField(max_length=24))
    awaits_units = ArrayField(models.CharField(max_length=48))
    awaits_right = models.CharField(max_length=16, null=True)
    barred = ArrayField(models.CharField(max_length=24), default=list)
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    ended_at = models.DateTimeField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        db_table = "custody_proposal"
        indexes = (
            # the sweep that lapses them, and "waiting for you"
            models.Index(fields=["lapses_at"], name="proposal_open", condition=Q(state="open")),
        )
        constraints = (
            models.CheckConstraint(
                name="proposal_ends_once",
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        )


class ProposalUnit(models.Model):
    """An exhibit that a proposal is about."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="units")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="proposals")

    class Meta:
        db_table = "custody_proposal_unit"
        constraints = (
            models.UniqueConstraint(fields=["proposal", "exhibit"], name="proposal_unit_once"),
        )


class Confirmation(models.Model):
    """A second person's word on a proposal, from their own login."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="confirmations")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="confirmations")
    confirmed_at = models.DateTimeField()

    class Meta:
        db_table = "custody_confirmation"
        constraints = (
            models.UniqueConstraint(fields=["proposal", "officer"], name="confirmed_once"),
        )


class Refusal(models.Model):
    """An act that was refused: who tried what, and by which rule. Nothing of its content."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=32)
    code = models.CharField(max_length=40)
    refused_at = models.DateTimeField()

    class Meta:
        db_table = "custody_refusal"
        indexes = (
            # a supervisor asks who was refused what, lately
            models.Index(fields=["officer", "-refused_at"], name="refusal_by_officer"),
        )
