"""The sweep: whatever has reached a level is flagged, once, however many sweep at the same time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import psycopg
from django.db import InterfaceError, OperationalError, ProgrammingError, connection, transaction

from custody.deadlines.models import Clock, Sweeper
from custody.deadlines.rows import CLOCK_COLUMNS, FlagBook, clock_told
from custody.deadlines.rules import FLAGGED, ClockState, Level
from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger.append import LedgerNotOpen, SimulatedTimeRefused
from custody.ledger.events import SYSTEM

logger = logging.getLogger("custody.deadlines")

#: What is wrong with the house and not with a clock: nothing is set aside for it.
_NOT_THE_CLOCKS = (
    OperationalError,
    InterfaceError,
    ProgrammingError,
    LedgerNotOpen,
    SimulatedTimeRefused,
)
#: After so long a clock that was set aside is tried again.
_RETRIED_AFTER = timedelta(hours=1)

# Their conditions are those of the partial indexes.
_ASKED = """
SELECT EXISTS (SELECT FROM custody_clock WHERE next_at <= %s AND next_at IS NOT NULL AND set_aside_at IS NULL)
    OR EXISTS (SELECT FROM custody_clock WHERE set_aside_at <= %s)
"""
_CLAIM = f"""
SELECT level, {", ".join(CLOCK_COLUMNS)} FROM custody_clock
WHERE next_at <= %s AND next_at IS NOT NULL AND set_aside_at IS NULL AND id = coalesce(%s, id)
ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED
"""  # noqa: S608  names from our own model
_MARK = """
UPDATE custody_clock SET level = told.level, next_at = told.next_at
FROM jsonb_to_recordset(%s::jsonb) AS told (id uuid, level text, next_at timestamptz)
WHERE custody_clock.id = told.id
"""
#: One sweep at a time asks for the ledger: an act waits behind one batch, however many sweep.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('custody sweep', 0))"
_TOLD = """
INSERT INTO custody_sweep_run (sweeper, ended_at, flagged) VALUES (%s, %s, %s)
ON CONFLICT (sweeper) DO UPDATE SET ended_at = excluded.ended_at, flagged = excluded.flagged
"""


def sweep(limit: int = 500, *, by: Sweeper = Sweeper.BEAT) -> int:
    """Flag every clock that has reached a level since it was last looked at; how many flags were raised.

    Each batch is a transaction of its own. A clock that cannot be flagged while others
    can is set aside and reported, and the others go on.

    Args:
        limit: clocks in one batch, so that acts do not wait long for the ledger.
        by: who sweeps, for whoever watches the sweepers.
    """
    total = _flag_all(limit) if _anything_asked() else 0
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [by, clock.now(), total])
    return total


def _anything_asked() -> bool:
    """Whether any clock has reached a level, or is to be tried again: most sweeps end with it."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [now, now - _RETRIED_AFTER])
        (asked,) = cursor.fetchone()
    return bool(asked)


def _flag_all(limit: int) -> int:
    total = 0
    stale = clock.now() - _RETRIED_AFTER
    Clock.objects.filter(set_aside_at__lte=stale).update(set_aside_at=None)
    while True:
        now = clock.now()
        try:
            with transaction.atomic():
                clocks, flags = _flag(_claim(limit, now), now)
        except _NOT_THE_CLOCKS:
            raise
        except Exception:
            logger.exception("a batch of the sweep failed; its clocks are taken one by one")
            clocks, flags = _one_by_one(limit, now)
        total += flags
        if not clocks:
            return total


def _claim(limit: int, now: datetime, only: UUID | None = None) -> list[tuple[ClockState, Level]]:
    """Take clocks that are due and that nobody else is at, with the levels that are flagged.

    In binary form, past Django's own reading of times, which costs as much as making the flags.
    """
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_CLAIM, [now, only, limit], binary=True)
        return [(clock_told(told), Level(level)) for level, *told in cursor.fetchall()]


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
        cursor.execute(_TURN)
    if events:
        append.append(events)
    return len(clocks), len(events)


def _one_by_one(limit: int, now: datetime) -> tuple[int, int]:
    """The next clocks each in a transaction of its own; those that fail are set aside.

    Where none of several succeeds, it is not for the clocks: then nothing is set aside, and the fault is raised.
    """
    due = Clock.objects.filter(next_at__lte=now, set_aside_at__isnull=True).order_by("next_at")
    keys = list(due.values_list("pk", flat=True)[:limit])
    flags, failed = 0, dict[UUID, Exception]()
    for key in keys:
        try:
            with transaction.atomic():
                flags += _flag(_claim(1, now, key), now)[1]
        except _NOT_THE_CLOCKS:
            raise
        except Exception as error:
            logger.exception("a clock cannot be flagged", extra={"clock": str(key)})
            failed[key] = error
    if 1 < len(failed) == len(keys):
        raise failed[keys[0]]
    if failed:
        due.filter(pk__in=failed).update(set_aside_at=now)
        logger.error("clocks are set aside", extra={"count": len(failed)})
    return len(keys), flags
