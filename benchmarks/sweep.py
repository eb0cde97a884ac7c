"""The sweep over a million exhibits: what 5,000 overdue ones cost, beside raw SQL, and what none costs; by two at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median
from threading import Event
from time import perf_counter, sleep

import psycopg

from benchmarks.figures import Figure
from benchmarks.house import House, house

LIVE, FEW_FINISHED, OVERDUE, ROUNDS = 100_000, 10_000, 5_000, 11
EXHIBITS = max(int(os.environ.get("BENCH_EXHIBITS", "1_000_000")), LIVE + 2 * FEW_FINISHED)
WORKERS, TOGETHER = 2, 5

#: Sweeps as often as it is told to; says how many flags it raised.
_WORKER = """
import sys, django
django.setup()
from custody.deadlines.sweeping import sweep
print("ready", sweep(), flush=True)
for _ in sys.stdin:
    print(sweep(), flush=True)
"""

#: Copies of the one exhibit that was caught, each with a clock. Only the last of them still run.
_EXHIBITS = """
INSERT INTO custody_exhibit
SELECT made.* FROM (SELECT e FROM custody_exhibit e WHERE label NOT LIKE 'BENCH-%%' LIMIT 1) caught (e),
    generate_series(%(start)s::int, %(end)s::int) n,
    LATERAL jsonb_populate_record(caught.e, jsonb_build_object(
        'id', gen_random_uuid(), 'label', 'BENCH-' || n,
        'stage', CASE WHEN n > %(live)s THEN 'incinerated' ELSE (caught.e).stage END
    )) made
"""
_CLOCKS = """
INSERT INTO custody_clock
SELECT made.* FROM (SELECT c FROM custody_clock c LIMIT 1) running (c), custody_exhibit e,
    LATERAL jsonb_populate_record(running.c, jsonb_build_object(
        'id', gen_random_uuid(), 'exhibit_id', e.id,
        'started_at', now() - interval '100 minutes', 'warn_at', now() - interval '10 minutes',
        'due_at', now() + interval '20 hours', 'escalate_at', now() + interval '30 hours', 'level', 'soon',
        'stopped_at', CASE WHEN e.stage = 'incinerated' THEN now() END,
        'next_at', CASE WHEN e.stage = 'incinerated' THEN NULL ELSE now() + interval '20 hours' END
    )) made
WHERE e.label LIKE 'BENCH-%' AND NOT EXISTS (SELECT FROM custody_clock k WHERE k.exhibit_id = e.id)
"""
_FALL_DUE = """
UPDATE custody_clock SET level = 'soon', due_at = now() - interval '1 second', next_at = now() - interval '1 second'
WHERE id IN (SELECT id FROM custody_clock WHERE stopped_at IS NULL ORDER BY id LIMIT %s)
"""
_RESOLVE = "UPDATE custody_flag SET resolved_at = now() WHERE resolved_at IS NULL"
#: What the same rows cost in one statement, without a fold, an event's bytes or a chain: the limit.
_RAW = """
WITH due AS (
    SELECT id, exhibit_id, due_at FROM custody_clock
    WHERE next_at <= now() AND next_at IS NOT NULL AND set_aside_at IS NULL FOR UPDATE SKIP LOCKED
), marked AS (
    UPDATE custody_clock c SET level = 'due', next_at = c.escalate_at FROM due WHERE c.id = due.id
), flagged AS (
    INSERT INTO bench_flag (id, exhibit_id, clock_id, clock_name, cause, level, fell_due_at, raised_at, head, version)
    SELECT gen_random_uuid(), exhibit_id, id, 'harmless', 'limit', 'due', due_at, now(), repeat('0', 64), 1 FROM due
    RETURNING id
)
INSERT INTO bench_entry (seq, event_id, act_id, kind, subject_type, subject_id, actor, occurred_at, recorded_at,
                         leaf, body)
SELECT nextval('bench_seq'), gen_random_uuid(), gen_random_uuid(), 'flag.raised', 'flag', id::text, 'system', now(),
       now(), decode(repeat('00', 32), 'hex'), convert_to(repeat('x', 750), 'UTF8')
FROM flagged
"""


def figures() -> Iterator[Figure]:
    """Rates of flagging, in turns with the raw statement; the time of a sweep that finds nothing; two workers at once."""
    with house() as here, psycopg.connect(here.admin, autocommit=True) as admin:
        from custody.deadlines.sweeping import sweep
        from tests.cast import catch, enlist

        catch(enlist())
        grow(admin, 1, LIVE + FEW_FINISHED)
        assert sweep() == 0
        few_idle = median(_seconds_of_nothing() for _ in range(51))
        few = median(_rate_of_ours(admin) for _ in range(ROUNDS))
        grow(admin, LIVE + FEW_FINISHED + 1, EXHIBITS)
        for table in ("flag", "entry"):
            admin.execute(f"CREATE TABLE bench_{table} (LIKE custody_{table} INCLUDING ALL)")
        admin.execute("CREATE SEQUENCE bench_seq")
        idle = median(_seconds_of_nothing() for _ in range(51))
        ours, raw = [], []
        for _ in range(ROUNDS):
            ours.append(_rate_of_ours(admin))
            raw.append(_rate_of_raw(admin))
        size = f"{OVERDUE:,} overdue of {EXHIBITS:,}"
        yield Figure(
            f"sweep: {size}, against one raw SQL statement",
            median(one / other for one, other in zip(ours, raw, strict=True)),
            at_least=0.25,
        )
        yield Figure("sweep: flags through the ledger, a second", median(ours), "/s")
        yield Figure("sweep: flags in raw SQL, a second", median(raw), "/s")
        yield Figure(f"sweep: nothing due of {EXHIBITS:,}", idle * 1000, "ms", at_most=5)
        yield Figure(f"sweep: nothing due of {EXHIBITS:,}, against of few", idle / few_idle)
        finished = f"{EXHIBITS - LIVE:,} finished against {FEW_FINISHED:,}"
        yield Figure(f"sweep: time for {OVERDUE:,} overdue, {finished}", few / median(ours))
        yield from _together(here, admin)


def _rate_of_ours(admin: psycopg.Connection) -> float:
    from custody.deadlines.sweeping import sweep

    admin.execute(_FALL_DUE, [OVERDUE])
    start = perf_counter()
    assert sweep() == OVERDUE
    seconds = perf_counter() - start
    admin.execute(_RESOLVE)
    return OVERDUE / seconds


def _rate_of_raw(admin: psycopg.Connection) -> float:
    admin.execute(_FALL_DUE, [OVERDUE])
    start = perf_counter()
    assert admin.execute(_RAW).rowcount == OVERDUE
    seconds = perf_counter() - start
    admin.execute("UPDATE bench_flag SET resolved_at = now() WHERE resolved_at IS NULL")
    return OVERDUE / seconds


def _together(here: House, admin: psycopg.Connection) -> Iterator[Figure]:
    """Two processes sweep at once while somebody else asks for the ledger again and again."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    told: list[int] = []
    waits: list[float] = []
    rates: list[float] = []
    try:
        assert all(_line(one) == "ready 0" for one in workers)
        for _ in range(TOGETHER):
            admin.execute(_FALL_DUE, [OVERDUE])
            with ThreadPoolExecutor(1) as pool, _until(ended := Event()):
                asking = pool.submit(_longest_wait, here.admin, ended)
                start = perf_counter()
                for one in workers:
                    assert one.stdin
                    one.stdin.write("\n")
                    one.stdin.flush()
                told.append(sum(int(_line(one)) for one in workers))
                rates.append(OVERDUE / (perf_counter() - start))
                ended.set()
                waits.append(asking.result())
            row = admin.execute(
                "SELECT count(*), count(DISTINCT clock_id) FROM custody_flag WHERE resolved_at IS NULL"
            ).fetchone()
            assert row == (OVERDUE, OVERDUE), row
            admin.execute(_RESOLVE)
    finally:
        for one in workers:
            one.kill()
            one.communicate()
    yield Figure(
        f"sweep: flags missed or doubled by {WORKERS} workers, of {TOGETHER * OVERDUE:,}",
        sum(abs(count - OVERDUE) for count in told),
        "",
        at_most=0,
    )
    yield Figure(f"sweep: flags by {WORKERS} workers at once, a second", median(rates), "/s")
    yield Figure(
        f"sweep: longest wait for the ledger beside {WORKERS} workers",
        median(waits) * 1000,
        "ms",
        at_most=50,
    )


@contextmanager
def _until(ended: Event) -> Iterator[None]:
    try:
        yield
    finally:
        ended.set()


def _line(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout
    return worker.stdout.readline().strip()


def _longest_wait(admin: str, ended: Event) -> float:
    """The longest that anybody waited for the lock under which events are appended, in seconds."""
    longest = 0.0
    with psycopg.connect(admin) as asking:
        while not ended.is_set():
            start = perf_counter()
            asking.execute("SELECT FROM custody_append_lock FOR UPDATE")
            longest = max(longest, perf_counter() - start)
            asking.commit()
            sleep(0.003)
    return longest


def grow(admin: psycopg.Connection, start: int, end: int) -> None:
    """Make exhibits with the numbers from start to end, and their clocks; checks of references are left out."""
    admin.execute("SET session_replication_role = replica")
    told = {"live": LIVE, "start": start, "end": end}
    admin.execute(_EXHIBITS, told)
    admin.execute(_CLOCKS)
    admin.execute("RESET session_replication_role")
    admin.execute("VACUUM ANALYZE custody_exhibit, custody_clock")


def _seconds_of_nothing() -> float:
    from custody.deadlines.sweeping import sweep

    start = perf_counter()
    assert sweep() == 0
    return perf_counter() - start
