"""Reading the ledger. Callers narrow what an actor may see; the ledger knows bytes, not rights."""

from __future__ import annotations

from django.db.models import QuerySet

from custody.ledger import events
from custody.ledger.entries import check_leaf
from custody.ledger.events import Event, Subject
from custody.ledger.models import Entry


def entries_of(subject: Subject) -> QuerySet[Entry]:
    """A subject's entries, oldest first."""
    return Entry.objects.filter(subject_type=subject.type, subject_id=subject.id).order_by("seq")


def sound_event(entry: Entry) -> Event:
    """What an entry says, if its bytes are those that were recorded: nothing else is ever shown as the record.

    Raises:
        LedgerFault: they are not.
    """
    body = bytes(entry.body)
    check_leaf(entry.seq, body, bytes(entry.leaf))
    return events.read(body)


def events_after(seq: int, limit: int) -> QuerySet[Entry]:
    """The next entries after a number, at most ``limit``."""
    return Entry.objects.filter(seq__gt=seq).order_by("seq")[:limit]


def last_seq() -> int | None:
    """The number of the last entry; None before the ledger is open."""
    return Entry.objects.order_by("-seq").values_list("seq", flat=True).first()


def entry_count() -> int:
    """How many entries there are: numbers have no gaps."""
    last = last_seq()
    return 0 if last is None else last + 1


def purpose() -> str | None:
    """What the ledger was opened for; None while it is not open."""
    first = Entry.objects.filter(seq=0).first()
    return str(events.read(bytes(first.body)).payload["purpose"]) if first else None


def origin() -> str:
    """The name under which the ledger was opened; there is none before that."""
    first = Entry.objects.get(seq=0)
    return str(events.read(bytes(first.body)).payload["origin"])
