"""The signer's refusal, told to every supervisor who can be written to, and told again until it is over.

The signer's role may write one row, which says why it refuses: that is read here. A mail says that it refuses and
since when, and not why: the reason is for whoever runs the system, on the health page and in the signer's log.
"""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import transaction

from custody.kit import clock
from custody.ledger.models import SignerRound
from custody.notices import letters
from custody.notices.errors import Undelivered
from custody.notices.hearers import of_supervisors
from custody.notices.models import Mailbox, SignerAlarm
from custody.notices.outbox import LEASE
from custody.notices.rules import next_try

#: Until the signer signs again.
REPEAT_AFTER = timedelta(hours=1)
_CHANCE = random.SystemRandom().random


def sound() -> int:
    """Tell whoever is to be told now that the signer refuses; how many mails went out.

    Quiet hours hold nothing back. Any number of these may run: each row is one's at a time.
    """
    if not _raise_or_end():
        return 0
    sent, taken = 0, _take()
    while taken:
        sent += _deliver(taken)
        taken = _take()
    return sent


def _raise_or_end() -> bool:
    """Whether the signer refuses. If so, everybody who is to hear of it has a row that is due, or was told."""
    refuses = SignerRound.objects.filter(refusal__isnull=False).exists()
    if not refuses:
        SignerAlarm.objects.filter(next_at__isnull=False).update(next_at=None)
        return False
    now = clock.now()
    boxes = Mailbox.objects.filter(is_active=True).select_related("officer")
    hearing = [one.code for one in of_supervisors(boxes)]
    SignerAlarm.objects.bulk_create(
        [SignerAlarm(mailbox_id=one, since=now, next_at=now) for one in hearing],
        ignore_conflicts=True,
    )
    SignerAlarm.objects.filter(mailbox__in=hearing, next_at__isnull=True).update(
        since=now, next_at=now, tries=0, told_at=None, fault=None
    )
    return True


@transaction.atomic
def _take() -> SignerAlarm | None:
    now = clock.now()
    found = (
        SignerAlarm.objects.filter(next_at__lte=now)
        .select_related("mailbox__officer")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("next_at")
        .first()
    )
    if found:
        found.next_at, found.tries = now + LEASE, found.tries + 1
        found.save(update_fields=["next_at", "tries"])
    return found


def _deliver(alarm: SignerAlarm) -> bool:
    address = letters.address_of(alarm.mailbox)
    ours = SignerAlarm.objects.filter(pk=alarm.pk, next_at=alarm.next_at)
    if address is None or not of_supervisors([alarm.mailbox]):
        ours.update(next_at=clock.now() + REPEAT_AFTER, fault="nobody can be written to there")
        return False
    try:
        letters.send(letters.signer_refuses(address, alarm.since, again=alarm.told_at is not None))
    except Undelivered as error:
        wait = next_try(alarm.tries, _CHANCE) or REPEAT_AFTER
        ours.update(
            next_at=clock.now() + min(wait, REPEAT_AFTER), fault=str(error.params["why"])[:80]
        )
        return False
    now = clock.now()
    ours.update(next_at=now + REPEAT_AFTER, tries=0, told_at=now, fault=None)
    return True
