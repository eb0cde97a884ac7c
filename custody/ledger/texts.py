"""The texts beside the ledger, held against the commitments in it: the one that is committed to, or lawfully gone."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from custody.ledger.commitments import digest
from custody.ledger.erasing import ERASED, SUBJECT
from custody.ledger.faults import LedgerFault, StrayText

BATCH = 5_000

#: One statement reads the texts and what was erased, so an erasure meanwhile shows in both or in neither.
_KEPT = """
SELECT commitment, salt, name, text, (
    SELECT erasure.seq FROM custody_entry erasure
    WHERE erasure.subject_type = %s AND erasure.subject_id = commitment AND erasure.kind = %s LIMIT 1
)
FROM custody_disclosure WHERE commitment = ANY(%s)
"""

_TEXTS = """
SELECT commitment, seq,
       coalesce(position(convert_to('{"commitment":"' || commitment || '"}', 'UTF8') IN body) > 0, false)
FROM (SELECT commitment, event_id FROM custody_disclosure WHERE commitment > %s ORDER BY commitment LIMIT %s) AS text
LEFT JOIN custody_entry USING (event_id) ORDER BY commitment
"""


def check_commitments(wanted: Mapping[str, int]) -> None:
    """Pass if every text that is committed to is there and is the one, or is gone by an event that says so.

    Args:
        wanted: the seq of an event that commits, by commitment.

    Raises:
        LedgerFault: the first that is not, in the order of ``wanted``.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [SUBJECT, ERASED, list(wanted)])
        kept = {commitment: told for commitment, *told in cursor.fetchall()}
    for commitment, seq in wanted.items():
        salt, name, text, erased = kept.get(commitment, (None, None, None, None))
        if erased is None and (salt is None or text is None):
            raise LedgerFault(
                seq=seq, name="payload", why=f"the text behind commitment {commitment} is gone"
            )
        if erased is not None:
            if salt is not None or text is not None:
                raise LedgerFault(
                    seq=erased, name="subject_id", why=f"the text behind {commitment} is still kept"
                )
        elif digest(salt, name, text) != commitment:
            raise LedgerFault(
                seq=seq, name="payload", why=f"the text kept for {commitment} is not the one"
            )


def check_strays() -> None:
    """Pass if every text that is kept belongs to an event that commits to it.

    Raises:
        LedgerFault, StrayText: the first that does not.
    """
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_TEXTS, [after, BATCH])
            batch = cursor.fetchall()
        for commitment, seq, committed in batch:
            if seq is None:
                raise StrayText(commitment=commitment)
            if not committed:
                raise LedgerFault(
                    seq=seq,
                    name="payload",
                    why=f"it does not commit to the text kept under {commitment}",
                )
        if len(batch) < BATCH:
            return
        after = batch[-1][0]
