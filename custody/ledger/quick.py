"""The quick look at a ledger: bytes, leaves, numbers, chains and the root, by several processes at once.

What columns, times, texts, tiles and rows say is for ``verify``. Nothing here needs Django, so that a process starts at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context

import psycopg

from custody.ledger.merkle import Growing, full_trees

#: As many leaves as make a full subtree: each is looked at by one process, and none holds more than one in memory.
_CHUNK = 1 << 16
#: Rows in one answer. Read whole and in binary form they cost half of what a copy costs, row by row.
_ROWS = 2_048

#: Of as many subjects the last leaves are kept, and of as many seen before those: some 250 bytes each.
_KEPT = 1 << 17

_ENTRIES = """
SELECT seq, subject_type || ' ' || subject_id, previous, leaf, body
FROM public.custody_entry WHERE seq >= %s AND seq < %s ORDER BY seq
"""
_LASTS = """
SELECT subject, last.leaf FROM unnest(%s::text[]) subject, LATERAL (
    SELECT leaf FROM public.custody_entry
    -- a type has no space; an id may: permits, crews, routes and lots bear names of other people's
    WHERE subject_type = split_part(subject, ' ', 1) AND subject_id = substr(subject, strpos(subject, ' ') + 1)
      AND seq < %s
    ORDER BY seq DESC LIMIT 1
) last
"""


@dataclass(frozen=True)
class Wrong:
    """The first thing that is wrong."""

    seq: int
    name: str
    why: str


@dataclass
class _Part:
    """A stretch of the ledger as one process found it, up to what is wrong.

    Attributes:
        trees: its full subtrees, largest first; none where something is wrong.
        firsts: each subject's first event in it: its number, and the leaf that it names as the one before.
        lasts: the leaf of each subject's last event in it.
    """

    trees: list[tuple[bytes, int]] = field(default_factory=list)
    firsts: dict[str, tuple[int, bytes | None]] = field(default_factory=dict)
    lasts: dict[str, bytes] = field(default_factory=dict)
    wrong: Wrong | None = None


@dataclass
class _Lasts:
    """The leaf of each subject's last event so far: of those seen lately as it was seen, of others as the ledger has it.

    So that memory does not grow with the ledger. What was found in a stretch before stands in the ledger just so.
    """

    connection: psycopg.Connection
    seen: dict[str, bytes] = field(default_factory=dict)
    before: dict[str, bytes] = field(default_factory=dict)
    forgotten: bool = False

    def of(self, subjects: Iterable[str], begin: int) -> Mapping[str, bytes]:
        """Those of these subjects that have an event of a number below ``begin``."""
        found = {}
        unknown = []
        for one in subjects:
            leaf = self.seen.get(one) or self.before.get(one)
            if leaf:
                found[one] = leaf
            elif self.forgotten:
                unknown.append(one)
        if unknown:
            found |= dict(self.connection.execute(_LASTS, [unknown, begin], binary=True).fetchall())
        return found

    def add(self, lasts: Mapping[str, bytes]) -> None:
        """Those of a stretch, and forget what was not seen for long."""
        self.seen |= lasts
        if len(self.seen) >= _KEPT:
            self.forgotten = self.forgotten or bool(self.before)
            self.before, self.seen = self.seen, {}


def look(conninfo: str, size: int, *, processes: int = 2) -> bytes | Wrong:
    """The root of the first events, if their bytes, leaves, numbers and chains hold; else the first that is wrong.

    Memory does not grow with the ledger.

    Args:
        conninfo: where the ledger is, and as whom to read it.
        size: how many events.
        processes: how many read and hash at once.
    """
    tree = Growing()
    with (
        ProcessPoolExecutor(processes, get_context("spawn")) as pool,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        lasts = _Lasts(connection)
        stretches = list(_stretches(conninfo, size))
        for (_, begin, _), part in zip(stretches, pool.map(_part, stretches), strict=True):
            wrong = _first_wrong(part, lasts.of(part.firsts, begin))
            if wrong:
                pool.shutdown(cancel_futures=True)
                return wrong
            lasts.add(part.lasts)
            for root, height in part.trees:
                tree.add_tree(root, height)
    return tree.root()


def _first_wrong(part: _Part, lasts: Mapping[str, bytes]) -> Wrong | None:
    """What is wrong in a stretch, or between it and those before it, whose subjects' last leaves these are."""
    broken = [seq for one, (seq, named) in part.firsts.items() if named != lasts.get(one)]
    found = [part.wrong] if part.wrong else []
    if broken:
        found.append(_unchained(min(broken)))
    return min(found, key=lambda one: one.seq, default=None)


def _stretches(conninfo: str, size: int) -> Iterator[tuple[str, int, int]]:
    for begin in range(0, size, _CHUNK):
        yield conninfo, begin, min(begin + _CHUNK, size)


def _part(stretch: tuple[str, int, int]) -> _Part:
    conninfo, begin, end = stretch
    part = _Part()
    leaves: list[bytes] = []
    with psycopg.connect(conninfo) as connection, connection.cursor(binary=True) as cursor:
        for start in range(begin, end, _ROWS):
            cursor.execute(_ENTRIES, [start, min(start + _ROWS, end)])
            part.wrong = _look_at(cursor.fetchall(), start, part, leaves)
            if part.wrong:
                return part
            if begin + len(leaves) < min(start + _ROWS, end):
                part.wrong = _missing(begin + len(leaves))
                return part
    part.trees = full_trees(leaves)
    return part


def _look_at(
    rows: list[tuple[int, str, bytes | None, bytes, bytes]],
    start: int,
    part: _Part,
    leaves: list[bytes],
) -> Wrong | None:
    """The first of these rows that is wrong; the leaves of those before it are added."""
    lasts, hashed, keep = part.lasts, sha256, leaves.append
    for expected, (seq, subject, previous, leaf, body) in enumerate(rows, start):
        if seq != expected:
            return _missing(expected)
        if hashed(b"\x00" + body).digest() != leaf:
            return Wrong(seq, "body", "the bytes do not hash to the leaf beside them")
        before = lasts.get(subject)
        if before is None:
            part.firsts[subject] = (seq, previous)
        elif before != previous:
            return _unchained(seq)
        lasts[subject] = leaf
        keep(leaf)
    return None


def _missing(seq: int) -> Wrong:
    return Wrong(seq, "seq", "there is no event with this number")


def _unchained(seq: int) -> Wrong:
    return Wrong(seq, "previous", "it does not name the leaf of its subject's event before it")
