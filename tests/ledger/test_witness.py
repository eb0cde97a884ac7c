"""A witness is another process with another key; it cosigns what only grew, and keeps the proof of what did not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from custody.kit.roles import SIGNER
from custody.ledger import checkpoints, keyfiles, merkle
from custody.ledger.events import SYSTEM
from custody.ledger.models import Disagreement
from custody.ledger.notes import Note
from custody.ledger.retiring import retire
from custody.ledger.tlog import Checkpoint, opened
from custody.ledger.witnesses import adopt_witness
from tests.ledger.growing import grow_ledger
from tests.ledger.signers import ORIGIN, Signing, as_login, new_key
from tests.races.children import ROOT, Web, child, until

pytestmark = pytest.mark.slow
MANAGE = str(ROOT / "manage.py")


class Court:
    """A court that watches the log from its own machine: no database, no settings of ours."""

    def __init__(self, folder: Path, address: str, log_key: str) -> None:
        self.folder, self.address, self.log_key = folder, address, log_key
        self.retired: tuple[str, ...] = ()
        folder.mkdir()
        self.key = self._run(
            "make_signing_key", str(folder / "key"), "--name", "court.test/w", "--witness"
        )
        assert self.key.returncode == 0, self.key.stderr
        _, token = adopt_witness(self.key.stdout.strip(), actor=SYSTEM)
        (folder / "token").write_text(token)

    def look(self) -> subprocess.CompletedProcess[str]:
        return self._run(
            *("witness", "--once", "--log", self.address, "--log-key", self.log_key),
            *("--key", str(self.folder / "key"), "--state", str(self.folder / "state")),
            *("--token-file", str(self.folder / "token")),
            *(word for one in self.retired for word in ("--retired-log-key", one)),
        )

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, MANAGE, *command],
            cwd=self.folder,
            env={"PATH": "", "CUSTODY_DATA": str(self.folder / "none")},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def court(
    signing: Signing, child_environment: dict[str, str], tmp_path: Path, admin: psycopg.Connection
) -> Iterator[Court]:
    grow_ledger(admin, 300)
    signing.round()
    web = Web(child_environment | {"CUSTODY_CHECKPOINT_SECONDS": "1"}, token="")
    with child(*web.command, environment=web.environment):
        until(web.alive, "the server starts")
        yield Court(tmp_path / "court", f"http://127.0.0.1:{web.port}", signing.verifier.text)


def test_it_cosigns_what_only_grew(
    court: Court, signing: Signing, admin: psycopg.Connection
) -> None:
    for _ in range(2):
        looked = court.look()
        assert looked.returncode == 0, looked.stderr
        live = checkpoints.latest_live()
        assert live
        verifier = keyfiles.read(court.folder / "key").key.verifier
        assert len(Note.parse(live).verified([signing.verifier, verifier])) == 2
        grow_ledger(admin, 777)
        signing.round()


def forked(signing: Signing, size: int) -> str:
    """Another tree, truly signed by the log's key: a signer that lies, or whose key was stolen."""
    text = Checkpoint(ORIGIN, size, merkle.leaf_hash(b"another tree")).format()
    return Note(text, (signing.signer.keys[0].key.named(ORIGIN).sign(text),)).format()


@pytest.mark.parametrize("size", [200, 301, 400])
def test_a_fork_is_refused_kept_as_evidence_and_told(
    court: Court, signing: Signing, admin: psycopg.Connection, size: int
) -> None:
    assert court.look().returncode == 0
    held = (court.folder / "state" / "checkpoint").read_text()
    grow_ledger(admin, 150)
    admin.execute(
        "INSERT INTO custody_checkpoint (origin, size, note, public, signed_at) VALUES (%s, %s, %s, false, now())",
        [ORIGIN, size, forked(signing, size)],
    )
    looked = court.look()
    assert looked.returncode == 1
    assert "does not add to what it said before" in looked.stderr
    (evidence,) = (court.folder / "state").glob("fork-*")
    for name, expected in (("held", held), ("offered", forked(signing, size))):
        told = (evidence / name).read_text()
        assert told == expected
        opened(told, [signing.verifier])
    assert (court.folder / "state" / "checkpoint").read_text() == held
    assert Disagreement.objects.get().witness == "court.test/w"
    assert court.look().returncode == 1


def test_a_checkpoint_by_another_key_is_not_looked_at(
    court: Court, signing: Signing, admin: psycopg.Connection
) -> None:
    court.log_key = signing.verifier.text.replace(ORIGIN, "else")
    looked = court.look()
    assert looked.returncode == 1
    assert "key" in looked.stderr
    assert not (court.folder / "state" / "checkpoint").exists()


def test_a_log_that_is_away_is_no_fork(court: Court) -> None:
    court.address = "http://127.0.0.1:1"
    looked = court.look()
    assert looked.returncode == 1
    assert "does not answer" in looked.stderr
    assert not list((court.folder / "state").glob("fork-*"))


def test_a_key_that_the_log_retired_signed_what_is_remembered_and_nothing_new(
    court: Court, signing: Signing, admin: psycopg.Connection
) -> None:
    assert court.look().returncode == 0
    old = signing.signer.keys[0].key.named(ORIGIN)
    with as_login(signing.server, signing.database, SIGNER):
        retire(old.verifier)
    signing.signer.keys = [new_key()]
    grow_ledger(admin, 40)
    signing.round()
    court.log_key, court.retired = signing.verifier.text, (old.verifier.text,)
    looked = court.look()
    assert looked.returncode == 0, looked.stderr
    live = checkpoints.latest_live()
    assert live
    text = Note.parse(live).text
    admin.execute(
        "INSERT INTO custody_checkpoint (origin, size, note, public, signed_at) VALUES (%s, %s, %s, false, now())",
        [ORIGIN, Checkpoint.parse(text).size, Note(text, (old.sign(text),)).format()],
    )
    looked = court.look()
    assert looked.returncode == 1
    assert "no signature by a key that is trusted" in looked.stderr
