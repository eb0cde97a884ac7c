"""Timestamps of public checkpoints: asked for beside the signing, never in its way, and kept when they hold.

What is stamped is the note as the log signed it, without the lines that witnesses add later: whoever has the stamp
knows that the tree and the log's signature existed then, also should its key be lost afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings

from custody.kit import clock
from custody.ledger.authorities import Authority, Stamp, TimestampRefused, judge, stamp
from custody.ledger.models import AuthorityState, SignedCheckpoint, Timestamp
from custody.ledger.origins import current_origin

logger = logging.getLogger("custody.timestamps")

#: In one sweep, of one authority: a day's checkpoints at the usual pace.
MOST_AT_ONCE = 24
#: So many of the last ones are looked at in a sweep for replies that are false: a week's at the usual pace.
JUDGED = 7 * MOST_AT_ONCE
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
    waiting = _waiting(authority)[:MOST_AT_ONCE]
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


def _waiting(authority: Authority) -> list[SignedCheckpoint]:
    """The public checkpoints that it has not stamped, newest first: also where something else was put in that place."""
    ours = SignedCheckpoint.objects.filter(origin=current_origin(), public=True).order_by("-id")
    last = list(ours.prefetch_related("timestamps")[:JUDGED])
    waiting = [one for one in last if authority.name not in replies(one)]
    if len(last) == JUDGED:
        older = ours.filter(id__lt=last[-1].id).exclude(timestamps__authority=authority.name)
        waiting += older[:MOST_AT_ONCE]
    return waiting


def stamped(size: int) -> SignedCheckpoint | None:
    """The public checkpoint of this size that has timestamps, if there is one: its note is what they are about."""
    found = SignedCheckpoint.objects.filter(
        origin=current_origin(), public=True, size=size, timestamps__isnull=False
    )
    return next((one for one in found.distinct().order_by("-id") if replies(one)), None)


def replies(checkpoint: SignedCheckpoint) -> Mapping[str, bytes]:
    """What the authorities replied about it, by their names: the first of each that holds under its certificates.

    Nobody here has the certificates of an authority that has left: the first that came from it is told as it is.
    """
    known = {one.name: one for one in settings.TIMESTAMP_AUTHORITIES}
    found: dict[str, bytes] = {}
    for one in sorted(checkpoint.timestamps.all(), key=lambda one: (one.authority, one.pk)):
        reply = bytes(one.reply)
        if one.authority in found:
            continue
        if one.authority in known:
            try:
                _require_true(known[one.authority], checkpoint.note, reply)
            except TimestampRefused:
                # Somebody put it there. The next sweep asks for the true one.
                logger.warning("a kept reply is not by %s", one.authority)
                continue
        found[one.authority] = reply
    return found


@lru_cache(maxsize=4_096)
def _require_true(authority: Authority, note: str, reply: bytes) -> None:
    """Pass if the authority stamped this note. What holds once holds for ever, and is judged once in a process."""
    judge(authority, reply, note.encode())


def late() -> Mapping[str, datetime]:
    """Since when each authority owes a timestamp, by its name, where it is too long."""
    due = clock.now() - LATE_AFTER
    found = {}
    for one in settings.TIMESTAMP_AUTHORITIES:
        owed = [checkpoint.signed_at for checkpoint in _waiting(one)]
        if owed and min(owed) < due:
            found[one.name] = min(owed)
    return found
