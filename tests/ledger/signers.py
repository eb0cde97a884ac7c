"""A signer in the test's own process, and one that enters the database as the signer's role does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import connection

from custody.kit import clock
from custody.kit.roles import SIGNER, Address
from custody.ledger.keyfiles import DatedKey
from custody.ledger.memory import Memory
from custody.ledger.notes import KeyType, SigningKey, VerifierKey
from custody.ledger.signing import Signer
from tests.postgres import Server

ORIGIN = "custody.test/test"


def new_key(begin: timedelta = timedelta(0), days: int = 1) -> DatedKey:
    start = clock.now() + begin
    key = SigningKey.generate("signer", KeyType.ED25519)
    return DatedKey(key, start - timedelta(seconds=1), start + timedelta(days=days))


def new_signer(
    folder: Path, *keys: DatedKey, public_every: timedelta = timedelta(hours=1)
) -> Signer:
    folder.mkdir(exist_ok=True)
    return Signer(keys or [new_key()], Memory(folder / "checkpoint"), public_every)


def verifier_of(signer: Signer, origin: str = ORIGIN) -> VerifierKey:
    return signer.keys[0].key.named(origin).verifier


@contextmanager
def as_login(server: Server, database: str, login: str, **options: str) -> Iterator[None]:
    """Whatever the block does in the database is done by another login."""
    before = dict(connection.settings_dict)
    connection.close()
    address = Address.of(server.url(database, login), setting="DATABASE_URL")
    connection.settings_dict.update(address.django(**options))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


class Signing:
    """A signer on a clone, which signs as its own role."""

    def __init__(self, server: Server, database: str, signer: Signer) -> None:
        self.server, self.database, self.signer = server, database, signer

    def round(self) -> str | None:
        with as_login(self.server, self.database, SIGNER):
            return self.signer.round()

    @property
    def verifier(self) -> VerifierKey:
        return verifier_of(self.signer)
