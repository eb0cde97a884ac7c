"""Webhooks as two public standards have them: a CloudEvents 1.0 body under Standard Webhooks headers.

Sources: CloudEvents 1.0.2, structured content mode, JSON format; the Standard Webhooks specification 1.0.0.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from custody.kit import clock

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
PREFIX = "whsec_"
#: The standard asks for 24 to 64.
SECRET_BYTES = 32


def new_secret() -> str:
    """A new signing secret, in the form that receivers' libraries take."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def fingerprint(secret: str) -> str:
    """SHA-256 of a secret, by which the ledger tells one from the other: it is too long to be guessed."""
    return sha256(secret.encode()).hexdigest()


def message_id(notice: UUID) -> str:
    """The ``webhook-id``: the same for every try, so that a receiver knows what it has seen."""
    return f"msg_{notice.hex}"


def body(
    *,
    event_id: UUID,
    kind: str,
    occurred_at: datetime,
    flag_id: UUID,
    level: str,
    seq: int,
    site: str,
) -> bytes:
    """What a receiver is told: neither place, route nor person, but where to ask as who may see it.

    Args:
        event_id: id of the ledger's event.
        kind: its kind: ``flag.raised`` and the like.
        occurred_at: when it happened.
        flag_id: the flag that it is about.
        level: the flag's level.
        seq: its place in the ledger: ask for what is missing with ``after_seq``.
        site: address of this installation, without a slash at its end.
    """
    told: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": f"{site}/api/v1",
        "type": f"custody.{kind}",
        "subject": str(flag_id),
        "time": clock.to_text(occurred_at),
        "datacontenttype": "application/json",
        "data": {
            "flag": str(flag_id),
            "level": level,
            "seq": seq,
            "link": f"{site}/api/v1/flags/{flag_id}",
        },
    }
    return orjson.dumps(told)


def headers(
    *, message: str, sent_at: datetime, payload: bytes, signing: Iterable[str]
) -> dict[str, str]:
    """The headers of one try.

    Args:
        message: from :func:`message_id`.
        sent_at: now: receivers refuse what is old.
        payload: the body's exact bytes.
        signing: every secret in force; one that is being replaced signs beside its successor.
    """
    stamp = str(int(sent_at.timestamp()))
    signed = f"{message}.{stamp}.".encode() + payload
    return {
        "content-type": CONTENT_TYPE,
        "user-agent": "custody-webhooks/1",
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in signing),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.digest(key, signed, sha256)).decode()
