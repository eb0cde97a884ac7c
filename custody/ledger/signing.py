"""The signer: says what the tree is, and refuses one that does not add to what it said before.

It goes by its own memory, outside of the database, and by nothing that the database says of the past.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger import proofs, tiles
from custody.ledger.keyfiles import DatedKey
from custody.ledger.memory import Memory
from custody.ledger.merkle import ProofInvalid, verify_consistency
from custody.ledger.models import LogKey, SignedCheckpoint, SignerRound
from custody.ledger.notes import Note, NoteInvalid, SigningKey
from custody.ledger.origins import current_origin, declared
from custody.ledger.queries import entry_count
from custody.ledger.retiring import retired
from custody.ledger.tiles import TreeIncomplete
from custody.ledger.tlog import TILE_WIDTH, Checkpoint

logger = logging.getLogger("custody.signer")

#: Stored tiles whose leaves each round holds against the ledger again: the last ones, where an end would be cut off,
#: and as many of the others, going round and round. What stands in tiles is what is signed, whatever rows say.
REREAD = 16


class SignerRefuses(CustodyError):
    """The signer refuses: {why}."""

    code = "signer_refuses"
    category = "conflict"


@dataclass
class Signer:
    """One signer with its keys and its memory.

    Attributes:
        keys: all that it has; those in force sign, each in a line of its own.
        memory: the last checkpoint that it signed.
        public_every: how often the public is shown another one.
    """

    keys: Sequence[DatedKey]
    memory: Memory
    public_every: timedelta
    _reread: int = 0

    def round(self) -> str | None:
        """Sign the tree as it is now, if there is anything new to say; gives the signed note.

        Raises:
            SignerRefuses: the tree does not add to what was signed before, or no key is in force.
        """
        try:
            signed = self._round()
        except (ProofInvalid, TreeIncomplete, NoteInvalid, SignerRefuses) as error:
            refusal = error if isinstance(error, SignerRefuses) else SignerRefuses(why=str(error))
            logger.critical("%s", refusal)
            _report(str(refusal))
            raise refusal from error
        _report(None)
        return signed

    @transaction.atomic
    def _round(self) -> str | None:
        # Whatever is recorded from now on was not there, so `verify` holds times against it.
        begun = clock.now()
        origin, size = current_origin(), entry_count()
        if origin is None:
            return None
        last = self._last()
        tiles.grow(size)
        now = Checkpoint(origin, size, proofs.root_of(size))
        if last is not None:
            _require_consistent(last, now)
            self._reread_some(last.size // TILE_WIDTH)
        public = self._public_is_due(now)
        if last == now and not public:
            return None
        note = self._signed(now)
        # Before the database: whatever happens to that, this is not forgotten.
        self.memory.keep(note)
        SignedCheckpoint.objects.create(
            origin=origin, size=size, note=note, public=public, signed_at=begun
        )
        return note

    def _last(self) -> Checkpoint | None:
        told = self.memory.last()
        if told is not None:
            return Checkpoint.parse(Note.parse(told).text)
        if SignedCheckpoint.objects.exists():
            raise SignerRefuses(
                why=f"checkpoints were signed, and {self.memory.path} is gone: put the last one there,"
                " from a witness or from the public"
            )
        return None

    def _reread_some(self, full: int) -> None:
        begin = self._reread if self._reread < full else 0
        self._reread = min(begin + REREAD, full)
        for some in ((max(0, full - REREAD), full), (begin, self._reread)):
            wrong = tiles.first_difference(*some)
            if wrong is not None:
                raise SignerRefuses(why=f"event {wrong} is not the one that was signed")

    def _public_is_due(self, now: Checkpoint) -> bool:
        ours = SignedCheckpoint.objects.filter(public=True, origin=now.origin)
        shown = ours.order_by("-id").first()
        if shown is None or not self._bears_good_key(shown.note):
            return True
        if shown.size == now.size:
            return False
        return self._period(clock.now()) > self._period(shown.signed_at)

    def _period(self, at: datetime) -> int:
        return int(at.timestamp() // self.public_every.total_seconds())

    def _signed(self, now: Checkpoint) -> str:
        text = now.format()
        return Note(
            text, tuple(_ready(one, now.origin).sign(text) for one in self._good_keys())
        ).format()

    def _good_keys(self) -> Sequence[DatedKey]:
        ended, now = retired(), clock.now()
        keys = [
            one for one in self.keys if one.in_force(now) and one.key.verifier.public not in ended
        ]
        if not keys:
            raise SignerRefuses(why="no key is in force")
        return keys

    def _bears_good_key(self, note: str) -> bool:
        """Whether the public can go on by what it is shown: a key that ended must not be the only one under it."""
        told = Note.parse(note)
        origin = Checkpoint.parse(told.text).origin
        good = {one.key.named(origin).verifier.id for one in self._good_keys()}
        return any(one.name == origin and one.key_id in good for one in told.signatures)


def _ready(dated: DatedKey, origin: str) -> SigningKey:
    """The key under the log's name, on record for whoever verifies."""
    key = dated.key.named(origin)
    LogKey.objects.get_or_create(
        text=key.verifier.text,
        defaults={"not_before": dated.not_before, "not_after": dated.not_after},
    )
    return key


def _require_consistent(last: Checkpoint, now: Checkpoint) -> None:
    if last.origin != now.origin:
        if not declared(last, now.origin):
            raise SignerRefuses(
                why=f"the log is called {now.origin}, {last.origin} was signed last, and nobody declared why"
            )
        return
    if now.size < last.size:
        raise SignerRefuses(
            why=f"the ledger has {now.size} events, {last.size} were signed: after a restored backup,"
            " declare_rollback goes on under another name"
        )
    proof = proofs.consistency_of(last.size, now.size)
    verify_consistency(last.size, now.size, proof, last.root, now.root)


def _report(refusal: str | None) -> None:
    SignerRound.objects.update_or_create(
        one=True, defaults={"ended_at": clock.now(), "refusal": refusal}
    )
