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
from psycopg import sql

from custody.ledger.merkle import Growing

#: As many leaves as make a full subtree: each is looked at by one process, and none holds more than one in memory.
_CHUNK = 1 << 16

_ENTRIES = """
COPY (SELECT seq, leaf, body FROM public.custody_entry WHERE seq >= {} AND seq < {} ORDER BY seq)
TO STDOUT (FORMAT binary)
"""
_CHAINS = """
SELECT seq FROM (
    SELECT seq, previous, lag(leaf) OVER (PARTITION BY subject_type, subject_id ORDER BY seq) AS expected
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
    tree, wrong = Growing(), None
    copying = sql.SQL(_ENTRIES).format(begin, end)
    with psycopg.connect(conninfo) as connection, connection.cursor().copy(copying) as copy:
        copy.set_types(["int8", "bytea", "bytea"])
        # Read to the end also where something is wrong: a copy that is left half read holds up its connection.
        for seq, leaf, body in copy.rows():
            if wrong:
                continue
            if seq != begin + tree.size:
                wrong = _missing(begin + tree.size)
            elif sha256(b"\x00" + body).digest() != leaf:
                wrong = Wrong(seq, "body", "the bytes do not hash to the leaf beside them")
            else:
                tree.add(leaf)
    if not wrong and begin + tree.size < end:
        wrong = _missing(begin + tree.size)
    return _Part(tree.trees(), wrong)


def _missing(seq: int) -> Wrong:
    return Wrong(seq, "seq", "there is no event with this number")


def _broken_chain(conninfo: str, size: int) -> int | None:
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET work_mem = '64MB'")
        connection.execute("SET statement_timeout = 0")
        row = connection.execute(_CHAINS, [size]).fetchone()
    return row[0] if row else None
