"""Naming files in events: what every act that names some has in common."""

from __future__ import annotations

from collections.abc import Sequence

from custody.attachments import services
from custody.attachments.content import Kind
from custody.handling.desk import Desk
from custody.ledger.events import Json


def name(desk: Desk, hashes: Sequence[str], kind: Kind, *, field: str) -> list[dict[str, Json]]:
    """The files as the event tells them, each brought by the actor; it is the next event of the desk that names them.

    Raises:
        NamedTwice, UnknownAttachment, WrongKind, AttachmentErased: one will not do.
    """
    rows = services.take(desk.actor, hashes, kind, field=field)
    position = len(desk.events)
    desk.alongside(lambda: services.named(hashes, desk.events[position].id))
    return [
        {"sha256": row.sha256, "media_type": row.media_type, "size": row.size, "kind": row.kind}
        for row in rows
    ]
