"""What the log has said of its tree, with what witnesses added: the signed notes as they are handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger import proofs
from custody.ledger.models import (
    Cosignature,
    Disagreement,
    LogKey,
    SignedCheckpoint,
    SignerRound,
    Timestamp,
)
from custody.ledger.notes import Note, Signature, VerifierKey
from custody.ledger.origins import current_origin
from custody.ledger.queries import entry_count
from custody.ledger.tiles import TreeIncomplete
from custody.ledger.tlog import Checkpoint, opened
from custody.ledger.witnesses import Witness

#: A signer that has not been round for so many of its rounds is not coming.
ROUNDS_MISSED = 6


class NotCovered(CustodyError):
    """No checkpoint covers event {event} yet; one is signed every {seconds} seconds."""

    code = "not_covered_yet"
    category = "conflict"


class NothingDisagrees(CustodyError):
    """Both checkpoints are of the tree as it stands."""

    code = "nothing_disagrees"


class UnknownCheckpoint(CustodyError):
    """This log has signed no such checkpoint."""

    code = "unknown_checkpoint"
    category = "not_found"


def latest_public() -> str | None:
    """The checkpoint that everybody is shown; None while there is none."""
    return _told(_ours().filter(public=True).order_by("-id").first())


def latest_live() -> str | None:
    """The newest checkpoint, for witnesses and whoever may see the events; None while there is none."""
    return _told(_ours().order_by("-id").first())


def covering(seq: int) -> str | None:
    """The newest checkpoint that covers an event: one that a witness signed too, and with timestamps, if there is one."""
    found = _ours().filter(size__gt=seq)
    same = {"checkpoint__origin": OuterRef("origin"), "checkpoint__size": OuterRef("size")}
    cosigned, stamped = (Exists(one.objects.filter(**same)) for one in (Cosignature, Timestamp))
    return _told(found.order_by(cosigned.desc(), stamped.desc(), "-id").first())


def public_size() -> int:
    """How many leaves the public may know of."""
    row = _ours().filter(public=True).order_by("-id").first()
    return row.size if row else 0


def live_size() -> int:
    """How many leaves the newest checkpoint covers."""
    row = _ours().order_by("-id").first()
    return row.size if row else 0


def every_key() -> Sequence[VerifierKey]:
    """Every key that the log ever signed with."""
    return [VerifierKey.parse(row.text) for row in LogKey.objects.order_by("-not_before")]


def add_cosignature(witness: Witness, told: str) -> None:
    """Put a witness's line under the checkpoint that it signed; again changes nothing.

    Args:
        witness: who sends it.
        told: the checkpoint's text with the line under it.

    Raises:
        NoteInvalid: there is no signature by this witness under it, or it does not hold.
        UnknownCheckpoint: this log did not sign it.
    """
    note = Note.parse(told)
    (line,) = note.verified([witness.verifier])
    size = Checkpoint.parse(note.text).size
    for row in _ours().filter(size=size).order_by("id"):
        if Note.parse(row.note).text == note.text:
            Cosignature.objects.get_or_create(
                checkpoint=row,
                witness=witness.name,
                defaults={"line": line.line, "received_at": clock.now()},
            )
            return
    raise UnknownCheckpoint


def add_disagreement(witness: Witness, held: str, offered: str) -> None:
    """Keep what a witness could not reconcile.

    Args:
        witness: who says so.
        held: the signed checkpoint that it went by.
        offered: the one that does not add to it.

    Raises:
        NoteInvalid: one of them was not signed by this log.
        NothingDisagrees: this log's tree has both roots.
    """
    both = [opened(told, every_key())[0] for told in (held, offered)]
    if all(map(_stands, both)):
        raise NothingDisagrees
    Disagreement.objects.create(
        witness=witness.name,
        origin=both[0].origin,
        held=held,
        offered=offered,
        received_at=clock.now(),
    )


def _stands(checkpoint: Checkpoint) -> bool:
    try:
        return proofs.root_of(checkpoint.size) == checkpoint.root
    except TreeIncomplete:
        return False


@dataclass(frozen=True)
class State:
    """How the log fares.

    Attributes:
        status: ``ok``, or what is wrong, in a word.
        age_seconds: of the last checkpoint; None while there is none.
        behind: events that no checkpoint covers yet.
        refusal: why the signer refuses; None when it does not.
        disagreements: how many times a witness could not reconcile what this log signed.
    """

    status: str
    age_seconds: float | None
    behind: int
    refusal: str | None
    disagreements: int


def state(every: timedelta) -> State:
    """How the log fares, where the signer should come round so often."""
    origin, now = current_origin(), clock.now()
    last = _ours().order_by("-id").first()
    round_ = SignerRound.objects.first()
    disagreements = Disagreement.objects.filter(origin=origin).count()
    if round_ is None:
        status = "never signed"
    elif round_.refusal:
        status = "signer refuses"
    elif now - round_.ended_at > every * ROUNDS_MISSED:
        status = "signer is away"
    elif disagreements:
        status = "a witness disagrees"
    else:
        status = "ok"
    return State(
        status=status,
        age_seconds=None if last is None else round((now - last.signed_at).total_seconds(), 1),
        behind=entry_count() - (last.size if last else 0),
        refusal=round_.refusal if round_ else None,
        disagreements=disagreements,
    )


def _ours() -> QuerySet[SignedCheckpoint]:
    return SignedCheckpoint.objects.filter(origin=current_origin())


def _told(row: SignedCheckpoint | None) -> str | None:
    if row is None:
        return None
    # A public checkpoint may repeat a live one, and what witnesses put under that.
    lines = (
        Cosignature.objects.filter(checkpoint__origin=row.origin, checkpoint__size=row.size)
        .order_by("id")
        .values_list("line", flat=True)
    )
    return Note.parse(row.note).with_signatures(map(Signature.parse, lines)).format()
