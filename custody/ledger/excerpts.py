"""Some events of the ledger, such as those of one trail, held against themselves and against what was signed.

It says less than a verification of the whole, and says it at once: nothing is read but these events, those before
them of their subjects, and the hashes between them and the root.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from custody.ledger import checkpoints, merkle
from custody.ledger.entries import SELECT_SOME, Rows, commitments_told, in_words, missing
from custody.ledger.faults import LedgerFault
from custody.ledger.models import SignedCheckpoint
from custody.ledger.proofs import inclusions_of
from custody.ledger.texts import check_commitments
from custody.ledger.tlog import Checkpoint, opened

_CHAINS = """
SELECT one.seq, one.previous, before.leaf
FROM custody_entry one LEFT JOIN LATERAL (
    SELECT leaf FROM custody_entry other
    WHERE other.subject_type = one.subject_type AND other.subject_id = one.subject_id AND other.seq < one.seq
    ORDER BY other.seq DESC LIMIT 1
) before ON true
WHERE one.seq = ANY(%s) AND one.previous IS DISTINCT FROM before.leaf ORDER BY one.seq LIMIT 1
"""


@dataclass(frozen=True)
class Signed:
    """The newest checkpoint, whose signature holds, and when it was signed."""

    checkpoint: Checkpoint
    signed_at: datetime


@dataclass(frozen=True)
class Contents:
    """What these events are.

    Attributes:
        leaves: their leaves, by number.
        commitments: an event that commits to each text, by commitment.
    """

    leaves: Mapping[int, bytes]
    commitments: Mapping[str, int]


def check_rows(seqs: Sequence[int]) -> Contents:
    """Hash the bytes of these events again, and read their columns from the bytes again.

    Raises:
        LedgerFault: the first that does not hold, by seq and field.
    """
    rows = Rows()
    leaves: dict[int, bytes] = {}
    commitments: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(SELECT_SOME, [list(seqs)])
        for seq, *columns, previous, leaf, body in cursor:
            rows.next = seq
            exact = (None if previous is None else bytes(previous), bytes(leaf), bytes(body))
            leaves[seq], told = rows.check((seq, *columns, *exact))
            for commitment in commitments_told(told) if told else ():
                commitments.setdefault(commitment, seq)
    for seq in seqs:
        if seq not in leaves:
            raise missing(seq)
    return Contents(leaves, commitments)


def check_texts(found: Contents) -> int:
    """Pass if every text that these events commit to is the one, or lawfully gone; how many.

    Raises:
        LedgerFault: the first that is not.
    """
    if found.commitments:
        check_commitments(found.commitments)
    return len(found.commitments)


def check_chain(seqs: Collection[int]) -> int:
    """Pass if each of these events names the leaf of its subject's event before it; how many.

    Raises:
        LedgerFault: the first that does not.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHAINS, [list(seqs)])
        broken = cursor.fetchone()
    if broken:
        seq, previous, expected = broken
        raise LedgerFault(
            seq=seq,
            name="previous",
            why=f"it names {in_words(previous)}, and its subject's event before has the leaf {in_words(expected)}",
        )
    return len(seqs)


def last_signed() -> Signed | None:
    """The newest checkpoint of this log; None while there is none.

    Raises:
        NoteInvalid: the log's key did not sign it.
    """
    note = checkpoints.latest_live()
    if note is None:
        return None
    checkpoint, _ = opened(note, checkpoints.every_key())
    row = SignedCheckpoint.objects.filter(origin=checkpoint.origin, size=checkpoint.size)
    return Signed(checkpoint, row.order_by("id")[0].signed_at)


def check_inclusion(found: Contents, signed: Signed) -> int:
    """Pass if each of these events that was there stands in the tree that was signed; how many were there.

    Raises:
        LedgerFault: the first that does not.
        TreeIncomplete: hashes of the stored tree are gone.
    """
    tree = signed.checkpoint
    held = {seq: leaf for seq, leaf in found.leaves.items() if seq < tree.size}
    for seq, path in inclusions_of(held, tree.size).items():
        try:
            merkle.verify_inclusion(seq, tree.size, held[seq], path, tree.root)
        except merkle.ProofInvalid as error:
            raise LedgerFault(
                seq=seq, name="leaf", why="it is not in the tree that was signed"
            ) from error
    return len(held)
