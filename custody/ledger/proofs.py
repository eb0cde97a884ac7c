"""Proofs out of the stored tree, for receipts, bundles and whoever asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from custody.ledger import merkle
from custody.ledger.merkle import Node
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


def inclusions_of(seqs: Iterable[int], size: int) -> dict[int, list[bytes]]:
    """The same of many events, by number; neighbours share most of their nodes, and all are read at once.

    Raises:
        ProofInvalid, TreeIncomplete: as for one.
    """
    wanted: set[Node] = set()

    def note_down(nodes: Collection[Node]) -> dict[Node, bytes]:
        wanted.update(nodes)
        return dict.fromkeys(nodes, b"")

    several = list(seqs)
    for seq in several:
        merkle.inclusion_proof(seq, size, note_down)
    known = read_nodes(wanted)
    return {seq: merkle.inclusion_proof(seq, size, lambda _: known) for seq in several}


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
