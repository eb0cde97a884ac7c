"""Holding storage, rows and events against each other, and cleaning away what nobody named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from custody.attachments import storage
from custody.attachments.content import Kind
from custody.attachments.models import Attachment, Upload
from custody.attachments.services import alone_with
from custody.kit import clock
from custody.ledger import events as ledger_events
from custody.ledger.erasing import ERASED, SUBJECT
from custody.ledger.models import Entry

#: Longer than any proposal waits: what an act in waiting names is not cleaned away under it.
KEPT_UNNAMED = timedelta(days=1)
#: The events that name files.
NAMING = ("exhibit.photographed", "seizure.documented")
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Finding:
    """Something about one file.

    Attributes:
        name: its hash, or its name in storage.
        what: in words.
        fault: whether evidence is missing or not what it was; else it is only left over.
    """

    name: str
    what: str
    fault: bool


def check() -> Iterator[Finding]:
    """Everything that is not as it should be, in the order in which it is found; reads every file that is kept."""
    yield from _named_by_events()
    for row in Attachment.objects.order_by("pk").iterator():
        if row.erased_at:
            yield from _erased(row, clean=False)
        elif row.event_id:
            yield from _kept(row)
        else:
            yield from _unnamed(row, clean=False)
    yield from _left_over(clean=False)


def clean() -> Iterator[Finding]:
    """Remove what nobody named within a day, what somebody was cut off from, and what should be gone already."""
    for row in Attachment.objects.filter(erased_at__isnull=False).order_by("pk").iterator():
        yield from _erased(row, clean=True)
    for row in Attachment.objects.filter(event_id__isnull=True).order_by("pk").iterator():
        yield from _unnamed(row, clean=True)
    yield from _left_over(clean=True)


def _named_by_events() -> Iterator[Finding]:
    """Files that events name and no row knows, or another one than they say."""
    entries = Entry.objects.filter(kind__in=NAMING).order_by("seq")
    for seq, body in entries.values_list("seq", "body").iterator():
        payload: Any = ledger_events.read(bytes(body)).payload
        for told in payload["attachments"]:
            row = Attachment.objects.filter(pk=told["sha256"]).first()
            if row is None or row.event_id is None:
                yield Finding(told["sha256"], f"seq {seq} names it, and no row does", fault=True)
            elif (row.size, row.media_type) != (told["size"], told["media_type"]):
                yield Finding(row.sha256, f"seq {seq} says another size or type", fault=True)


def _kept(row: Attachment) -> Iterator[Finding]:
    try:
        found = sha256(storage.read(storage.ORIGINAL, row.sha256)).hexdigest()
    except FileNotFoundError:
        yield Finding(row.sha256, "its bytes are missing", fault=True)
        return
    if found != row.sha256:
        yield Finding(row.sha256, f"its bytes hash to {found}", fault=True)
    if row.kind == Kind.PHOTOGRAPH:
        for form in (storage.SHOWN, storage.SMALL):
            if not storage.there(form, row.sha256):
                yield Finding(row.sha256, f"its form {form} is missing", fault=True)


def _erased(row: Attachment, *, clean: bool) -> Iterator[Finding]:
    ordered = Entry.objects.filter(
        subject_type=SUBJECT, subject_id=row.sha256, kind=ERASED
    ).exists()
    if not ordered:
        yield Finding(row.sha256, "it is marked as erased, and no event says so", fault=True)
        return
    if any(storage.there(form, row.sha256) for form in storage.FORMS):
        if clean:
            with alone_with(row.sha256):
                storage.remove(row.sha256)
        yield Finding(
            row.sha256,
            "it was erased and its bytes were still there" + (": removed" if clean else ""),
            fault=not clean,
        )


def _unnamed(row: Attachment, *, clean: bool) -> Iterator[Finding]:
    """A file that nobody named: cleaned when nobody used it for a day."""
    before = clock.now() - KEPT_UNNAMED
    used = Upload.objects.filter(attachment=row, used_at__gt=before).exists()
    if used or row.uploaded_at > before:
        yield Finding(row.sha256, "no act names it yet", fault=False)
    elif clean and _clean(row.sha256):
        yield Finding(row.sha256, "no act named it: removed", fault=False)
    else:
        yield Finding(row.sha256, "no act named it", fault=False)


def _clean(name: str) -> bool:
    """Remove an unnamed file with its row; whether it was still unnamed."""
    with alone_with(name):
        with transaction.atomic():
            rows = Attachment.objects.select_for_update().filter(event_id__isnull=True)
            row = rows.filter(pk=name).first()
            before = clock.now() - KEPT_UNNAMED
            if row is None or Upload.objects.filter(attachment=row, used_at__gt=before).exists():
                return False
            row.uploads.all().delete()
            row.delete()
        # Bytes last: who is cut off here leaves some over, which are found; never a row without its bytes.
        storage.remove(name)
    return True


def _left_over(*, clean: bool) -> Iterator[Finding]:
    """Files in storage that no row knows: somebody was cut off between laying them down and saying so."""
    before = clock.now() - KEPT_UNNAMED
    for path, name in list(storage.files()):
        whole = len(name) == 64 and _HEX.issuperset(name)
        if whole and Attachment.objects.filter(pk=name).exists():
            continue
        old = storage.laid_at(path) < before
        if clean and old:
            with alone_with(name):
                if not whole or not Attachment.objects.filter(pk=name).exists():
                    storage.remove_path(path)
        removed = ": removed" if clean and old else ""
        yield Finding(path, f"it lies in storage and no row knows it{removed}", fault=False)
