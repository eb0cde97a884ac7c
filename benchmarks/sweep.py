"""The sweep over a million exhibits: what 5,000 overdue ones cost, beside raw SQL, and what none costs."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter

import psycopg

from benchmarks.figures import Figure
from benchmarks.house import house

EXHIBITS, LIVE, OVERDUE, ROUNDS = 1_000_000, 8_000, 5_000, 11

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
    """Rates of flagging, in turns with the raw statement; then the time of a sweep that finds nothing."""
    with house() as here, psycopg.connect(here.admin, autocommit=True) as admin:
        from custody.deadlines.sweeping import sweep
        from tests.cast import catch, enlist

        catch(enlist())
        _grow(admin, 1, 10_000)
        assert sweep() == 0
        small = median(_seconds_of_nothing() for _ in range(51))
        _grow(admin, 10_001, EXHIBITS)
        for table in ("flag", "entry"):
            admin.execute(f"CREATE TABLE bench_{table} (LIKE custody_{table} INCLUDING ALL)")
        admin.execute("CREATE SEQUENCE bench_seq")
        idle = median(_seconds_of_nothing() for _ in range(51))
        ours, raw = [], []
        for _ in range(ROUNDS):
            admin.execute(_FALL_DUE, [OVERDUE])
            start = perf_counter()
            assert sweep() == OVERDUE
            ours.append(OVERDUE / (perf_counter() - start))
            admin.execute("UPDATE custody_flag SET resolved_at = now() WHERE resolved_at IS NULL")
            admin.execute(_FALL_DUE, [OVERDUE])
            start = perf_counter()
            assert admin.execute(_RAW).rowcount == OVERDUE
            raw.append(OVERDUE / (perf_counter() - start))
            admin.execute("UPDATE bench_flag SET resolved_at = now() WHERE resolved_at IS NULL")
        yield Figure(
            "sweep: 5,000 overdue of 1,000,000, against one raw SQL statement",
            median(one / other for one, other in zip(ours, raw, strict=True)),
            at_least=0.25,
        )
        yield Figure("sweep: flags through the ledger, a second", median(ours), "/s")
        yield Figure("sweep: flags in raw SQL, a second", median(raw), "/s")
        yield Figure("sweep: nothing due of 1,000,000", idle * 1000, "ms", at_most=5)
        yield Figure("sweep: nothing due of 1,000,000, against of 10,000", idle / small)


def _grow(admin: psycopg.Connection, start: int, end: int) -> None:
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
