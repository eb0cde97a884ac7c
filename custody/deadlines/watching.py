"""Watching the limits: asleep until the next one falls, awake as soon as one moves.

What it misses, the sweep of Celery beat finds: both claim clocks by the same compare-and-set.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
from django.db import connection, connections

from custody.deadlines.models import Clock, Sweeper
from custody.deadlines.sweeping import sweep
from custody.kit import clock

logger = logging.getLogger("custody.deadlines")

CHANNEL = "custody_clocks"
#: At least so often it sweeps, so that its silence means something.
EVERY = timedelta(seconds=15)
#: What is due and yet not to be had is in somebody else's hands; it is asked for again after so long.
_PAUSE = timedelta(milliseconds=100)
#: After a fault it tries again after so long, in seconds.
_RETRY = 1.0


def watch() -> None:
    """Flag whatever falls due at the moment it does, until the process is stopped; faults are logged, and survived."""
    while True:
        try:
            with _listener() as listener:
                _attend(listener)
        except Exception:
            logger.exception("watching the limits failed; it begins again in a second")
            connections.close_all()
            time.sleep(_RETRY)


def next_fall() -> datetime | None:
    """When the next clock reaches a level that is not flagged yet; None while none will."""
    armed = Clock.objects.filter(next_at__isnull=False, set_aside_at__isnull=True)
    return armed.order_by("next_at").values_list("next_at", flat=True).first()


def _attend(listener: psycopg.Connection) -> None:
    sweep_again_at = clock.now()
    while True:
        falls = next_fall()
        now = clock.now()
        if now >= sweep_again_at or (falls is not None and falls <= now):
            sweep(by=Sweeper.WATCH)
            sweep_again_at = clock.now() + EVERY
            falls = next_fall()
        _sleep(listener, min(falls, sweep_again_at) if falls else sweep_again_at)


def _sleep(listener: psycopg.Connection, until: datetime) -> None:
    """Until a moment, or until limits move."""
    seconds = max(until - clock.now(), _PAUSE).total_seconds()
    for _ in listener.notifies(timeout=seconds, stop_after=1):
        return


@contextmanager
def _listener() -> Iterator[psycopg.Connection]:
    """A connection of its own that hears when limits move: no transaction may keep it from hearing."""
    wrapper = connection.copy()
    try:
        wrapper.ensure_connection()
        listener: psycopg.Connection = wrapper.connection
        listener.execute(f"LISTEN {CHANNEL}")
        yield listener
    finally:
        wrapper.close()
