"""The signer says what the tree is, and refuses, loudly, whatever does not add to what it said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from custody.kit import clock
from custody.ledger import checkpoints, keyfiles, merkle
from custody.ledger.memory import Memory, MemoryInUse
from custody.ledger.models import Entry, LogKey, SignedCheckpoint, SignerRound
from custody.ledger.notes import Note, NoteInvalid, VerifierKey
from custody.ledger.signing import SignerRefuses
from custody.ledger.tlog import opened
from tests.ledger.growing import grow_ledger
from tests.ledger.signers import ORIGIN, Signing, new_key, new_signer
from tests.postgres import Server


def leaves() -> list[bytes]:
    return [bytes(one) for one in Entry.objects.order_by("seq").values_list("leaf", flat=True)]


def test_it_signs_the_tree_as_it_is(signing: Signing, admin: psycopg.Connection) -> None:
    grow_ledger(admin, 700)
    note = signing.round()
    assert note is not None
    checkpoint, _ = opened(note, [signing.verifier])
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 700)
    assert checkpoint.root == merkle.root(leaves())
    assert signing.signer.memory.last() == note == checkpoints.latest_live()
    assert SignedCheckpoint.objects.get(size=700).note == note


def test_without_anything_new_it_says_nothing_and_shows_that_it_was_there(
    signing: Signing,
) -> None:
    signing.round()
    first = SignerRound.objects.get().ended_at
    assert signing.round() is None
    assert SignedCheckpoint.objects.count() == 1
    assert SignerRound.objects.get().ended_at > first


def test_the_public_is_shown_another_checkpoint_only_when_the_time_has_come(
    signing: Signing, admin: psycopg.Connection
) -> None:
    first = signing.round()
    grow_ledger(admin, 40)
    live = signing.round()
    assert checkpoints.latest_public() == first
    assert checkpoints.latest_live() == live != first
    assert checkpoints.public_size() == 1
    signing.signer.public_every = timedelta(microseconds=1)
    signing.round()
    assert checkpoints.latest_public() == live
    assert signing.round() is None


def rewritten(admin: psycopg.Connection, seq: int) -> None:
    """A row, its leaf and all columns, made anew so that they agree with each other."""
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER entry_append_only")
    admin.execute(
        "UPDATE custody_entry SET body = 'other'::bytea, leaf = sha256('\\x00'::bytea || 'other'::bytea)"
        " WHERE seq = %s",
        [seq],
    )
    admin.execute("ALTER TABLE custody_entry ENABLE ALWAYS TRIGGER entry_append_only")


@pytest.mark.parametrize("seq", [3, 255, 300, 699])
def test_a_row_rewritten_with_its_leaf_stops_it(
    signing: Signing, admin: psycopg.Connection, seq: int
) -> None:
    grow_ledger(admin, 700)
    signing.round()
    rewritten(admin, seq)
    with pytest.raises(SignerRefuses):
        signing.round()
    assert "refuses" in (SignerRound.objects.get().refusal or "")
    assert SignedCheckpoint.objects.count() == 1


@pytest.mark.parametrize("more", [0, 1, 100, 900])
@pytest.mark.parametrize("size", [512, 700])
def test_an_end_that_was_cut_off_stops_it_whatever_was_put_there_instead(
    signing: Signing, admin: psycopg.Connection, size: int, more: int
) -> None:
    grow_ledger(admin, size)
    signing.round()
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER entry_append_only")
    admin.execute("DELETE FROM custody_entry WHERE seq >= %s", [size - 50])
    admin.execute("ALTER TABLE custody_entry ENABLE ALWAYS TRIGGER entry_append_only")
    if more:
        admin.execute(
            "INSERT INTO custody_entry (seq, event_id, act_id, kind, subject_type, subject_id, actor, occurred_at,"
            " recorded_at, leaf, body) SELECT seq, gen_random_uuid(), gen_random_uuid(), 'a.b', 'other', seq::text, '',"
            " now(), now(), sha256(convert_to('other ' || seq, 'UTF8')), '' FROM generate_series(%s::int, %s::int) AS seq",
            [size - 50, size - 51 + more],
        )
    with pytest.raises(SignerRefuses):
        signing.round()


def test_a_memory_that_is_gone_stops_it(signing: Signing) -> None:
    signing.round()
    signing.signer.memory.path.unlink()
    with pytest.raises(SignerRefuses, match="is gone"):
        signing.round()


@pytest.mark.parametrize("spoilt", [b"", b"\xff\xfe", b"custody.test/test\n1\n", b"A" * 2_000_000])
def test_a_memory_that_is_spoilt_stops_it(signing: Signing, spoilt: bytes) -> None:
    signing.round()
    signing.signer.memory.path.write_bytes(spoilt)
    with pytest.raises(SignerRefuses):
        signing.round()


def test_checkpoints_that_are_gone_from_the_database_do_not_make_it_forget(
    signing: Signing, admin: psycopg.Connection
) -> None:
    grow_ledger(admin, 300)
    signing.round()
    admin.execute("ALTER TABLE custody_checkpoint DISABLE TRIGGER ALL")
    admin.execute("DELETE FROM custody_checkpoint")
    rewritten(admin, 299)
    with pytest.raises(SignerRefuses):
        signing.round()


def test_what_was_stored_of_a_tree_that_it_refuses_is_taken_back(
    signing: Signing, admin: psycopg.Connection
) -> None:
    grow_ledger(admin, 300)
    signing.round()
    rewritten(admin, 299)
    grow_ledger(admin, 600)
    with pytest.raises(SignerRefuses):
        signing.round()
    assert admin.execute("SELECT count(*) FROM custody_tile").fetchone() == (1,)


def test_while_one_key_follows_another_both_sign(
    server: Server, transactional_db: str, tmp_path: Path, admin: psycopg.Connection
) -> None:
    old, new = new_key(), new_key()
    signing = Signing(server, transactional_db, new_signer(tmp_path / "signer", old, new))
    note = signing.round()
    assert note is not None
    for key in (old, new):
        opened(note, [key.key.named(ORIGIN).verifier])
    assert len(Note.parse(note).signatures) == 2
    assert {VerifierKey.parse(row.text) for row in LogKey.objects.all()} == {
        one.key.named(ORIGIN).verifier for one in (old, new)
    }
    signing.signer.keys = [replace(old, not_after=clock.now()), new]
    grow_ledger(admin, 10)
    later = signing.round()
    assert later is not None
    with pytest.raises(NoteInvalid):
        opened(later, [old.key.named(ORIGIN).verifier])


def test_a_key_that_is_over_signs_nothing(signing: Signing) -> None:
    signing.signer.keys = [replace(new_key(), not_after=clock.now())]
    with pytest.raises(SignerRefuses, match="no key is in force"):
        signing.round()


@pytest.mark.parametrize("mode", [0o600, 0o440, 0o404, 0o644])
def test_a_key_that_others_could_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    keyfiles.write(path, new_key())
    assert keyfiles.read(path).key
    path.chmod(mode)
    with pytest.raises(keyfiles.KeyFileUnsafe, match="chmod 0400"):
        keyfiles.read(path)


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    call_command("make_signing_key", tmp_path / "key", "--name", "custody.test")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o400
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("make_signing_key", tmp_path / "key", "--name", "custody.test")


def test_two_signers_do_not_share_a_memory(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "checkpoint")
    with memory.held(), pytest.raises(MemoryInUse), Memory(memory.path).held():
        pass


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO custody_tile (level, number, root, hashes) VALUES (0, 9, '', '')",
        "INSERT INTO custody_checkpoint (origin, size, note, public, signed_at) VALUES ('x', 1, 'x', true, now())",
        "INSERT INTO custody_log_key (text, not_before, not_after) VALUES ('x', now(), now())",
        "INSERT INTO custody_log_key_retired (text, retired_at) VALUES ('x', now())",
        "INSERT INTO custody_signer_round (one, ended_at) VALUES (true, now())",
        "UPDATE custody_signer_round SET refusal = NULL",
        "DELETE FROM custody_disagreement",
        "UPDATE custody_cosignature SET line = ''",
    ],
)
def test_the_app_writes_nothing_that_is_the_signers(transactional_db: str, statement: str) -> None:
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["tile", "checkpoint", "log_key"])
def test_not_even_a_superuser_changes_what_was_signed_unseen(
    signing: Signing, admin: psycopg.Connection, table: str
) -> None:
    grow_ledger(admin, 300)
    signing.round()
    for statement in (f"DELETE FROM custody_{table}", f"TRUNCATE custody_{table} CASCADE"):
        with pytest.raises(psycopg.DatabaseError, match="append-only"):
            admin.execute(statement)
