"""Verifying a trail, or a whole seizure, while somebody waits: what was checked, how many, against which checkpoint, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from custody.audit.trails import entries_about, trail_of
from custody.kit.errors import CustodyError
from custody.ledger import excerpts
from custody.ledger.excerpts import Signed
from custody.ledger.faults import LedgerFault
from custody.seizures.models import Exhibit, Seizure


class What(StrEnum):
    """What is checked, in this order."""

    BYTES = "bytes"
    TEXTS = "texts"
    CHAIN = "chain"
    STATE = "state"
    SIGNED = "signed"


# One statement, so that a unit is never held against events that came after its row was read.
_STATES = """
SELECT unit.label, unit.head, unit.version, told.events, last.seq, encode(last.leaf, 'hex')
FROM custody_exhibit unit
CROSS JOIN LATERAL (
    SELECT count(*) AS events FROM custody_entry WHERE subject_type = 'exhibit' AND subject_id = unit.id::text
) told
LEFT JOIN LATERAL (
    SELECT seq, leaf FROM custody_entry WHERE subject_type = 'exhibit' AND subject_id = unit.id::text
    ORDER BY seq DESC LIMIT 1
) last ON true
WHERE unit.id = ANY(%s) ORDER BY unit.label
"""


class EventsGone(CustodyError):
    """Not one event about {label} is left."""

    code = "events_gone"
    category = "unavailable"


@dataclass(frozen=True)
class Check:
    """One thing that was checked.

    Attributes:
        count: how many held.
        fault: the first that does not, in words; None where all hold.
        seq: its number, where it is an event.
    """

    what: What
    count: int
    fault: str | None = None
    seq: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What was found.

    Attributes:
        events: how many the trail has; those about the unit itself, where not all can be read.
        checks: what was checked; after bytes that do not hold nothing else is.
        signed: the checkpoint that the events were held against; None while there is none.
        unsigned: events that no checkpoint covers yet.
    """

    events: int
    checks: Sequence[Check]
    signed: Signed | None
    unsigned: int

    @property
    def holds(self) -> bool:
        return all(one.fault is None for one in self.checks)


def verify_trail(exhibit: Exhibit) -> Verdict:
    """Hold a whole trail against itself, against the exhibit's row and against the newest checkpoint.

    Args:
        exhibit: the row as it stands.
    """
    try:
        seqs = [one.seq for one in trail_of(exhibit)]
    except CustodyError as error:
        return Verdict(exhibit.version, [_faulty(What.BYTES, error)], None, exhibit.version)
    return _verify(seqs, [exhibit])


def verify_seizure(seizure: Seizure, exhibits: Sequence[Exhibit]) -> Verdict:
    """The same of everything recorded about a seizure and these of its units, and of the orders, holds and flags on them.

    Args:
        seizure: whose record it is.
        exhibits: the rows of the units that the reader may see, as they stand.
    """
    entries = entries_about(seizure, [one.id for one in exhibits])
    return _verify(list(entries.values_list("seq", flat=True)), exhibits)


def _verify(seqs: Sequence[int], exhibits: Sequence[Exhibit]) -> Verdict:
    try:
        found = excerpts.check_rows(seqs)
    except CustodyError as error:
        return Verdict(len(seqs), [_faulty(What.BYTES, error)], None, len(seqs))
    checks = [
        Check(What.BYTES, len(seqs)),
        _checked(What.TEXTS, lambda: excerpts.check_texts(found)),
        _checked(What.CHAIN, lambda: excerpts.check_chain(seqs)),
        _checked(What.STATE, lambda: _check_states(exhibits)),
    ]
    try:
        signed = excerpts.last_signed()
    except CustodyError as error:
        return Verdict(len(seqs), [*checks, _faulty(What.SIGNED, error)], None, len(seqs))
    if signed is None:
        return Verdict(len(seqs), checks, None, len(seqs))
    proved = _checked(What.SIGNED, lambda: excerpts.check_inclusion(found, signed))
    return Verdict(len(seqs), [*checks, proved], signed, len(seqs) - proved.count)


def _checked(what: What, check: Callable[[], int]) -> Check:
    try:
        return Check(what, check())
    except CustodyError as error:
        return _faulty(what, error)


def _faulty(what: What, error: CustodyError) -> Check:
    return Check(what, 0, str(error), error.seq if isinstance(error, LedgerFault) else None)


def _check_states(exhibits: Sequence[Exhibit]) -> int:
    """Pass if each unit's row follows from the last event about it, and from all of them; how many events these are."""
    checked = 0
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [[one.id for one in exhibits]])
        for label, head, version, events, seq, leaf in cursor.fetchall():
            if not events:
                raise EventsGone(label=label)
            if head != leaf:
                why = "row follows from another event: events are gone, or the row was changed"
                raise LedgerFault(seq=seq, name="head", why=f"{label}'s {why}")
            if version != events:
                why = f"row says {version} events about it, there are {events}"
                raise LedgerFault(seq=seq, name="version", why=f"{label}'s {why}")
            checked += events
    return checked
