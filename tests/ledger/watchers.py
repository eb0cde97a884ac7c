"""All who watch the record, each by itself: which of them finds an attack, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from custody.ledger.guard import guard_faults
from custody.ledger.memory import Memory
from custody.ledger.models import SignedCheckpoint
from custody.ledger.notes import KeyType, NoteInvalid, SigningKey
from custody.ledger.signing import Signer, SignerRefuses
from custody.ledger.witnessing import ForkFound, Log, LogUnreachable, WitnessAtWork
from tests.ledger.signers import Signing

GUARD, VERIFY, MEMORY, WITNESS = "guard", "verify_ledger", "signer's memory", "witness"


class _Asked(Log):
    """The log by Django's client, as everybody reads it."""

    def get(self, path: str) -> bytes:
        answer = Client().get(f"/log/{path}")
        if answer.status_code != 200:
            raise LogUnreachable(why=f"{path}: {answer.status_code}")
        content: bytes = answer.content
        return content


class Watchers:
    """The guard, ``verify_ledger``, the signer with its memory, and a witness who only reads what is public."""

    def __init__(self, signing: Signing, folder: Path) -> None:
        folder.mkdir()
        self.signing = signing
        signing.signer.public_every = timedelta(microseconds=1)
        key = SigningKey.generate("court.test/witness", KeyType.COSIGNATURE)
        self.witness = WitnessAtWork(_Asked(""), [signing.verifier], key, folder)

    def sign(self) -> None:
        """A round of the signer, and the witness sees it."""
        self.signing.round()
        self.witness.round()

    def find(self) -> Mapping[str, str]:
        """What each control that finds something says; the others are silent."""
        connection.close()  # whoever restored a database threw us out
        found = {}
        if faults := guard_faults():
            found[GUARD] = "\n".join(faults)
        try:
            call_command("verify_ledger")
        except CommandError as error:
            found[VERIFY] = str(error)
        try:
            self.signing.round()
        except SignerRefuses as error:
            found[MEMORY] = str(error)
        try:
            self.witness.round()
        except (ForkFound, LogUnreachable, NoteInvalid) as error:
            found[WITNESS] = str(error)
        return found

    def lose_signer(self) -> None:
        """The attacker has the signer's machine too: key and memory, which then says what the database says."""
        old = self.signing.signer
        elsewhere = Memory(old.memory.path.with_name("stolen"))
        if last := SignedCheckpoint.objects.order_by("-id").first():
            elsewhere.keep(last.note)
        self.signing.signer = Signer(old.keys, elsewhere, old.public_every)
