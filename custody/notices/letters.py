"""Mails: a level and a link for each flag. What it is about is shown to who signs in, and is written down there."""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.deadlines.rules import FLAGGED
from custody.ledger.models import Disclosure
from custody.notices.errors import Undelivered
from custody.notices.models import Mailbox, Notice

_LEVELS = {
    "soon": gettext_lazy("Due soon"),
    "due": gettext_lazy("Due"),
    "escalated": gettext_lazy("Escalated"),
}
_COUNTED = {
    "soon": gettext_lazy("{count} due soon"),
    "due": gettext_lazy("{count} due"),
    "escalated": gettext_lazy("{count} escalated"),
}


def address_of(mailbox: Mailbox) -> str | None:
    """Where a mailbox is written to; None when that was erased."""
    return Disclosure.objects.values_list("text", flat=True).get(pk=mailbox.address_commitment)


def letter(address: str, notices: Sequence[Notice]) -> EmailMessage:
    """One mail about all of these, what hurts most first: no label, place, route or name is in it, and by its order no time.

    Nobody's language is on record, so it speaks the house's.

    Args:
        address: where to.
        notices: of one mailbox.
    """
    counts = Counter(one.level for one in notices)
    order = [level.value for level in reversed(FLAGGED)]
    with translation.override(settings.HOUSE_LANGUAGE):
        told = ", ".join(
            str(_COUNTED[one]).format(count=counts[one]) for one in order if counts[one]
        )
        lines = [
            (
                _("{level}, told again: {address}") if one.round > 1 else _("{level}: {address}")
            ).format(level=_LEVELS[one.level], address=f"{settings.SITE_URL}/flags/{one.flag_id}/")
            for one in sorted(notices, key=lambda one: (order.index(one.level), one.flag_id))
        ]
        until = _("A flag is told again until a supervisor acknowledges it, saying why.")
        return _mail(address, _("Flags: {told}").format(told=told), [*lines, "", until, ""])


def signer_refuses(address: str, since: datetime, *, again: bool) -> EmailMessage:
    """The mail that the signer refuses; why is not for mails.

    Args:
        address: where to.
        since: when that was first seen.
        again: it was told there before.
    """
    with translation.override(settings.HOUSE_LANGUAGE):
        told = (
            _("The signer refuses to sign the record, since {since} UTC, told again.")
            if again
            else _("The signer refuses to sign the record, since {since} UTC.")
        )
        lines = [
            told.format(since=f"{since:%Y-%m-%d %H:%M}"),
            "",
            _(
                "Either the record is not what was signed of it, or the signer cannot know. Until it is known which, "
                "nobody should give it another memory, or restore a backup."
            ),
            _(
                "Whoever runs the system finds the reason on its health page, and what to do in docs/operations.md."
            ),
            "",
            _("This is told again until the signer signs."),
            "",
        ]
        return _mail(address, _("The signer refuses to sign the record"), lines)


def _mail(address: str, subject: str, lines: Sequence[str]) -> EmailMessage:
    return EmailMessage(
        subject=subject,
        body="\n".join(lines),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )


def send(mail: EmailMessage) -> None:
    """Hand a mail to the mail server.

    Raises:
        Undelivered: it did not take it.
    """
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(why=f"mail: {type(error).__name__}") from error
