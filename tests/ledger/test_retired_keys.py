"""A key that somebody else may have is ended before its time: it signs no more, and what it signs later does not count."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from custody.kit import clock
from custody.kit.roles import SIGNER
from custody.ledger import checkpoints
from custody.ledger.faults import LedgerFault
from custody.ledger.models import SignedCheckpoint
from custody.ledger.notes import NoteInvalid
from custody.ledger.retiring import KeyRetired, NoKeyOfTheLog, retire
from custody.ledger.signing import SignerRefuses
from custody.ledger.tlog import opened
from custody.ledger.verify import verify
from tests.cast import Cast, catch
from tests.ledger.signers import ORIGIN, Signing, as_login, new_key


def stolen(signing: Signing) -> None:
    """The key is retired, by who signs, and another signs in its place."""
    with as_login(signing.server, signing.database, SIGNER):
        retire(signing.verifier)


def test_it_signs_no_more_and_without_another_the_signer_refuses(
    committed_cast: Cast, signing: Signing
) -> None:
    signing.round()
    stolen(signing)
    catch(committed_cast)
    with pytest.raises(SignerRefuses, match="no key is in force"):
        signing.round()


def test_the_public_is_shown_a_checkpoint_by_the_next_key_at_once(
    committed_cast: Cast, signing: Signing
) -> None:
    signing.round()
    old = signing.verifier
    stolen(signing)
    signing.signer.keys = [*signing.signer.keys, new_key()]
    new = signing.signer.keys[1].key.named(ORIGIN).verifier
    signing.round()
    shown = checkpoints.latest_public()
    assert shown
    opened(shown, [new])
    with pytest.raises(NoteInvalid):
        opened(shown, [old])
    assert signing.round() is None
    verify()


def test_the_log_says_until_when_it_counted(signing: Signing) -> None:
    signing.round()
    before = Client().get("/log/keys").content.decode().split()
    stolen(signing)
    key, begin, until, word = Client().get("/log/keys").content.decode().split()
    assert [key, begin] == before[:2]
    assert clock.from_text(until) <= clock.now() < clock.from_text(before[2])
    assert word == "retired"


def test_a_checkpoint_that_is_stored_later_under_it_alone_is_a_fault(
    committed_cast: Cast, signing: Signing, admin: psycopg.Connection
) -> None:
    thief = signing.signer.keys[0].key.named(ORIGIN)
    signing.round()
    stolen(signing)
    signing.signer.keys = [*signing.signer.keys, new_key()]
    signing.round()
    verify()
    right = SignedCheckpoint.objects.latest("id")
    text = right.note.partition("\n\n")[0] + "\n"
    admin.execute(
        "INSERT INTO custody_checkpoint (origin, size, note, public, signed_at) VALUES (%s, %s, %s, false, %s)",
        [ORIGIN, right.size, f"{text}\n{thief.sign(text).line}\n", clock.now()],
    )
    with pytest.raises(LedgerFault, match=rf"seq {right.size - 1}, field checkpoint: .* retired"):
        verify()


def test_what_it_signed_before_holds(committed_cast: Cast, signing: Signing) -> None:
    signing.round()
    stolen(signing)
    verify()
    assert SignedCheckpoint.objects.count() == 1


def test_it_counts_under_no_other_name_either(signing: Signing) -> None:
    signing.round()
    other = signing.signer.keys[0].key.named("elsewhere.example").verifier
    with as_login(signing.server, signing.database, SIGNER):
        retire(other)
    with pytest.raises(KeyRetired):
        retire(signing.verifier)
    signing.signer.public_every = timedelta(microseconds=1)
    with pytest.raises(SignerRefuses, match="no key is in force"):
        signing.round()


def test_only_the_signer_retires_and_only_what_the_log_signed_with(signing: Signing) -> None:
    signing.round()
    with pytest.raises(NoKeyOfTheLog):
        retire(new_key().key.named(ORIGIN).verifier)
    with pytest.raises(Exception, match="permission denied"):
        retire(signing.verifier)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM custody_log_key_retired", "TRUNCATE custody_log_key_retired"]
)
def test_not_even_a_superuser_takes_it_back_unseen(
    signing: Signing, admin: psycopg.Connection, statement: str
) -> None:
    signing.round()
    stolen(signing)
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        admin.execute(statement)


@pytest.mark.usefixtures("transactional_db")
def test_the_command_asks_for_the_login_of_the_signer() -> None:
    with pytest.raises(CommandError, match=r"DATABASE_SIGNER_URL|This is no key"):
        call_command("retire_signing_key", "nothing")
