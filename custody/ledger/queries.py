"""Reading the ledger. Callers narrow what an actor may see; the ledger knows bytes, not rights."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from custody.ledger import events
from custody.ledger.entries import check_leaf
from custody.ledger.events import Event, Subject
from custody.ledger.faults import LedgerFault
from custody.ledger.models import Entry


def entries_of(subject: Subject) -> QuerySet[Entry]:
    """A subject's entries, oldest first."""
    return Entry.objects.filter(subject_type=subject.type, subject_id=subject.id).order_by("seq")


def sound_event(entry: Entry) -> Event:
    """What an entry says, if its bytes are those that were recorded: no event else is ever told as the record.

    Pictures alone count from bytes that nobody held against their leaves (``custody.audit.stages``), and tell no event.

    Raises:
        LedgerFault: they are not, or are about something else than the entry says.
    """
    return _sound(entry.seq, entry.subject_type, entry.subject_id, entry.body, entry.leaf)


def sound_events(entries: QuerySet[Entry]) -> Iterator[Event]:
    """What these entries say, in their order, each as :func:`sound_event` tells it; nothing else of them is fetched."""
    for row in entries.values_list("seq", "subject_type", "subject_id", "body", "leaf"):
        yield _sound(*row)


def _sound(
    seq: int, subject_type: str, subject_id: str, body: bytes | memoryview, leaf: bytes | memoryview
) -> Event:
    exact = bytes(body)
    check_leaf(seq, exact, bytes(leaf))
    event = events.read(exact)
    if event.subject != Subject(subject_type, subject_id):
        why = "it is about something else than the columns say"
        raise LedgerFault(seq=seq, name="subject_id", why=why)
    return event


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
