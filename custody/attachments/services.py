"""Bringing files, and naming them in acts. Bytes lie in storage before any row or event speaks of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from custody.attachments import storage
from custody.attachments.content import Kind, examine
from custody.attachments.models import Attachment, Upload
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right, RightMissing, roles_with

_BRINGING = frozenset({Right.PHOTOGRAPH, Right.DOCUMENT})


class UnknownAttachment(CustodyError):
    """There is no file {sha256} that you brought: upload it first."""

    code = "unknown_attachment"
    category = "not_found"


class AttachmentErased(CustodyError):
    """This file was erased by order, and is not taken again."""

    code = "attachment_erased"
    category = "conflict"


class WrongKind(CustodyError):
    """{sha256} is a {found}; a {wanted} is asked for here."""

    code = "wrong_kind"


class NamedTwice(CustodyError):
    """{sha256} is named twice."""

    code = "named_twice"


def bring(officer: Officer, data: bytes) -> Attachment:
    """Keep a file under its hash; until an act names it, it is the officer's own. The same file twice is one.

    Args:
        officer: who brings it.
        data: its bytes. What it is called is not kept.

    Raises:
        RightMissing: the officer could not name it in any act.
        AttachmentErased: these very bytes were erased by order.
        CustodyError: it is no file that is kept (:mod:`custody.attachments.content`).
    """
    require_bringer(officer)
    found = examine(data, most=settings.ATTACHMENT_MOST_BYTES)
    name = sha256(data).hexdigest()
    with alone_with(name):
        row = Attachment.objects.filter(pk=name).first()
        if row and row.erased_at:
            raise AttachmentErased
        storage.put(storage.ORIGINAL, name, data)
        if found.shown and found.small:
            storage.put(storage.SHOWN, name, found.shown)
            storage.put(storage.SMALL, name, found.small)
        with transaction.atomic():
            now = clock.now()
            if row is None:
                row = Attachment.objects.create(
                    sha256=name,
                    kind=found.kind.value,
                    media_type=found.media_type,
                    size=len(data),
                    uploaded_at=now,
                )
            Upload.objects.update_or_create(
                attachment=row, officer=officer, defaults={"used_at": now}
            )
    return row


def require_bringer(officer: Officer) -> None:
    """Pass if there is an act in which the officer could name a file.

    Raises:
        RightMissing: there is none.
    """
    if not officer.rights & _BRINGING:
        raise RightMissing(
            badge=officer.badge, right=Right.DOCUMENT, holders=", ".join(roles_with(Right.DOCUMENT))
        )


@contextmanager
def alone_with(name: str) -> Iterator[None]:
    """Let nobody else bring, clean away or erase the file of this hash meanwhile.

    The lock is the connection's, not a transaction's: laying bytes down may take longer than a transaction may idle.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"attachment {name}"])
        try:
            yield
        finally:
            cursor.execute(
                "SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"attachment {name}"]
            )


def take(officer: Officer, names: Sequence[str], kind: Kind, *, field: str) -> list[Attachment]:
    """Lock the files that an act names, in the order given; each was brought by the officer.

    Args:
        officer: who acts.
        names: hashes.
        kind: what they have to be.
        field: the field that names them, for errors.

    Raises:
        NamedTwice, UnknownAttachment, WrongKind, AttachmentErased: one will not do.
    """
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise NamedTwice(field=field, sha256=min(doubled))
    rows = {
        row.sha256: row
        for row in Attachment.objects.filter(pk__in=names).order_by("pk").select_for_update()
    }
    own = Upload.objects.filter(officer=officer, attachment__in=names)
    brought = set(own.values_list("attachment_id", flat=True))
    for name in names:
        if name not in rows or name not in brought:
            raise UnknownAttachment(field=field, sha256=name)
        row = rows[name]
        if row.erased_at:
            raise AttachmentErased(field=field)
        if row.kind != kind:
            raise WrongKind(field=field, sha256=name, found=row.kind, wanted=kind.value)
        if not storage.there(storage.ORIGINAL, name):
            raise UnknownAttachment(field=field, sha256=name)
    # an act that waits for a colleague keeps them from being cleaned away meanwhile
    own.update(used_at=clock.now())
    return [rows[name] for name in names]


def named(names: Sequence[str], event: UUID) -> None:
    """Note the event that names these files, where it is the first."""
    Attachment.objects.filter(pk__in=names, event_id__isnull=True).update(event_id=event)


def drop_bytes(name: str) -> None:
    """Remove the bytes of an erased file."""
    with alone_with(name):
        storage.remove(name)
