"""What the log has said of its tree, with what witnesses added: the signed notes as they are handed out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from custody.ledger.models import Cosignature, LogKey, SignedCheckpoint
from custody.ledger.notes import Note, Signature, VerifierKey
from custody.ledger.origins import current_origin


def latest_public() -> str | None:
    """The checkpoint that everybody is shown; None while there is none."""
    return _told(_ours().filter(public=True).order_by("-id").first())


def latest_live() -> str | None:
    """The newest checkpoint, for witnesses and whoever may see the events; None while there is none."""
    return _told(_ours().order_by("-id").first())


def for_size(size: int) -> str | None:
    """The newest checkpoint of a tree of this size; None where none was signed."""
    return _told(_ours().filter(size=size).order_by("-id").first())


def covering(seq: int) -> str | None:
    """The newest checkpoint that covers an event: one that a witness signed too if there is one."""
    found = _ours().filter(size__gt=seq)
    cosigned = Exists(Cosignature.objects.filter(checkpoint=OuterRef("pk")))
    return _told(found.order_by(cosigned.desc(), "-id").first())


def public_size() -> int:
    """How many leaves the public may know of."""
    row = _ours().filter(public=True).order_by("-id").first()
    return row.size if row else 0


def live_size() -> int:
    """How many leaves the newest checkpoint covers."""
    row = _ours().order_by("-id").first()
    return row.size if row else 0


def log_keys(at: datetime) -> Sequence[VerifierKey]:
    """The log's keys that are good at a moment, newest first."""
    rows = LogKey.objects.filter(not_before__lte=at, not_after__gt=at).order_by("-not_before")
    return [VerifierKey.parse(row.text) for row in rows]


def _ours() -> QuerySet[SignedCheckpoint]:
    return SignedCheckpoint.objects.filter(origin=current_origin())


def _told(row: SignedCheckpoint | None) -> str | None:
    if row is None:
        return None
    lines = row.cosignatures.order_by("id").values_list("line", flat=True)
    return Note.parse(row.note).with_signatures(map(Signature.parse, lines)).format()
