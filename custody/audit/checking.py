"""Verifying one trail while somebody waits: what was checked, how many, against which checkpoint, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from custody.audit.trails import Step, trail_of
from custody.kit.errors import CustodyError
from custody.ledger import excerpts
from custody.ledger.excerpts import Contents, Signed
from custody.ledger.faults import LedgerFault
from custody.seizures.models import Exhibit


class What(StrEnum):
    """What is checked, in this order."""

    BYTES = "bytes"
    TEXTS = "texts"
    CHAIN = "chain"
    STATE = "state"
    SIGNED = "signed"


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
        steps = trail_of(exhibit)
        seqs = sorted(one.seq for one in steps)
        found = excerpts.check_rows(seqs)
    except CustodyError as error:
        return Verdict(exhibit.version, [_faulty(What.BYTES, error)], None, exhibit.version)
    checks = [
        Check(What.BYTES, len(seqs)),
        _checked(What.TEXTS, lambda: excerpts.check_texts(found)),
        _checked(What.CHAIN, lambda: excerpts.check_chain(seqs)),
        _checked(What.STATE, lambda: _check_state(exhibit, steps, found)),
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


def _check_state(exhibit: Exhibit, steps: Sequence[Step], found: Contents) -> int:
    """Pass if the exhibit's row follows from the last event about it, and from all of them."""
    own = [one for one in steps if not one.inherited]
    last = found.leaves[max(one.seq for one in own)].hex()
    if exhibit.head != last:
        raise LedgerFault(
            seq=max(one.seq for one in own),
            name="head",
            why="the unit's row follows from another event: events are gone, or the row was changed",
        )
    if exhibit.version != len(own):
        raise LedgerFault(
            seq=max(one.seq for one in own),
            name="version",
            why=f"the unit's row says {exhibit.version} events about it, there are {len(own)}",
        )
    return len(own)
