"""Each minute's rows hashed into the ledger, so that the log itself cannot be trimmed unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import append, canonical
from custody.ledger.events import SYSTEM, Event, Json, Subject, seal
from custody.ledger.models import Entry
from custody.people.models import Assignment, AssignmentKind
from custody.reading.models import AlertKind, Canary, DigestedMinute, Read, ReadAlert
from custody.reading.rules import BULK_WITHIN, ReadFacts, alerts

#: A row is stamped when it is written and committed with it; after so long no more come.
SETTLED = timedelta(minutes=2)
_MINUTE = timedelta(minutes=1)
_LOCK = 0x72656164


class ReadsTampered(CustodyError):
    """The read log of {minute}: {found} rows that hash to {digest}, and the ledger says {expected} that hash to {told}."""

    code = "reads_tampered"


def digest_columns(events: Sequence[Event]) -> dict[str, Any]:
    """The row of a digested minute, from its one event."""
    (event,) = events
    payload: Any = event.payload
    return {
        "minute": event.subject.id,
        "rows": payload["rows"],
        "digest": payload["digest"],
        "head": event.leaf,
    }


def digest_of(rows: Sequence[Read]) -> str:
    """SHA-256, in hex, over the canonical bytes of each row, in the order of their ids."""
    found = sha256()
    for row in sorted(rows, key=lambda one: one.id):
        told = [
            str(row.id),
            clock.to_text(row.read_at),
            row.badge,
            row.unit,
            row.agency,
            row.action,
            row.route,
            row.relation,
            row.purpose,
            [str(one) for one in row.objects_shown],
            row.recipients,
        ]
        found.update(sha256(canonical.encode(told)).digest())
    return found.hexdigest()


@transaction.atomic
def digest_reads() -> int:
    """Digest every settled minute that has rows and no digest yet, and raise alerts; how many minutes.

    Any number of these may run: one works, the others find nothing to do.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # rows are stamped by the server: its clock says what is settled
        cursor.execute("SELECT clock_timestamp()")
        settled: datetime = cursor.fetchone()[0] - SETTLED
    _raise_broken_glass()
    minutes = 0
    events: list[Event] = []
    for minute, rows in _minutes(settled):
        content: dict[str, Json] = {"rows": len(rows), "digest": digest_of(rows)}
        event = seal(
            kind="reads.digested",
            subject=Subject("reads", name_of(minute)),
            actor=SYSTEM,
            occurred_at=clock.now(),
            payload=content,
            previous=None,
            act_id=ids.new_id(),
        )
        DigestedMinute.objects.create(**digest_columns([event]))
        events.append(event)
        _raise_alerts(minute, rows)
        minutes += 1
    if events:
        append.append(events)
    return minutes


def name_of(minute: datetime) -> str:
    """A minute as the ledger names it: ``2026-11-24T15:25Z``."""
    return minute.strftime("%Y-%m-%dT%H:%MZ")


def _minutes(settled: datetime) -> Iterator[tuple[datetime, list[Read]]]:
    last = DigestedMinute.objects.order_by("-minute").values_list("minute", flat=True).first()
    rows = Read.objects.filter(read_at__lt=settled.replace(second=0, microsecond=0))
    if last:
        rows = rows.filter(read_at__gte=_moment(last) + _MINUTE)
    batch: list[Read] = []
    minute: datetime | None = None
    for row in rows.order_by("read_at", "id").iterator():
        own = row.read_at.replace(second=0, microsecond=0)
        if minute is not None and own != minute:
            yield minute, batch
            batch = []
        minute = own
        batch.append(row)
    if minute is not None:
        yield minute, batch


def _moment(name: str) -> datetime:
    return datetime.fromisoformat(name)


def _facts(row: Read) -> ReadFacts:
    return ReadFacts(
        id=row.id,
        at=row.read_at,
        badge=row.badge,
        route=row.route,
        relation=row.relation,
        purpose=row.purpose,
        objects=frozenset(row.objects_shown),
    )


def _raise_alerts(minute: datetime, rows: Sequence[Read]) -> None:
    before = Read.objects.filter(
        badge__in={row.badge for row in rows}, read_at__gte=minute - BULK_WITHIN, read_at__lt=minute
    )
    found = alerts(
        [_facts(row) for row in rows],
        [_facts(row) for row in before],
        frozenset(Canary.objects.values_list("object_id", flat=True)),
        ZoneInfo(settings.DISPLAY_TIME_ZONE),
    )
    agencies = {row.badge: row.agency for row in rows}
    _raise(
        ReadAlert(
            id=ids.new_id(),
            kind=kind,
            badge=row.badge,
            agency=agencies[row.badge],
            source=row.id,
            happened_at=row.at,
            raised_at=clock.now(),
        )
        for kind, row in found
    )


def _raise_broken_glass() -> None:
    """An alert for each glass that was broken and has none yet."""
    told = ReadAlert.objects.filter(kind=AlertKind.BROKEN_GLASS).values("source")
    broken = Assignment.objects.filter(kind=AssignmentKind.PURPOSE, glass_broken=True)
    _raise(
        ReadAlert(
            id=ids.new_id(),
            kind=AlertKind.BROKEN_GLASS,
            badge=one.officer_id,
            agency=one.officer.unit.agency_id,
            source=one.code,
            happened_at=one.since,
            raised_at=clock.now(),
        )
        for one in broken.exclude(code__in=[str(row["source"]) for row in told]).select_related(
            "officer__unit"
        )
    )


def _raise(found: Iterator[ReadAlert]) -> None:
    ReadAlert.objects.bulk_create(found, ignore_conflicts=True)


def verify_reads() -> int:
    """Hold the read log against its digests in the ledger; the number of minutes that hold.

    Whole months whose time was over are gone, by an event; their digests stay.

    Raises:
        ReadsTampered: the rows of a minute are not those that were digested.
    """
    retired = Entry.objects.filter(kind="reads.retired").aggregate(last=Max("subject_id"))["last"]
    count = 0
    for expected in (
        DigestedMinute.objects.filter(minute__gte=retired or "").order_by("minute").iterator()
    ):
        name, minute = expected.minute, _moment(expected.minute)
        rows = list(Read.objects.filter(read_at__gte=minute, read_at__lt=minute + _MINUTE))
        found = digest_of(rows)
        if (found, len(rows)) != (expected.digest, expected.rows):
            raise ReadsTampered(
                minute=name,
                found=len(rows),
                digest=found,
                expected=expected.rows,
                told=expected.digest,
            )
        count += 1
    return count
