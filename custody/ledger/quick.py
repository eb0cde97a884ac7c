"""The quick look at a ledger: bytes, leaves, numbers, chains and the root, by several processes at once.

What columns, times, texts, tiles and rows say is for ``verify``. Nothing here needs Django, so that a process starts at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context

import psycopg

from custody.ledger.merkle import Growing, full_trees

#: As many leaves as make a full subtree: each is looked at by one process, and none holds more than one in memory.
_CHUNK = 1 << 16
#: Rows in one answer. Read whole and in binary form they cost half of what a copy costs, row by row.
_ROWS = 2_048

_ENTRIES = """
SELECT seq, leaf, body FROM public.custody_entry WHERE seq >= %s AND seq < %s ORDER BY seq
"""
# By the identifier first: sorted by it alone, nearly every comparison is decided at once.
_CHAINS = """
SELECT seq FROM (
    SELECT seq, previous, lag(leaf) OVER (PARTITION BY subject_id, subject_type ORDER BY seq) AS expected
    FROM public.custody_entry WHERE seq < %s
) AS chained
WHERE previous IS DISTINCT FROM expected ORDER BY seq LIMIT 1
"""


@dataclass(frozen=True)
class Wrong:
    """The first thing that is wrong."""

    seq: int
    name: str
    why: str


@dataclass(frozen=True)
class _Part:
    """A stretch of the ledger as one process found it: its full subtrees, largest first, or what is wrong."""

    trees: list[tuple[bytes, int]]
    wrong: Wrong | None = None


def look(conninfo: str, size: int, *, processes: int = 2) -> bytes | Wrong:
    """The root of the first events, if their bytes, leaves, numbers and chains hold; else the first that is wrong.

    Args:
        conninfo: where the ledger is, and as whom to read it.
        size: how many events.
        processes: how many read and hash at once.
    """
    with (
        ThreadPoolExecutor(1) as beside,
        ProcessPoolExecutor(processes, get_context("spawn")) as pool,
    ):
        chains: Future[int | None] = beside.submit(_broken_chain, conninfo, size)
        tree = Growing()
        found: Wrong | None = None
        for part in pool.map(_part, _stretches(conninfo, size)):
            if part.wrong:
                found = part.wrong
                pool.shutdown(cancel_futures=True)
                break
            for root, height in part.trees:
                tree.add_tree(root, height)
        broken = chains.result()
    if broken is not None and (found is None or broken < found.seq):
        return Wrong(
            broken, "previous", "it does not name the leaf of its subject's event before it"
        )
    return found or tree.root()


def _stretches(conninfo: str, size: int) -> Iterator[tuple[str, int, int]]:
    for begin in range(0, size, _CHUNK):
        yield conninfo, begin, min(begin + _CHUNK, size)


def _part(stretch: tuple[str, int, int]) -> _Part:
    conninfo, begin, end = stretch
    leaves: list[bytes] = []
    with psycopg.connect(conninfo) as connection, connection.cursor(binary=True) as cursor:
        for start in range(begin, end, _ROWS):
            cursor.execute(_ENTRIES, [start, min(start + _ROWS, end)])
            for expected, (seq, leaf, body) in enumerate(cursor.fetchall(), start):
                if seq != expected:
                    return _Part([], _missing(expected))
                if sha256(b"\x00" + body).digest() != leaf:
                    why = "the bytes do not hash to the leaf beside them"
                    return _Part([], Wrong(seq, "body", why))
                leaves.append(leaf)
            if begin + len(leaves) < min(start + _ROWS, end):
                return _Part([], _missing(begin + len(leaves)))
    return _Part(full_trees(leaves))


def _missing(seq: int) -> Wrong:
    return Wrong(seq, "seq", "there is no event with this number")


def _broken_chain(conninfo: str, size: int) -> int | None:
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET work_mem = '64MB'")
        connection.execute("SET statement_timeout = 0")
        # The other processors are busy with hashing.
        connection.execute("SET max_parallel_workers_per_gather = 0")
        row = connection.execute(_CHAINS, [size]).fetchone()
    return row[0] if row else None
