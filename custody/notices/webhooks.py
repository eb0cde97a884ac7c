"""Making, rotating and ending webhooks: each by an event, each secret shown once and kept encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from custody.kit import clock, ids
from custody.kit.sealing import open_secret, seal_secret
from custody.ledger.commitments import commit
from custody.ledger.events import Json
from custody.ledger.models import Disclosure
from custody.notices import signing
from custody.notices.errors import NotOfYourAgency, UnknownDelivery, UnknownWebhook, WebhookDisabled
from custody.notices.models import Notice, NoticeState, Webhook, WebhookSecret
from custody.notices.posting import target
from custody.people.models import Officer
from custody.people.rights import Right

#: So long a secret that was replaced signs too: time to give every receiver the new one.
OVERLAP = timedelta(hours=24)
_PURPOSE = "webhook secrets"


@transaction.atomic
def make_webhook(
    actor: Officer, *, url: str, officer: str, code: UUID | None = None
) -> tuple[Webhook, str]:
    """Let a system of the own agency be told of the flags that its service officer may see.

    Args:
        actor: who decides it.
        url: where it listens; the ledger holds a salted commitment to it.
        officer: badge of the service officer.
        code: the id to record it under; a new one, unless told.

    Returns:
        The webhook, and its signing secret: nobody is shown that again.

    Raises:
        RightMissing, AddressUnusable, NotOfYourAgency: it may not be.
    """
    actor.require(Right.ASSIGN)
    target(url, guarded=settings.WEBHOOKS_GUARDED)
    own = Officer.objects.filter(unit__agency=actor.unit.agency_id, is_active=True)
    if not own.filter(pk=officer).exists():
        raise NotOfYourAgency(field="officer", badge=officer)
    secret, opening = signing.new_secret(), commit("url", url)
    webhook = Webhook.adopt(
        str(code or ids.new_id()),
        _content(officer, opening.commitment, signing.fingerprint(secret)),
        actor=actor.person,
        openings=[opening],
    )
    _keep(webhook, secret)
    return webhook, secret


@transaction.atomic
def rotate(actor: Officer, code: UUID) -> tuple[Webhook, str]:
    """Give a webhook a new secret; the old one signs beside it for a day.

    Raises:
        RightMissing, UnknownWebhook, WebhookDisabled: it may not be.
    """
    webhook = _own(actor, code)
    if not webhook.is_active:
        raise WebhookDisabled
    now = clock.now()
    WebhookSecret.objects.filter(webhook=webhook, until__lte=now).delete()
    WebhookSecret.objects.filter(webhook=webhook, until__isnull=True).update(until=now + OVERLAP)
    secret = signing.new_secret()
    content = _content(webhook.officer_id, webhook.url_commitment, signing.fingerprint(secret))
    webhook = Webhook.adopt(webhook.code, content, actor=actor.person)
    _keep(webhook, secret)
    return webhook, secret


@transaction.atomic
def disable(actor: Officer, code: UUID) -> Webhook:
    """End a webhook at once: what waits for it is withdrawn, and its secrets are gone.

    Raises:
        RightMissing, UnknownWebhook, WebhookDisabled: it may not be.
    """
    webhook = _own(actor, code)
    if not webhook.is_active:
        raise WebhookDisabled
    WebhookSecret.objects.filter(webhook=webhook).delete()
    Notice.objects.filter(webhook=webhook, state=NoticeState.WAITING).update(
        state=NoticeState.WITHDRAWN, next_try_at=None, ended_at=clock.now()
    )
    content = _content(
        webhook.officer_id, webhook.url_commitment, webhook.secret_fingerprint, active=False
    )
    return Webhook.adopt(webhook.code, content, actor=actor.person)


@transaction.atomic
def replay(actor: Officer, code: UUID, *, only: UUID | None = None, after_seq: int = -1) -> int:
    """Tell a webhook again, under the same ``webhook-id``, what it was told already; how many deliveries.

    Args:
        actor: who looks after it.
        code: the webhook.
        only: one delivery; all, unless told.
        after_seq: those of events after this place in the ledger.

    Raises:
        RightMissing, UnknownWebhook, WebhookDisabled, UnknownDelivery: it may not be.
    """
    webhook = _own(actor, code)
    if not webhook.is_active:
        raise WebhookDisabled
    if only and not Notice.objects.filter(webhook=webhook, pk=only).exists():
        raise UnknownDelivery(delivery=only)
    rows = Notice.objects.filter(webhook=webhook, seq__gt=after_seq)
    return (rows.filter(pk=only) if only else rows).update(
        state=NoticeState.WAITING, next_try_at=clock.now(), ended_at=None, tries=0, fault=None
    )


def urls_of(rows: Sequence[Webhook]) -> dict[str, str | None]:
    """Where webhooks listen, by commitment; None where that was erased."""
    kept = Disclosure.objects.filter(pk__in=[one.url_commitment for one in rows])
    return dict(kept.values_list("commitment", "text"))


def secrets_of(webhook: Webhook) -> list[str]:
    """The secrets that sign now, the newest first.

    Raises:
        SecretUnreadable: they were kept under another key.
    """
    rows = WebhookSecret.objects.filter(
        Q(until__isnull=True) | Q(until__gt=clock.now()), webhook=webhook
    )
    return [open_secret(row.sealed, _PURPOSE) for row in rows.order_by("-made_at")]


def _own(actor: Officer, code: UUID) -> Webhook:
    actor.require(Right.ASSIGN)
    found = (
        Webhook.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=str(code))
    ).first()
    if found is None:
        raise UnknownWebhook(webhook=code)
    return found


def _content(officer: str, url: str, secret: str, *, active: bool = True) -> dict[str, Json]:
    return {"officer": officer, "url": {"commitment": url}, "secret": secret, "active": active}


def _keep(webhook: Webhook, secret: str) -> None:
    WebhookSecret.objects.create(
        fingerprint=webhook.secret_fingerprint,
        webhook=webhook,
        sealed=seal_secret(secret, _PURPOSE),
        made_at=clock.now(),
    )
