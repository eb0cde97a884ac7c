"""The sweep: whatever has reached a level is flagged, once, however many sweep at the same time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from custody.deadlines.models import Clock, SweepRun
from custody.deadlines.rows import FlagBook, clock_state
from custody.deadlines.rules import Level
from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger.events import SYSTEM

logger = logging.getLogger("custody.deadlines")

_MARK = """
UPDATE custody_clock SET level = told.level, next_at = told.next_at
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS told (id, level, next_at)
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


def _claim(limit: int, now: datetime) -> list[Clock]:
    """Take clocks that are due and that nobody else is at."""
    found = Clock.objects.filter(_due(now)).order_by("next_at")
    return list(found.select_for_update(skip_locked=True)[:limit])


def _flag(rows: Sequence[Clock], now: datetime) -> tuple[int, int]:
    """Flag clocks that this transaction holds; how many clocks, and how many flags."""
    if not rows:
        return 0, 0
    book = FlagBook(act_id=ids.new_id(), actor=SYSTEM, now=now)
    marks: list[tuple[UUID, str, datetime | None]] = []
    for row in rows:
        state, level = clock_state(row), Level(row.level)
        while (falls := state.next_after(level)) is not None and falls <= now:
            level = _above(level)
            book.raise_limit(state, level)
        marks.append((row.id, level.value, falls))
    events = book.write()
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [list(column) for column in zip(*marks, strict=True)])
    if events:
        append.append(events)
    return len(rows), len(events)


def _above(level: Level) -> Level:
    return list(Level)[level.rank + 1]


def _one_by_one(limit: int, now: datetime) -> tuple[int, int]:
    """The next clocks each in a transaction of its own; those that fail are set aside."""
    clocks = flags = 0
    for key in Clock.objects.filter(_due(now)).order_by("next_at").values_list("pk")[:limit]:
        found = Clock.objects.filter(_due(now), pk=key[0])
        clocks += 1
        try:
            with transaction.atomic():
                flags += _flag(list(found.select_for_update(skip_locked=True)), now)[1]
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("a clock is set aside", extra={"clock": str(key[0])})
            found.update(set_aside_at=now)
    return clocks, flags
