"""Verifying a ledger of a million events: memory, and rate as a share of plain hashing of the same bytes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from time import perf_counter

import psycopg

from benchmarks.figures import Figure
from benchmarks.house import house

EVENTS = 1_000_000
SUBJECTS = 50_000
BATCH = 2_000


def figures() -> Iterator[Figure]:
    """One pass of ``verify_ledger`` over a million events in a process of its own, and one of hashing."""
    with house() as here:
        started = perf_counter()
        _fill(here.admin)
        print(f"# {EVENTS} events written in {perf_counter() - started:.0f} s", flush=True)
        verified, megabytes = _verify()
        hashed = min(_hash(here.admin) for _ in range(5))
        yield Figure(
            "verify_ledger over 1,000,000 events, peak memory", megabytes, "MB", at_most=500
        )
        yield Figure("verify_ledger, rate as a share of plain hashing", hashed / verified)
        yield Figure("verify_ledger with replay, events a second", EVENTS / verified, "/s")


def _fill(admin: str) -> None:
    """Exhibits with twenty events each, as the spine would write them, with rows that agree."""
    from benchmarks.trails import write_trails

    write_trails(admin, subjects=SUBJECTS, events_each=EVENTS // SUBJECTS, batch=BATCH)


def _verify() -> tuple[float, float]:
    """Seconds and peak megabytes of the command."""
    started = perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", "verify_ledger"], check=True, env=os.environ.copy()
    )
    seconds = perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _hash(admin: str) -> float:
    """Seconds of reading the bytes in the same batches and hashing them."""
    started = perf_counter()
    with psycopg.connect(admin) as connection, connection.cursor(name="bytes") as cursor:
        cursor.itersize = 5_000
        cursor.execute("SELECT body FROM custody_entry ORDER BY seq")
        for (body,) in cursor:
            sha256(b"\x00" + body).digest()
    return perf_counter() - started
