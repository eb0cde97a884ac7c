"""The watch over the limits, a process of its own: awake when a limit falls, woken when a nearer one is set."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from custody.deadlines.models import Flag, Sweeper
from custody.deadlines.queries import last_sweeps
from custody.kit import clock
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch
from tests.races.children import child, line_of, until

pytestmark = pytest.mark.slow

#: It never sweeps by the clock, so that what wakes it is a limit, or the notice that one moved.
WATCH = """
import django
django.setup()
from datetime import timedelta
from custody.deadlines import watching
watching.EVERY = timedelta(days=1)
print("watching", flush=True)
watching.watch()
"""
LIMIT = timedelta(hours=2)


@pytest.fixture
def watch(committed_cast: Cast, child_environment: dict[str, str]) -> Iterator[None]:
    with child("-c", WATCH, environment=child_environment) as process:
        assert line_of(process) == "watching"
        until(lambda: Sweeper.WATCH in last_sweeps(), "it has looked once")
        yield


def caught(cast: Cast, due_in: timedelta) -> Exhibit:
    """A unit of the fast lane whose two hours are over so soon."""
    with clock.simulated(clock.now() - LIMIT + due_in):
        _, (unit,) = catch(cast)
    return unit


def flagged(unit: Exhibit, level: str) -> bool:
    return Flag.objects.filter(exhibit=unit, level=level, clock_name="harmless").exists()


def test_a_limit_that_was_set_while_it_slept_wakes_it_and_is_flagged_when_it_falls(
    committed_cast: Cast, watch: None
) -> None:
    unit = caught(committed_cast, timedelta(seconds=4))
    until(lambda: flagged(unit, "soon"), "what is due soon is flagged")
    assert not flagged(unit, "due") or clock.now() >= unit.intercepted_at + LIMIT
    until(lambda: flagged(unit, "due"), "the limit is flagged as it falls")
    (flag,) = Flag.objects.filter(exhibit=unit, level="due")
    assert flag.fell_due_at == unit.intercepted_at + LIMIT
    assert flag.raised_at >= flag.fell_due_at


def listeners(admin: psycopg.Connection) -> list[int]:
    """The server's processes that wait to hear of limits."""
    return [
        pid
        for (pid,) in admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
        )
    ]


def test_it_survives_the_loss_of_its_connections(
    committed_cast: Cast, watch: None, admin: psycopg.Connection
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()
    before = listeners(admin)
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = 'custody_app' AND pid <> %s",
        [own],
    )
    until(lambda: set(listeners(admin)) - set(before), "it listens again")
    unit = caught(committed_cast, timedelta(seconds=2))
    until(lambda: flagged(unit, "due"), "the limit is flagged")


def test_it_ends_when_it_is_asked_to(
    committed_cast: Cast, child_environment: dict[str, str]
) -> None:
    with child("manage.py", "watch_deadlines", environment=child_environment) as process:
        until(lambda: Sweeper.WATCH in last_sweeps(), "it has looked once")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
