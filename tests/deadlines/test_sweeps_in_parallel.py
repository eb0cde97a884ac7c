"""Any number of sweeps, in threads and in processes, some of them killed: each level is flagged exactly once."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from time import sleep

import psycopg
import pytest
from django.db import connections

from custody.audit import replay
from custody.deadlines.models import Clock, Flag
from custody.deadlines.sweeping import sweep
from custody.handling.transport import Dispatch, Receive
from custody.kit import clock
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do

UNITS = 60

#: Sweeps at once, as soon as it is told to; says how many flags it raised.
SWEEP = """
import sys, django
django.setup()
from custody.deadlines.sweeping import sweep
print("ready", flush=True)
sys.stdin.readline()
print(sweep(limit=7), flush=True)
"""
#: Sweeps, and stops with everything written and nothing committed.
STALL = """
import sys, time, django
django.setup()
from custody.deadlines import sweeping
append = sweeping.append.append
batches = 0
def stall(events):
    global batches
    batches += 1
    recorded = append(events)
    if batches == 3:
        print("stalled", flush=True)
        time.sleep(600)
    return recorded
sweeping.append.append = stall
print("ready", flush=True)
sys.stdin.readline()
sweeping.sweep(limit=7)
"""


@pytest.fixture
def overdue(committed_cast: Cast) -> list[Exhibit]:
    """Units that fell due while nobody swept: caught three hours ago, all levels at once on the last third."""
    units: list[Exhibit] = []
    for ago in (95, 125, 185):
        with clock.simulated(clock.now() - timedelta(minutes=ago)):
            units += catch(committed_cast, UNITS // 3)[1]
    return units


@contextmanager
def child(program: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    readable, _, _ = select.select([process.stdout], [], [], 60)
    assert readable, "the child says nothing"
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def swept_in_thread(limit: int, together: Barrier) -> int:
    try:
        together.wait()
        return sweep(limit)
    finally:
        connections.close_all()


def each_level_once(units: list[Exhibit]) -> None:
    """Twenty units are warned, twenty due, twenty escalated; ledger, flags and clocks say the same."""
    found = Counter(Flag.objects.values_list("clock_id", "level"))
    assert set(found.values()) == {1}
    assert Counter(level for _, level in found) == {"soon": 60, "due": 40, "escalated": 20}
    raised = Entry.objects.filter(kind="flag.raised").values_list("subject_id", flat=True)
    assert sorted(raised) == sorted(str(key) for key in Flag.objects.values_list("pk", flat=True))
    assert not Clock.objects.filter(next_at__lte=clock.now()).exists()
    assert len(units) == UNITS
    replay.compare()


@pytest.mark.parametrize("workers", [2, 4])
def test_sweeps_in_threads_flag_each_level_once(overdue: list[Exhibit], workers: int) -> None:
    together = Barrier(workers)
    with ThreadPoolExecutor(workers) as pool:
        counts = list(pool.map(swept_in_thread, [7] * workers, [together] * workers))
    assert sum(counts) == 120
    each_level_once(overdue)


def test_an_act_waits_for_one_sweep_however_many_there_are(
    overdue: list[Exhibit], admin: psycopg.Connection
) -> None:
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = %s AND pid IN"
        " (SELECT pid FROM pg_locks JOIN pg_database ON database = pg_database.oid WHERE datname = current_database())"
    )
    with ThreadPoolExecutor(3) as pool:
        with admin.transaction():
            admin.execute("SELECT FROM custody_append_lock FOR UPDATE")
            together = Barrier(3)
            counts = [pool.submit(swept_in_thread, 7, together) for _ in range(3)]

            def asked(kind: str) -> int:
                row = admin.execute(waiting, [kind]).fetchone()
                assert row
                return int(row[0])

            # all three have something to say: one asks for the ledger, the others for their turn
            while (asked("advisory"), asked("transactionid")) != (2, 1):
                assert not [one.result() for one in counts if one.done()]
                sleep(0.02)
        assert sum(one.result() for one in counts) == 120
    each_level_once(overdue)


@pytest.mark.slow
def test_sweeps_in_processes_flag_each_level_once(
    overdue: list[Exhibit], child_environment: dict[str, str]
) -> None:
    with (
        child(SWEEP, child_environment) as one,
        child(SWEEP, child_environment) as two,
    ):
        for process in (one, two):
            assert line_of(process) == "ready"
        for process in (one, two):
            go(process)
        counts = [int(line_of(process)) for process in (one, two)]
    assert sum(counts) == 120
    each_level_once(overdue)


@pytest.mark.slow
def test_a_sweep_killed_in_the_middle_loses_and_doubles_nothing(
    overdue: list[Exhibit], child_environment: dict[str, str], admin: psycopg.Connection
) -> None:
    with child(STALL, child_environment) as process:
        assert line_of(process) == "ready"
        go(process)
        assert line_of(process) == "stalled"
        before = Flag.objects.count()
        assert 0 < before < 120
        process.send_signal(signal.SIGKILL)
        process.wait()
    gone(admin)
    assert Flag.objects.count() == before
    assert sweep(7) == 120 - before
    each_level_once(overdue)


@pytest.mark.slow
def test_a_sweep_whose_connection_is_cut_leaves_the_rest_to_the_next(
    overdue: list[Exhibit], child_environment: dict[str, str], admin: psycopg.Connection
) -> None:
    with child(STALL, child_environment) as process:
        assert line_of(process) == "ready"
        go(process)
        assert line_of(process) == "stalled"
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        gone(admin)
        sweep(7)
        each_level_once(overdue)


def gone(admin: psycopg.Connection) -> None:
    """Wait until the database has noticed that nobody is at the other end."""
    while admin.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
    ).fetchone() != (0,):
        pass


def test_units_received_while_being_swept_are_resolved_or_never_flagged(
    committed_cast: Cast,
) -> None:
    """Acts and sweeps lock the same clocks from two sides and neither waits for ever."""
    cast = committed_cast
    ago = clock.now() - timedelta(minutes=121)
    with clock.simulated(ago):
        _, units = catch(cast, 24, lane="standard")
        do(
            cast.officer,
            Dispatch(
                exhibits=tuple(unit.label for unit in units),
                driver="driver",
                vehicle="VAN-A",
                destination="VAULT-A",
            ),
            cast.driver,
        )
    together = Barrier(3)

    def receive_some(part: list[Exhibit]) -> int:
        try:
            together.wait()
            for unit in part:
                do(
                    cast.keeper,
                    Receive(
                        exhibits=(unit.label,),
                        place="VAULT-A",
                        taker=None,
                        scale=None,
                        checks=None,
                    ),
                    cast.driver,
                )
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        acts = [pool.submit(receive_some, units[start::2]) for start in (0, 1)]
        sweeps = pool.submit(swept_in_thread, 5, together)
        for act in acts:
            act.result(120)
        sweeps.result(120)
    sweep()
    found = Counter(Flag.objects.values_list("exhibit_id", "level"))
    assert found == {(unit.id, level): 1 for unit in units for level in ("soon", "due")}
    assert not Flag.objects.open().exists()
    assert all(late and late >= 60 for late in Flag.objects.values_list("late_seconds", flat=True))
    replay.compare()


def test_a_sweep_waits_for_no_exhibit(overdue: list[Exhibit], admin: psycopg.Connection) -> None:
    """An act holds its exhibits while it waits for their clocks: waiting for it in turn would be for ever."""
    with admin.transaction():
        admin.execute("SELECT 1 FROM custody_exhibit FOR UPDATE")
        assert sweep() == 120
    each_level_once(overdue)


def test_a_clock_that_an_act_holds_is_left_to_the_next_sweep(
    overdue: list[Exhibit], admin: psycopg.Connection
) -> None:
    with admin.transaction():
        admin.execute(
            "SELECT 1 FROM custody_clock WHERE exhibit_id = %s FOR UPDATE", [overdue[0].id]
        )
        assert sweep() == 119
    assert sweep() == 1
    each_level_once(overdue)
