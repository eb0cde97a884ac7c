"""Timestamps of public checkpoints: asked for beside the signing, never in its way, and kept when they hold.

What is stamped is the note as the log signed it, without the lines that witnesses add later: whoever has the stamp
knows that the tree and the log's signature existed then, also should its key be lost afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from custody.kit import clock
from custody.ledger.authorities import Authority, Stamp, TimestampRefused, stamp
from custody.ledger.models import AuthorityState, SignedCheckpoint, Timestamp
from custody.ledger.origins import current_origin

logger = logging.getLogger("custody.timestamps")

#: In one sweep, of one authority: a day's checkpoints at the usual pace.
MOST_AT_ONCE = 24
#: After a failure an authority is left alone, twice as long each time.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
#: A clock of theirs may differ from ours by so much.
SKEW = timedelta(minutes=5)
#: A checkpoint that waited longer is told on the health page.
LATE_AFTER = timedelta(days=1)


def sweep_timestamps() -> int:
    """Ask every authority about the public checkpoints that it has not stamped yet; how many stamps came.

    Newest first: a later tree holds the earlier ones. No transaction is open while an authority is waited for, and
    any number of these may run.
    """
    return sum(_asked(one) for one in settings.TIMESTAMP_AUTHORITIES)


def _asked(authority: Authority) -> int:
    state = AuthorityState.objects.filter(pk=authority.name).first()
    failures = state.failures if state else 0
    waiting = list(_waiting(authority.name).order_by("-id")[:MOST_AT_ONCE])
    if not waiting or (state and state.not_before > clock.now()):
        return 0
    # Before it is asked: one that takes the worker down with it is left alone all the same.
    _pause(authority.name, failures + 1, "it did not come back")
    for count, checkpoint in enumerate(waiting):
        try:
            _keep(authority, checkpoint)
        except TimestampRefused as error:
            logger.warning("%s", error)
            _pause(authority.name, failures + 1, str(error))
            return count
    AuthorityState.objects.filter(pk=authority.name).update(
        failures=0, not_before=clock.now(), why=None
    )
    return len(waiting)


def _keep(authority: Authority, checkpoint: SignedCheckpoint) -> None:
    found = stamp(authority, checkpoint.note.encode())
    _require_plausible(authority, checkpoint, found)
    # Another sweep may have been quicker: one word is enough.
    Timestamp.objects.bulk_create(
        [
            Timestamp(
                checkpoint=checkpoint,
                authority=authority.name,
                stamped_at=found.at,
                reply=found.reply,
            )
        ],
        ignore_conflicts=True,
    )


def _require_plausible(authority: Authority, checkpoint: SignedCheckpoint, found: Stamp) -> None:
    if not checkpoint.signed_at - SKEW <= found.at <= clock.now() + SKEW:
        raise TimestampRefused(
            authority=authority.name,
            why=f"it says {clock.to_text(found.at)}, of what was signed {clock.to_text(checkpoint.signed_at)}",
        )


def _pause(name: str, failures: int, why: str) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    AuthorityState.objects.update_or_create(
        pk=name, defaults={"failures": failures, "not_before": clock.now() + pause, "why": why}
    )


def _waiting(authority: str) -> QuerySet[SignedCheckpoint]:
    ours = SignedCheckpoint.objects.filter(origin=current_origin(), public=True)
    return ours.exclude(timestamps__authority=authority)


def stamped(size: int) -> SignedCheckpoint | None:
    """The public checkpoint of this size that has timestamps, if there is one: its note is what they are about."""
    found = SignedCheckpoint.objects.filter(
        origin=current_origin(), public=True, size=size, timestamps__isnull=False
    )
    return found.order_by("-id").first()


def replies(checkpoint: SignedCheckpoint) -> Mapping[str, bytes]:
    """What the authorities replied about it, by their names."""
    rows = checkpoint.timestamps.order_by("authority").values_list("authority", "reply")
    return {name: bytes(reply) for name, reply in rows}


def late() -> Mapping[str, datetime]:
    """Since when each authority owes a timestamp, by its name, where it is too long."""
    due = clock.now() - LATE_AFTER
    found = {}
    for one in settings.TIMESTAMP_AUTHORITIES:
        first = _waiting(one.name).filter(signed_at__lt=due).order_by("id").first()
        if first:
            found[one.name] = first.signed_at
    return found
