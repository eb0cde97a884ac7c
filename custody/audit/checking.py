"""Verifying a trail, or a whole seizure, while somebody waits: what was checked, how many, against which checkpoint, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connection

from custody.audit.trails import entries_of_all, subjects_about, trail_of
from custody.kit.errors import CustodyError
from custody.ledger import excerpts
from custody.ledger.excerpts import Signed
from custody.ledger.faults import LedgerFault
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit, Seizure


class What(StrEnum):
    """What is checked, in this order."""

    BYTES = "bytes"
    TEXTS = "texts"
    CHAIN = "chain"
    STATE = "state"
    SIGNED = "signed"


# One statement, so that no row is held against events that came after it was read.
_STATES = """
SELECT wanted.type, found.label, found.head, found.version, told.events, last.seq, encode(last.leaf, 'hex')
FROM unnest(%s::text[], %s::uuid[]) wanted (type, id)
LEFT JOIN (
    SELECT 'exhibit', id, label, head, version FROM custody_exhibit
    UNION ALL SELECT 'seizure', id, reference, head, version FROM custody_seizure
    UNION ALL SELECT 'order', id, NULL, head, version FROM custody_order
    UNION ALL SELECT 'hold', id, NULL, head, version FROM custody_hold
    UNION ALL SELECT 'flag', id, NULL, head, version FROM custody_flag
) found (type, id, label, head, version) ON found.type = wanted.type AND found.id = wanted.id
CROSS JOIN LATERAL (
    SELECT count(*) AS events FROM custody_entry WHERE subject_type = wanted.type AND subject_id = wanted.id::text
) told
LEFT JOIN LATERAL (
    SELECT seq, leaf FROM custody_entry WHERE subject_type = wanted.type AND subject_id = wanted.id::text
    ORDER BY seq DESC LIMIT 1
) last ON true
ORDER BY wanted.type, found.label, wanted.id
"""
#: What has no label is told by what it is: a reader may not be shown its number.
_UNLABELLED = {
    "exhibit": "a unit",
    "seizure": "the seizure",
    "order": "an order",
    "hold": "a hold",
    "flag": "a flag",
}


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
    """Hold a whole trail against itself, against the rows of the units that it tells of and against the newest checkpoint.

    Args:
        exhibit: the row as it stands.
    """
    try:
        steps = trail_of(exhibit)
    except CustodyError as error:
        return Verdict(exhibit.version, [_faulty(What.BYTES, error)], None, exhibit.version)
    # the containers that it was in and what it was made from too: their last events may be its own
    told = {UUID(one.event.subject.id) for one in steps}
    return _verify([one.seq for one in steps], {"exhibit": {exhibit.id, *told}})


def verify_seizure(seizure: Seizure, exhibits: Sequence[Exhibit]) -> Verdict:
    """The same of everything recorded about a seizure and these of its units, and of the orders, holds and flags on them.

    Args:
        seizure: whose record it is.
        exhibits: the rows of the units that the reader may see, as they stand.
    """
    subjects = subjects_about(seizure, [one.id for one in exhibits])
    seqs = list(entries_of_all(subjects).values_list("seq", flat=True))
    # what a unit says that it is under is there, with a row and events
    wanted = {kind: set(ids) for kind, ids in subjects.items()}
    wanted["order"].update(*(one.orders for one in exhibits))
    wanted["hold"].update(*(one.holds for one in exhibits))
    # and so is whatever was put down in one act with something about a unit, though no row tells of it any more
    acts = entries_of_all({"exhibit": subjects["exhibit"]}).order_by().values("act_id")
    beside = Entry.objects.filter(subject_type__in=("order", "hold", "flag"), act_id__in=acts)
    for kind, one in beside.values_list("subject_type", "subject_id"):
        wanted[kind].add(UUID(one))
    return _verify(seqs, wanted)


def _verify(seqs: Sequence[int], subjects: Mapping[str, Collection[UUID]]) -> Verdict:
    try:
        found = excerpts.check_rows(seqs)
    except CustodyError as error:
        return Verdict(len(seqs), [_faulty(What.BYTES, error)], None, len(seqs))
    checks = [
        Check(What.BYTES, len(seqs)),
        _checked(What.TEXTS, lambda: excerpts.check_texts(found)),
        _checked(What.CHAIN, lambda: excerpts.check_chain(seqs)),
        _checked(What.STATE, lambda: _check_states(subjects)),
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


def _check_states(subjects: Mapping[str, Collection[UUID]]) -> int:
    """Pass if each of these rows is there and follows from the last event about it, and from all of them; how many these are.

    Chains look backwards, and inclusion looks at what is left: that the last event is gone shows here alone.
    """
    wanted = [(kind, one) for kind, several in subjects.items() for one in several]
    checked = 0
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [[kind for kind, _ in wanted], [one for _, one in wanted]])
        for kind, label, head, version, events, seq, leaf in cursor.fetchall():
            name = label or _UNLABELLED[kind]
            if not events:
                raise EventsGone(label=name)
            if head is None:
                raise LedgerFault(seq=seq, name="head", why=f"the row of {name} is gone")
            if head != leaf:
                why = "row follows from another event: events are gone, or the row was changed"
                raise LedgerFault(seq=seq, name="head", why=f"{name}'s {why}")
            if version != events:
                why = f"row says {version} events about it, there are {events}"
                raise LedgerFault(seq=seq, name="version", why=f"{name}'s {why}")
            checked += events
    return checked
