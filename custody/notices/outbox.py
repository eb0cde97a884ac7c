"""The outbox: who takes what, and what became of it. Whoever takes rows holds them for a minute and no longer."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from custody.deadlines.models import Flag
from custody.deadlines.queries import repeat_intervals
from custody.deadlines.rules import Level
from custody.kit import clock, ids
from custody.notices.models import (
    Notice,
    NoticeCursor,
    NoticeQuerySet,
    NoticeState,
    SetAside,
)
from custody.notices.rules import next_try, tell_at

#: Longer than a try can take. After it a row that a dead worker took comes up again.
LEASE = timedelta(seconds=60)
#: Notices in one mail.
LETTER = 200
_CHANCE = random.SystemRandom().random

# Their conditions are those of the partial index. NULL <> ALL of nothing is true, so that is asked for besides.
_TAKE_POST = """
UPDATE custody_notice SET next_try_at = %(until)s, tries = tries + 1 WHERE id = (
    SELECT id FROM custody_notice
    WHERE next_try_at IS NOT NULL AND next_try_at <= %(now)s
        AND webhook_id IS NOT NULL AND webhook_id <> ALL(%(busy)s)
    ORDER BY next_try_at, seq LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
_FIRST_MAILBOX = """
SELECT mailbox_id FROM custody_notice
WHERE next_try_at IS NOT NULL AND next_try_at <= %(now)s
    AND mailbox_id IS NOT NULL AND mailbox_id <> ALL(%(busy)s)
ORDER BY next_try_at, seq LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_TAKE_MAIL = """
UPDATE custody_notice SET next_try_at = %(until)s, tries = tries + 1 WHERE id IN (
    SELECT id FROM custody_notice
    WHERE next_try_at IS NOT NULL AND next_try_at <= %(now)s AND mailbox_id = %(mailbox)s
    ORDER BY next_try_at, seq LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
"""


def take_post(busy: Collection[str]) -> Notice | None:
    """The next delivery to a webhook that is none of the busy ones; held for a minute."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_POST, {"now": now, "until": now + LEASE, "busy": list(busy)})
        found = cursor.fetchone()
    rows = Notice.objects.select_related("webhook__officer")
    return rows.get(pk=found[0]) if found else None


@transaction.atomic
def take_mail(busy: Collection[str]) -> list[Notice]:
    """What there is to tell one mailbox that is none of the busy ones, all at once; held for a minute."""
    now = clock.now()
    told: dict[str, Any] = {"now": now, "until": now + LEASE, "busy": list(busy), "most": LETTER}
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_MAILBOX, told)
        found = cursor.fetchone()
        if not found:
            return []
        cursor.execute(_TAKE_MAIL, told | {"mailbox": found[0]})
        keys = [key for (key,) in cursor.fetchall()]
    rows = Notice.objects.select_related("mailbox__officer")
    return list(rows.filter(pk__in=keys).order_by("-level", "seq"))


def told(notices: Sequence[Notice]) -> None:
    """It arrived. A mail comes again after a while, unless somebody has taken note by then."""
    now = clock.now()
    intervals = repeat_intervals({one.flag_id for one in notices})
    for one in notices:
        again = now + intervals[one.flag_id] if one.mailbox_id else None
        _end(one, NoticeState.TOLD, repeat_at=again)


def failed(notices: Sequence[Notice], why: str, *, for_good: bool = False) -> None:
    """It did not arrive: it is tried again later, or dead after a day, or at once if trying again cannot help.

    Args:
        notices: taken by us.
        why: in a few words, with nothing in them that anybody else wrote.
        for_good: trying again cannot help.
    """
    now = clock.now()
    for one in notices:
        wait = None if for_good else next_try(one.tries, _CHANCE)
        if wait is None:
            _end(one, NoticeState.DEAD, fault=why)
        else:
            _ours(one).update(next_try_at=now + wait, fault=why)


def withdraw(notices: Sequence[Notice]) -> None:
    """Nobody has to hear of it any more."""
    for one in notices:
        _end(one, NoticeState.WITHDRAWN)


def _end(one: Notice, state: NoticeState, **more: object) -> None:
    _ours(one).update(
        state=state, ended_at=clock.now(), next_try_at=None, **{"fault": None, **more}
    )


def _ours(one: Notice) -> NoticeQuerySet:
    """The row, if nobody took it after us: somebody who was given up for dead changes nothing."""
    return Notice.objects.filter(pk=one.pk, next_try_at=one.next_try_at)


@transaction.atomic
def repeat(limit: int = 500) -> int:
    """Tell again what nobody has taken note of; how many notices.

    Args:
        limit: rows in one transaction.
    """
    now, zone = clock.now(), ZoneInfo(settings.DISPLAY_TIME_ZONE)
    rows = list(
        Notice.objects.filter(repeat_at__lte=now, mailbox__isnull=False)
        .select_related("mailbox")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("repeat_at")[:limit]
    )
    open_ones = unheeded({one.flag_id for one in rows})
    again = [
        Notice(
            id=ids.new_id(),
            mailbox_id=one.mailbox_id,
            flag_id=one.flag_id,
            seq=one.seq,
            kind=one.kind,
            level=one.level,
            occurred_at=one.occurred_at,
            round=one.round + 1,
            made_at=now,
            next_try_at=tell_at(now, Level(one.level), one.mailbox.habits, zone),
        )
        for one in rows
        if one.flag_id in open_ones and one.mailbox
    ]
    Notice.objects.bulk_create(again, ignore_conflicts=True)
    Notice.objects.filter(pk__in=[one.pk for one in rows]).update(repeat_at=None)
    return len(again)


def unheeded(flags: Collection[UUID]) -> set[UUID]:
    """Those of these flags that are open and that nobody has acknowledged."""
    found = Flag.objects.open().filter(pk__in=flags, acknowledged_at__isnull=True)
    return set(found.values_list("pk", flat=True))


def dead() -> int:
    """How many notices nobody got, of webhooks and mailboxes that are still there."""
    return Notice.objects.filter(
        Q(webhook__is_active=True) | Q(mailbox__is_active=True), state=NoticeState.DEAD
    ).count()


def set_aside() -> int:
    """How many events could not be told to anybody."""
    return SetAside.objects.count()


def last_follow() -> datetime | None:
    """When the ledger was last followed."""
    return NoticeCursor.objects.values_list("followed_at", flat=True).first()
