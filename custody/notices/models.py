"""Tables of who hears, and of what each of them was told: the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.deadlines.rules import FLAGGED, Level
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.notices.rules import Habits, Way, hour
from custody.people.models import Officer, Unit
from custody.people.rights import Right
from custody.places.models import Place


class Mailbox(Adopted):
    """Where an officer or a unit is written to. The address is committed to, not recorded."""

    subject_type = "mailbox"

    #: The badge, or the unit's code.
    code = models.CharField(primary_key=True, max_length=48)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    address_commitment = models.CharField(max_length=64)
    quiet_from = models.CharField(max_length=5, null=True)
    quiet_until = models.CharField(max_length=5, null=True)
    digest_at = models.CharField(max_length=5, null=True)
    is_active = models.BooleanField()

    class Meta:
        db_table = "custody_mailbox"
        verbose_name_plural = "mailboxes"
        constraints = (
            # a mailbox is somebody's, and one's only
            models.CheckConstraint(
                name="mailbox_of_one",
                condition=Q(officer__isnull=False, unit__isnull=True)
                | Q(officer__isnull=True, unit__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        address, quiet = content["address"], content["quiet"]
        assert isinstance(address, Mapping)
        return {
            "officer_id": content["officer"],
            "unit_id": content["unit"],
            "address_commitment": address["commitment"],
            "quiet_from": quiet["from"] if isinstance(quiet, Mapping) else None,
            "quiet_until": quiet["until"] if isinstance(quiet, Mapping) else None,
            "digest_at": content["digest_at"],
            "is_active": content["active"],
        }

    @property
    def habits(self) -> Habits:
        """When its holder wants to hear."""
        quiet = None
        if self.quiet_from and self.quiet_until:
            quiet = (hour(self.quiet_from, "from"), hour(self.quiet_until, "until"))
        return Habits(quiet, hour(self.digest_at, "digest_at") if self.digest_at else None)


class NoticeRoute(Adopted):
    """Who hears beside those who always do: flags that match what is said go to these mailboxes too."""

    subject_type = "route"

    code = models.CharField(primary_key=True, max_length=48)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    lane = models.CharField(max_length=10, null=True)
    level = models.CharField(max_length=10, choices=[(one.value, one.value) for one in FLAGGED])
    mailboxes = ArrayField(models.CharField(max_length=48))
    is_active = models.BooleanField()

    class Meta:
        db_table = "custody_notice_route"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "unit_id": content["unit"],
            "place_id": content["place"],
            "lane": content["lane"],
            "level": content["level"],
            "mailboxes": content["mailboxes"],
            "is_active": content["active"],
        }

    @property
    def way(self) -> Way:
        """The route as the rules read it."""
        return Way(self.mailboxes, Level(self.level), self.unit_id, self.place_id, self.lane)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, actor: Officer) -> WebhookQuerySet:
        """Those of the own agency, for who says what its people and systems get to see. For others: none."""
        if Right.ASSIGN not in actor.rights:
            return self.none()
        return self.filter(officer__unit__agency=actor.unit.agency_id)


class Webhook(Adopted):
    """An address to which a system is told of flags: of those that its service officer may see."""

    subject_type = "webhook"

    code = models.CharField(primary_key=True, max_length=36)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    url_commitment = models.CharField(max_length=64)
    #: SHA-256 of the signing secret that is in force.
    secret_fingerprint = models.CharField(max_length=64)
    is_active = models.BooleanField()

    objects = WebhookQuerySet.as_manager()

    class Meta:
        db_table = "custody_webhook"

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        url = content["url"]
        assert isinstance(url, Mapping)
        return {
            "officer_id": content["officer"],
            "url_commitment": url["commitment"],
            "secret_fingerprint": content["secret"],
            "is_active": content["active"],
        }


class WebhookSecret(models.Model):
    """A signing secret, encrypted; one that was replaced signs beside its successor until its time is over."""

    fingerprint = models.CharField(primary_key=True, max_length=64)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="secrets")
    sealed = models.TextField()
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "custody_webhook_secret"


class NoticeState(models.TextChoices):
    WAITING = "waiting", "waiting"
    TOLD = "told", "told"
    #: Its flag ended, or its recipient went out of service, before it was its turn.
    WITHDRAWN = "withdrawn", "withdrawn"
    #: Tried for a day, or impossible: somebody has to look at it.
    DEAD = "dead", "dead"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Officer) -> NoticeQuerySet:
        """What webhooks were told that the actor looks after."""
        return self.filter(webhook__in=Webhook.objects.visible_to(actor).values("pk"))


class Notice(models.Model):
    """One thing to tell one recipient: a flag that was raised, by mail and repeated as a new row each time, or
    any event about a flag, to a webhook.

    ``next_try_at`` is a lease too: who takes a row moves it ahead, so that one taken by a worker that dies
    comes up again by itself. The flag bears no database constraint: see :class:`custody.deadlines.models.Flag`.
    """

    id = models.UUIDField(primary_key=True)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, db_index=False)
    webhook = models.ForeignKey(
        Webhook, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False
    )
    flag_id = models.UUIDField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    occurred_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.WAITING)
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    repeat_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        db_table = "custody_notice"
        indexes = (
            # what is to be delivered now
            models.Index(
                fields=["next_try_at", "seq"],
                name="notice_next",
                condition=Q(next_try_at__isnull=False),
            ),
            # what is to be repeated unless it was acknowledged
            models.Index(
                fields=["repeat_at"], name="notice_repeat", condition=Q(repeat_at__isnull=False)
            ),
            # the health page: what nobody got
            models.Index(fields=["ended_at"], name="notice_dead", condition=Q(state="dead")),
        )
        constraints = (
            models.CheckConstraint(
                name="notice_to_one",
                condition=Q(mailbox__isnull=False, webhook__isnull=True)
                | Q(mailbox__isnull=True, webhook__isnull=False),
            ),
            # following the ledger twice tells nobody twice
            models.UniqueConstraint(
                fields=["mailbox", "flag_id", "round"],
                condition=Q(mailbox__isnull=False),
                name="notice_mail_once_a_round",
            ),
            models.UniqueConstraint(
                fields=["webhook", "seq"],
                condition=Q(webhook__isnull=False),
                name="notice_webhook_once",
            ),
            models.CheckConstraint(
                name="notice_waits_or_ended",
                condition=Q(state="waiting", next_try_at__isnull=False, ended_at__isnull=True)
                | (~Q(state="waiting") & Q(next_try_at__isnull=True, ended_at__isnull=False)),
            ),
        )


class NoticeCursor(models.Model):
    """How far the ledger was followed, and when somebody last looked: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    followed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "custody_notice_cursor"
        constraints = (models.CheckConstraint(name="notice_cursor_one_row", condition=Q(id=1)),)


class SetAside(models.Model):
    """An event about a flag that could not be told to anybody; tried again within the hour."""

    seq = models.BigIntegerField(primary_key=True)
    fault = models.CharField(max_length=80)
    set_aside_at = models.DateTimeField()

    class Meta:
        db_table = "custody_notice_set_aside"


class SignerAlarm(models.Model):
    """What a mailbox hears while the signer refuses: one row for each, which every refusal uses again.

    ``next_at`` is a lease too, as in :class:`Notice`; null while nothing is to be told.
    """

    mailbox = models.OneToOneField(Mailbox, on_delete=models.PROTECT, primary_key=True)
    since = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, null=True)

    class Meta:
        db_table = "custody_signer_alarm"
