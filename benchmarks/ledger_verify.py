"""Verifying a large ledger: memory, and rate as a share of plain hashing of the same bytes.

A million events, or ``BENCH_EVENTS``: the shares should be the same whatever their number.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from statistics import median
from time import perf_counter

import psycopg

from benchmarks.figures import Figure
from benchmarks.house import house
from custody.ledger.quick import look

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
EVENTS_EACH = 20
BATCH = 2_000


def figures() -> Iterator[Figure]:
    """One pass of ``verify_ledger`` over them in a process of its own, and one of hashing."""
    with house() as here:
        started = perf_counter()
        _fill(here.admin)
        print(f"# {EVENTS} events written in {perf_counter() - started:.0f} s", flush=True)
        verified, megabytes = _verify()
        hashed = min(_hash(here.admin) for _ in range(5))
        yield Figure(
            f"verify_ledger over {EVENTS:,} events, peak memory", megabytes, "MB", at_most=500
        )
        yield Figure("verify_ledger, rate as a share of plain hashing", hashed / verified)
        memory, quickly = _quickly(here.admin)
        yield Figure(
            "bytes, leaves, numbers, chains and root by two processes, as a share of hashing from memory",
            memory / quickly,
            at_least=0.3,
        )
        yield Figure(
            f"verify_ledger with replay over {EVENTS:,} events, events a second",
            EVENTS / verified,
            "/s",
        )


def _fill(admin: str) -> None:
    """Exhibits with twenty events each, as the spine would write them, with rows that agree."""
    from benchmarks.trails import to_and_fro, write_trails

    road = to_and_fro(EVENTS_EACH - 1)
    write_trails(admin, subjects=EVENTS // EVENTS_EACH, road=road, batch=BATCH)


def _verify() -> tuple[float, float]:
    """Seconds and peak megabytes of the command."""
    started = perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", "verify_ledger"], check=True, env=os.environ.copy()
    )
    seconds = perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _quickly(admin: str) -> tuple[float, float]:
    """Seconds of hashing the bytes from memory, in stretches that fit, and of the quick look; medians of five."""
    hashing = []
    for _ in range(5):
        spent = 0.0
        with psycopg.connect(admin) as connection, connection.cursor(name="bytes") as cursor:
            cursor.itersize = 50_000
            cursor.execute("SELECT body FROM custody_entry ORDER BY seq")
            while bodies := [body for (body,) in cursor.fetchmany(50_000)]:
                started = perf_counter()
                for body in bodies:
                    sha256(b"\x00" + body).digest()
                spent += perf_counter() - started
        hashing.append(spent)
    looking = []
    for _ in range(5):
        with psycopg.connect(admin) as connection:
            (size,) = connection.execute("SELECT count(*) FROM custody_entry").fetchone()  # type: ignore[misc]
        started = perf_counter()
        assert isinstance(look(admin, size, processes=2), bytes)
        looking.append(perf_counter() - started)
    return median(hashing), median(looking)


def _hash(admin: str) -> float:
    """Seconds of reading the bytes in the same batches and hashing them."""
    started = perf_counter()
    with psycopg.connect(admin) as connection, connection.cursor(name="bytes") as cursor:
        cursor.itersize = 5_000
        cursor.execute("SELECT body FROM custody_entry ORDER BY seq")
        for (body,) in cursor:
            sha256(b"\x00" + body).digest()
    return perf_counter() - started
