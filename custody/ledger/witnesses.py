"""Those who watch the log for others, adopted by events: who they are, by which key they sign, how they come in."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.db import models

from custody.ledger.adoption import Adopted
from custody.ledger.events import Json, Person
from custody.ledger.notes import KeyInvalid, KeyType, VerifierKey


class Witness(Adopted):
    """A witness of the log."""

    subject_type = "witness"

    name = models.CharField(primary_key=True, max_length=64)
    key = models.CharField(max_length=400)
    token_hash = models.CharField(max_length=64)
    in_service = models.BooleanField()

    class Meta:
        db_table = "custody_witness"

    def __str__(self) -> str:
        return self.name

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "key": content["key"],
            "token_hash": content["token_hash"],
            "in_service": content["in_service"],
        }

    @property
    def verifier(self) -> VerifierKey:
        """The key that its cosignatures are held against."""
        return VerifierKey.parse(self.key)


def adopt_witness(key: str, *, actor: Person, in_service: bool = True) -> tuple[Witness, str]:
    """Take a witness in, or back, under a new credential; or out of service.

    Args:
        key: its verifier key as text, of the type for cosignatures.
        actor: who adopts it.
        in_service: whether it is heard from now on.

    Returns:
        The witness, and the bearer token that opens live checkpoints to it; only its hash is kept.

    Raises:
        KeyInvalid: it is no key for cosignatures.
    """
    verifier = VerifierKey.parse(key)
    if verifier.type is not KeyType.COSIGNATURE:
        raise KeyInvalid(why="a witness signs as one, with a key of type 0x04")
    token = token_urlsafe(32)
    witness = Witness.adopt(
        verifier.name,
        {"key": key, "token_hash": hash_of(token), "in_service": in_service},
        actor=actor,
    )
    return witness, token


def hash_of(token: str) -> str:
    """How a token is kept: it is random and long, so one SHA-256 is enough."""
    return sha256(token.encode()).hexdigest()


def bearer(token: str) -> Witness | None:
    """The witness in service that holds this token."""
    return Witness.objects.filter(token_hash=hash_of(token), in_service=True).first()
