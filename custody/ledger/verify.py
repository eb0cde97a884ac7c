"""Holding the ledger against itself: everything that can be derived is derived again from the bytes.

It trusts nothing but the order of the table's key. Memory stays bounded: entries pass in batches, each read in a
short transaction, and the chains are held together by the database's own index. What was signed is
held against it too: stored tiles leaf by leaf, checkpoints by their roots. What was cut off at the end together with
both cannot be seen from inside: that is what checkpoints kept elsewhere are for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.models import Max
from psycopg.conninfo import make_conninfo

from custody.ledger import merkle, quick, tiles
from custody.ledger.copying import copied
from custody.ledger.entries import SELECT, TYPES, Rows, commitments_told, in_words, missing
from custody.ledger.faults import LedgerFault
from custody.ledger.models import SignedCheckpoint
from custody.ledger.notes import Note
from custody.ledger.queries import entry_count, last_seq, purpose
from custody.ledger.retiring import check_signers
from custody.ledger.texts import check_commitments, check_strays
from custody.ledger.tlog import TILE_WIDTH, Checkpoint

BATCH = 5_000
#: Where a database is and as whom to enter, as libpq names it.
_ADDRESS = ("dbname", "user", "password", "host", "port")

_CHAINS = """
SELECT seq, previous, expected FROM (
    SELECT seq, previous, (
        SELECT before.leaf FROM custody_entry before
        WHERE before.subject_type = one.subject_type AND before.subject_id = one.subject_id AND before.seq < one.seq
        ORDER BY before.seq DESC LIMIT 1
    ) AS expected
    FROM custody_entry one WHERE seq >= %s AND seq < %s
) AS chained
WHERE previous IS DISTINCT FROM expected ORDER BY seq LIMIT 1
"""

#: Times lie outside of the bytes; what was signed before an event, and what was signed over it, bound them.
_TIMES = """
SELECT one.seq, one.seq < signed.size FROM custody_checkpoint signed
JOIN custody_entry one ON one.seq IN (signed.size - 1, signed.size)
WHERE signed.id > %s AND signed.id <= %s
    -- the signer's clock and the database's may differ by so much
    AND CASE WHEN one.seq < signed.size THEN one.recorded_at > signed.signed_at + interval '5 minutes'
             ELSE one.recorded_at < signed.signed_at - interval '5 minutes' END
ORDER BY one.seq LIMIT 1
"""


@dataclass(frozen=True)
class Report:
    """What held.

    Attributes:
        events: how many.
        root: the RFC 6962 root over all their leaves, in hexadecimal.
    """

    events: int
    root: str


def verify() -> Report:
    """Derive everything again: bytes, columns, numbers, times, chains, commitments, root.

    Raises:
        LedgerFault: the first thing that is wrong, by seq and field.
        StrayText: a text lies beside the ledger that belongs to none of it.
    """
    # First, so that no checkpoint is of more than is read.
    signed = SignedCheckpoint.objects.aggregate(last=Max("id"))["last"] or 0
    last = last_seq()
    if last is None:
        raise LedgerFault(
            seq=0, name="seq", why="the ledger is empty; it begins with ledger.opened"
        )
    root = _root(last, signed).hex()
    _check_chains(last)
    check_strays()
    check_signers(signed)
    if purpose() == "production":  # elsewhere time may be simulated
        _check_times(signed)
    return Report(events=last + 1, root=root)


def verify_quickly(*, processes: int) -> Report:
    """Hash every event again: bytes, leaves, numbers, chains and root, and nothing that :func:`verify` does beside.

    Args:
        processes: how many read and hash at once.

    Raises:
        LedgerFault: the first thing that is wrong, by seq and field.
    """
    events = entry_count()
    params = connection.get_connection_params()
    told = {name: params[name] for name in _ADDRESS if params.get(name)}
    found = quick.look(make_conninfo(**told), events, processes=processes)
    if isinstance(found, quick.Wrong):
        raise LedgerFault(seq=found.seq, name=found.name, why=found.why)
    return Report(events=events, root=found.hex())


def _check_chains(last: int) -> None:
    """Every event names the leaf of its subject's event before it."""
    with connection.cursor() as cursor:
        for begin in range(0, last + 1, BATCH):
            cursor.execute(_CHAINS, [begin, min(begin + BATCH, last + 1)])
            broken = cursor.fetchone()
            if broken:
                seq, previous, expected = broken
                raise LedgerFault(
                    seq=seq,
                    name="previous",
                    why=f"it names {in_words(previous)}, and its subject's event before has the leaf {in_words(expected)}",
                )


def _check_times(signed: int) -> None:
    """No event says that it was recorded before a checkpoint that it is not in, or after one that it is in."""
    with connection.cursor() as cursor:
        for begin in range(0, signed, BATCH):
            cursor.execute(_TIMES, [begin, min(begin + BATCH, signed)])
            wrong = cursor.fetchone()
            if wrong:
                seq, covered = wrong
                why = (
                    "after a checkpoint that holds it"
                    if covered
                    else "before a checkpoint that does not hold it"
                )
                raise LedgerFault(seq=seq, name="recorded_at", why=f"it is {why}")


def _root(last: int, signed: int) -> bytes:
    """The root over all leaves, which hold, stand in the stored tiles, and make the roots that were signed."""
    wrong = tiles.first_difference(0, (last + 1) // TILE_WIDTH)
    if wrong is not None:
        raise LedgerFault(seq=wrong, name="leaf", why="another leaf stood here when it was signed")
    unfit = tiles.first_unfit(min(_signed_size(signed), last + 1))
    if unfit is not None:
        level, number = unfit
        raise LedgerFault(
            seq=number * TILE_WIDTH ** (level + 1),
            name="tile",
            why=f"tile {number} of level {level} is gone, or does not fit the tiles below it",
        )
    tree, leaves, held = merkle.Growing(), _leaves(last), 0
    for checkpoint in _signed(signed):
        if checkpoint.size > last + 1:
            raise LedgerFault(
                seq=last + 1,
                name="seq",
                why=f"{checkpoint.size} events were signed, no more are here",
            )
        for leaf in islice(leaves, checkpoint.size - tree.size):
            tree.add(leaf)
        if tree.root() != checkpoint.root:
            raise LedgerFault(
                seq=held,
                name="leaf",
                why=f"events {held} to {tree.size - 1} are not those that were signed",
            )
        held = tree.size
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def _signed(last: int) -> Iterator[Checkpoint]:
    """What was signed, from the smallest tree on."""
    after = 0
    while True:
        rows = SignedCheckpoint.objects.filter(id__lte=last, size__gt=after).order_by("size", "id")
        batch = list(rows.distinct("size")[:BATCH])
        if not batch:
            return
        for row in batch:
            yield Checkpoint.parse(Note.parse(row.note).text)
        after = batch[-1].size


def _signed_size(last: int) -> int:
    found = SignedCheckpoint.objects.filter(id__lte=last).aggregate(size=Max("size"))
    return found["size"] or 0


def _leaves(last: int) -> Iterator[bytes]:
    """The leaves of entries that hold, in order."""
    rows = Rows()
    while rows.next <= last:
        leaves, wanted = list[bytes](), dict[str, int]()
        until = min(rows.next + BATCH, last + 1)
        for row in copied(SELECT, [rows.next, until], TYPES):
            seq = rows.next
            leaf, told = rows.check(row)
            leaves.append(leaf)
            if told:
                for commitment in commitments_told(told):
                    wanted.setdefault(commitment, seq)
        if wanted:
            check_commitments(wanted)
        if rows.next < until:
            raise missing(rows.next)
        yield from leaves
