"""What proves the events of a bundle: a checkpoint that covers them, and the way from each to its root."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from custody.kit.errors import CustodyError
from custody.ledger import checkpoints, timestamps
from custody.ledger.models import LogKey
from custody.ledger.notes import Note
from custody.ledger.proofs import inclusions_of
from custody.ledger.tlog import Checkpoint, Proof
from custody.ledger.witnesses import Witness


class NotYetSigned(CustodyError):
    """The last of its events is in no checkpoint yet: ask again when the log has signed one."""

    code = "not_yet_signed"
    category = "unavailable"


@dataclass(frozen=True)
class Evidence:
    """What proves events.

    Attributes:
        checkpoint: the signed note, with the witnesses' cosignatures.
        proofs: each event's C2SP tlog-proof, by its number.
        keys: verifier keys of the log and of its witnesses.
        timestamps: RFC 3161 replies and ``checkpoint``, the note as the log signed it, which they are about; by file.
    """

    checkpoint: str
    proofs: Mapping[int, str]
    keys: Sequence[str]
    timestamps: Mapping[str, bytes] = field(default_factory=dict)


def evidence_for(seqs: Collection[int]) -> Evidence:
    """What proves the events with these numbers.

    Raises:
        NotYetSigned: no checkpoint covers all of them yet.
        TreeIncomplete: hashes of the stored tree are gone.
    """
    note = checkpoints.covering(max(seqs))
    if note is None:
        raise NotYetSigned
    size = Checkpoint.parse(Note.parse(note).text).size
    proofs = {
        seq: Proof(seq, tuple(path), note).format()
        for seq, path in inclusions_of(seqs, size).items()
    }
    keys = [
        *LogKey.objects.order_by("not_before").values_list("text", flat=True),
        *Witness.objects.order_by("name").values_list("key", flat=True),
    ]
    return Evidence(note, proofs, keys, _timestamps(size))


def _timestamps(size: int) -> dict[str, bytes]:
    stamped = timestamps.stamped(size)
    if stamped is None:
        return {}
    told = {f"{name}.tsr": reply for name, reply in timestamps.replies(stamped).items()}
    return {"checkpoint": stamped.note.encode(), **told}
