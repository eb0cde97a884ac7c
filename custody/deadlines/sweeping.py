"""The sweep: whatever has reached a level is flagged, once, however many sweep at the same time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from custody.deadlines.models import Clock, SweepRun
from custody.deadlines.rows import FlagBook, states_and_levels
from custody.deadlines.rules import FLAGGED, ClockState, Level
from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger.events import SYSTEM

logger = logging.getLogger("custody.deadlines")

_MARK = """
UPDATE custody_clock SET level = told.level, next_at = told.next_at
FROM jsonb_to_recordset(%s::jsonb) AS told (id uuid, level text, next_at timestamptz)
WHERE custody_clock.id = told.id
"""


def sweep(limit: int = 500) -> int:
    """Flag every clock that has reached a level since it was last looked at; how many flags were raised.

    Each batch is a transaction of its own. A clock that cannot be flagged is set aside and reported, and the
    others go on.

    Args:
        limit: clocks in one batch, so that acts do not wait long for the ledger.
    """
    total = 0
    while True:
        now = clock.now()
        try:
            with transaction.atomic():
                clocks, flags = _flag(_claim(limit, now), now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("a batch of the sweep failed; its clocks are taken one by one")
            clocks, flags = _one_by_one(limit, now)
        total += flags
        if not clocks:
            break
    SweepRun.objects.update_or_create(id=1, defaults={"ended_at": clock.now(), "flagged": total})
    return total


def _due(now: datetime) -> Q:
    """What the partial index of clocks serves."""
    return Q(next_at__isnull=False, set_aside_at__isnull=True, next_at__lte=now)


def _claim(limit: int, now: datetime, **which: UUID) -> list[tuple[ClockState, Level]]:
    """Take clocks that are due and that nobody else is at, with the levels that are flagged."""
    found = Clock.objects.filter(_due(now), **which).order_by("next_at")
    return states_and_levels(found.select_for_update(skip_locked=True)[:limit])


def _flag(clocks: Sequence[tuple[ClockState, Level]], now: datetime) -> tuple[int, int]:
    """Flag clocks that this transaction holds; how many clocks, and how many flags."""
    if not clocks:
        return 0, 0
    book = FlagBook(act_id=ids.new_id(), actor=SYSTEM, now=now)
    marks = []
    for state, flagged in clocks:
        level = flagged
        while (falls := state.next_after(level)) is not None and falls <= now:
            level = FLAGGED[level.rank]
            book.raise_limit(state, level)
        marks.append({"id": state.id, "level": level, "next_at": falls})
    events = book.write()
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [orjson.dumps(marks).decode()])
    if events:
        append.append(events)
    return len(clocks), len(events)


def _one_by_one(limit: int, now: datetime) -> tuple[int, int]:
    """The next clocks each in a transaction of its own; those that fail are set aside."""
    clocks = flags = 0
    due = Clock.objects.filter(_due(now)).order_by("next_at")
    for key in due.values_list("pk", flat=True)[:limit]:
        clocks += 1
        try:
            with transaction.atomic():
                flags += _flag(_claim(1, now, pk=key), now)[1]
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("a clock is set aside", extra={"clock": str(key)})
            due.filter(pk=key).update(set_aside_at=now)
    return clocks, flags
