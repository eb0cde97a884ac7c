"""Proofs out of the stored tree, for receipts, bundles and whoever asks."""

from __future__ import annotations

from custody.ledger import merkle
from custody.ledger.models import Entry
from custody.ledger.notes import Note
from custody.ledger.tiles import read_nodes
from custody.ledger.tlog import Checkpoint, Proof


def inclusion_of(seq: int, size: int) -> list[bytes]:
    """The hashes from an event's leaf to the root of the tree of ``size`` leaves, from its sibling up.

    Raises:
        ProofInvalid: that tree has no such leaf.
        TreeIncomplete: the stored tree does not go so far.
    """
    return merkle.inclusion_proof(seq, size, read_nodes)


def consistency_of(size1: int, size2: int) -> list[bytes]:
    """The hashes that show that the tree of ``size2`` leaves adds to that of ``size1``.

    Raises:
        ProofInvalid: one is not earlier than the other, or empty.
        TreeIncomplete: the stored tree does not go so far.
    """
    return merkle.consistency_proof(size1, size2, read_nodes)


def root_of(size: int) -> bytes:
    """The root over the first ``size`` leaves.

    Raises:
        TreeIncomplete: the stored tree does not go so far.
    """
    return merkle.root_of(size, read_nodes)


def receipt_of(entry: Entry, checkpoint: str) -> str:
    """That an event is recorded, in one text that anybody can check offline (C2SP tlog-proof).

    Args:
        entry: the event.
        checkpoint: the signed note of a tree that holds it.

    Raises:
        NoteInvalid: it is no checkpoint.
        ProofInvalid: its tree ends before the event.
    """
    size = Checkpoint.parse(Note.parse(checkpoint).text).size
    return Proof(entry.seq, tuple(inclusion_of(entry.seq, size)), checkpoint).format()
