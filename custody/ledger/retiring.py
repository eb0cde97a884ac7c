"""Ending a key of the log before its time, because somebody else may have it.

A signature bears no time, so nothing shows by itself when a stolen key signed. What is bound in time is: the signer
signs with it no more, verification refuses what was stored later under it alone, and ``/log/keys`` says until when
it counted, for witnesses and whoever else reads the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.faults import LedgerFault
from custody.ledger.models import LogKey, RetiredKey, SignedCheckpoint
from custody.ledger.notes import Note, VerifierKey


class NoKeyOfTheLog(CustodyError):
    """The log never signed with {key}."""

    code = "no_key_of_the_log"
    category = "not_found"


class KeyRetired(CustodyError):
    """This key was retired at {at}."""

    code = "key_retired"
    category = "conflict"


@transaction.atomic
def retire(key: VerifierKey) -> RetiredKey:
    """Let nothing that this key alone signs from now on count, under whatever name; for ever.

    Args:
        key: as ``/log/keys`` tells it.

    Raises:
        NoKeyOfTheLog: it is none.
        KeyRetired: it was retired before.
    """
    if not any(one.public == key.public for one in _keys().values()):
        raise NoKeyOfTheLog(key=key.text)
    at = retired().get(key.public)
    if at is not None:
        raise KeyRetired(at=clock.to_text(at))
    return RetiredKey.objects.create(text=key.text, retired_at=clock.now())


def retired() -> Mapping[bytes, datetime]:
    """Since when each retired key counts no more, by its 32 bytes: the log may be called otherwise by now."""
    rows = RetiredKey.objects.values_list("text", "retired_at")
    return {VerifierKey.parse(text).public: at for text, at in rows}


def check_signers(last: int) -> None:
    """Pass if no checkpoint was stored under nothing but keys that were retired before.

    Args:
        last: the id of the last checkpoint that is looked at.

    Raises:
        LedgerFault: the first that was.
    """
    ended = retired()
    if not ended:
        return
    keys = _keys()
    rows = SignedCheckpoint.objects.filter(id__lte=last, signed_at__gt=min(ended.values()))
    for row in rows.order_by("id").iterator():
        signers = [
            keys[signature.name, signature.key_id].public
            for signature in Note.parse(row.note).signatures
            if (signature.name, signature.key_id) in keys
        ]
        if all(one in ended and ended[one] < row.signed_at for one in signers):
            raise LedgerFault(
                seq=row.size - 1,
                name="checkpoint",
                why="a checkpoint of it was signed by a key that was retired before, and by no other",
            )


def _keys() -> dict[tuple[str, bytes], VerifierKey]:
    found = map(VerifierKey.parse, LogKey.objects.values_list("text", flat=True))
    return {(one.name, one.id): one for one in found}
