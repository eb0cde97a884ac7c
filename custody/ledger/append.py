"""Appending: one call of one database function, the last statement of the transaction that it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger.commitments import Opening, commitments_of
from custody.ledger.events import SYSTEM, Event, Subject, seal
from custody.ledger.models import Disclosure


class LedgerError(CustodyError):
    """The ledger refuses: {why}."""

    code = "ledger_refuses"
    category = "conflict"


class BrokenChain(LedgerError):
    """The record of this subject went on in the meantime: {why}."""

    code = "broken_chain"


class NotAnEvent(LedgerError):
    """The ledger takes only events: {why}."""

    code = "not_an_event"


class LedgerNotOpen(LedgerError):
    """The ledger has not been opened: run load_demo, or open_ledger."""

    code = "ledger_not_open"


class LedgerAlreadyOpen(LedgerError):
    """The ledger is open already: its first event stays its first."""

    code = "ledger_already_open"


class SimulatedTimeRefused(LedgerError):
    """Time is simulated only in a ledger opened for demonstration or test."""

    code = "simulated_time_refused"


class NotInTransaction(LedgerError):
    """An append belongs in the transaction of what it records."""

    code = "not_in_transaction"


class Uncommitted(LedgerError):
    """No event commits to this text: {name}."""

    code = "uncommitted"


#: The SQLSTATEs that ``ledger_append`` raises, and those by which PostgreSQL refuses bytes that are no JSON text.
_REFUSALS: dict[str, type[LedgerError]] = {
    "CU001": BrokenChain,
    "CU002": NotAnEvent,
    "CU003": LedgerNotOpen,
    "CU004": LedgerAlreadyOpen,
    "CU005": SimulatedTimeRefused,
    "22021": NotAnEvent,
    "22P02": NotAnEvent,
    "22P05": NotAnEvent,
    "22007": NotAnEvent,
    "23502": NotAnEvent,
}


@dataclass(frozen=True)
class Recorded:
    """Where an event stands in the ledger, and since when."""

    seq: int
    recorded_at: datetime


def append(events: Sequence[Event], openings: Sequence[Opening] = ()) -> list[Recorded]:
    """Append events in order; each gets the next number, and the lock is held to the end of the transaction.

    Args:
        events: sealed; later ones may chain to earlier ones.
        openings: the texts that they commit to.

    Raises:
        BrokenChain: the subject's last event is another than ``previous`` says.
        NotAnEvent, LedgerNotOpen, LedgerAlreadyOpen, SimulatedTimeRefused, NotInTransaction, Uncommitted: as they
            say.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction
    if openings:
        _keep(events, openings)
    simulated = clock.simulated_at()
    bodies = [event.body for event in events]
    try:
        with connection.cursor() as cursor:
            if simulated is None:
                cursor.execute("SELECT * FROM ledger_append(%s)", [bodies])
            else:
                cursor.execute(
                    "SELECT * FROM ledger_append(%s, %s)", [bodies, clock.to_text(simulated)]
                )
            return [Recorded(seq, at) for seq, at in cursor.fetchall()]
    except DatabaseError as error:
        cause = error.__cause__
        refusal = _REFUSALS.get(getattr(cause, "sqlstate", None) or "")
        if refusal is None:
            raise
        diagnosis = getattr(cause, "diag", None)
        raise refusal(why=getattr(diagnosis, "message_primary", str(cause))) from error


def _keep(events: Sequence[Event], openings: Sequence[Opening]) -> None:
    """Keep the texts beside the ledger, each with the first event that commits to it."""
    first: dict[str, UUID] = {}
    for event in events:
        for commitment in commitments_of(event):
            first.setdefault(commitment, event.id)
    for one in openings:
        if one.commitment not in first:
            raise Uncommitted(name=one.name)
    recorded_at = clock.now()
    Disclosure.objects.bulk_create(
        Disclosure(
            commitment=one.commitment,
            salt=one.salt,
            name=one.name,
            text=one.text,
            event_id=first[one.commitment],
            recorded_at=recorded_at,
        )
        for one in openings
    )


@transaction.atomic
def open_ledger(purpose: str, origin: str) -> Recorded:
    """Write event 0, which says for ever what this ledger is for.

    Args:
        purpose: ``production``, ``demonstration`` or ``test``.
        origin: the ledger's name, as its checkpoints will bear it.

    Raises:
        LedgerAlreadyOpen: it has one.
    """
    event = seal(
        kind="ledger.opened",
        subject=Subject("ledger", origin),
        actor=SYSTEM,
        occurred_at=clock.now(),
        payload={"purpose": purpose, "origin": origin},
        previous=None,
        act_id=ids.new_id(),
    )
    return append([event])[0]
