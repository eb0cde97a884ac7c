"""Free text and personal data enter events only as salted commitments; the text is kept beside the ledger.

The commitment is SHA-256 over the base64url text of the canonical array [salt, name, text], the form of a
disclosure in SD-JWT, so that it can be erased and every proof stays valid.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from custody.kit import ids
from custody.ledger import canonical
from custody.ledger.events import Event


@dataclass(frozen=True)
class Opening:
    """What opens a commitment: the salt, what the text is called, and the text."""

    commitment: str
    salt: str
    name: str
    text: str


def digest(salt: str, name: str, text: str) -> str:
    """The commitment to a text under a salt, in hexadecimal."""
    disclosure = urlsafe_b64encode(canonical.encode([salt, name, text])).rstrip(b"=")
    return sha256(disclosure).hexdigest()


def commit(name: str, text: str) -> Opening:
    """Commit to a text under a new salt.

    Args:
        name: what the text is: ``reason``, ``name``.
        text: any text.

    Raises:
        NotCanonical: the text holds a lone surrogate.
    """
    salt = ids.salt()
    return Opening(digest(salt, name, text), salt, name, text)


def commitments_in(payload: Any) -> Iterator[str]:
    """Every commitment in a payload, however deep."""
    if isinstance(payload, Mapping):
        if payload.keys() == {"commitment"} and isinstance(payload["commitment"], str):
            yield payload["commitment"]
        else:
            for value in payload.values():
                yield from commitments_in(value)
    elif isinstance(payload, Sequence) and not isinstance(payload, str | bytes):
        for value in payload:
            yield from commitments_in(value)


def commitments_of(event: Event) -> Iterator[str]:
    """Every commitment of an event."""
    yield from commitments_in(event.payload)
    yield from commitments_in(event.late or {})
