"""Whoever rewrites the ledger so that it agrees with itself is found by what was signed of it before."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from custody.ledger import canonical, keyfiles
from custody.ledger.faults import LedgerFault
from custody.ledger.memory import Memory
from custody.ledger.merkle import leaf_hash
from custody.ledger.models import Entry
from custody.ledger.verify import verify
from tests.cast import Cast, catch
from tests.ledger.signers import Signing, new_key
from tests.races.children import ROOT


def rewrite_last(admin: psycopg.Connection, seq: int) -> None:
    """Another nonce in an event that none follows: bytes, leaf and columns agree, and so does the chain."""
    told = json.loads(bytes(Entry.objects.get(pk=seq).body))
    body = canonical.encode(told | {"nonce": "0" * 32})
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER entry_append_only")
    admin.execute(
        "UPDATE custody_entry SET body = %s, leaf = %s WHERE seq = %s", [body, leaf_hash(body), seq]
    )
    admin.execute("ALTER TABLE custody_entry ENABLE ALWAYS TRIGGER entry_append_only")


def test_a_consistent_rewrite_is_named_by_what_was_signed_around_it(
    committed_cast: Cast, signing: Signing, admin: psycopg.Connection
) -> None:
    signing.round()
    first = Entry.objects.count()
    catch(committed_cast)
    last = Entry.objects.count()
    verify()
    signing.round()
    verify()
    rewrite_last(admin, last - 1)
    with pytest.raises(LedgerFault, match=f"events {first} to {last - 1} are not those"):
        verify()


def test_a_consistent_rewrite_below_a_stored_tile_is_named_exactly(
    committed_cast: Cast, signing: Signing, admin: psycopg.Connection
) -> None:
    catch(committed_cast, units=250)
    assert Entry.objects.count() > 256
    signing.round()
    verify()
    exhibits = Entry.objects.filter(subject_type="exhibit", seq__lt=256)
    chained = set(Entry.objects.exclude(previous=None).values_list("previous", flat=True))
    seq = next(one.seq for one in exhibits.order_by("-seq") if one.leaf not in chained)
    rewrite_last(admin, seq)
    with pytest.raises(LedgerFault, match=f"seq {seq}, field leaf: another leaf stood here"):
        verify()


def test_an_end_that_was_cut_off_is_named_by_the_checkpoint(
    committed_cast: Cast, signing: Signing, admin: psycopg.Connection
) -> None:
    signing.round()
    size = Entry.objects.count()
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER entry_append_only")
    admin.execute("DELETE FROM custody_entry WHERE seq >= %s", [size - 2])
    admin.execute("ALTER TABLE custody_entry ENABLE ALWAYS TRIGGER entry_append_only")
    with pytest.raises(LedgerFault, match=f"{size} events were signed, no more are here"):
        verify()


@pytest.fixture
def sign(
    child_environment: dict[str, str], tmp_path: Path
) -> Callable[[], subprocess.CompletedProcess[str]]:
    """The command as operators run it: a process of its own, which enters as the signer."""
    keyfiles.write(tmp_path / "key", new_key())

    def run() -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "manage.py"), "sign_checkpoints", "--once"]
        command += ["--key", str(tmp_path / "key"), "--memory", str(tmp_path / "memory" / "last")]
        return subprocess.run(
            [sys.executable, *command],
            env=child_environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.slow
def test_the_command_signs_and_ends_loudly_when_it_refuses(
    sign: Callable[[], subprocess.CompletedProcess[str]],
    committed_cast: Cast,
    admin: psycopg.Connection,
    tmp_path: Path,
) -> None:
    signed = sign()
    assert signed.returncode == 0, signed.stderr
    size = Entry.objects.count()
    assert signed.stdout == f"signed {size} events\n"
    note = Memory(tmp_path / "memory" / "last").last()
    assert note
    assert note.splitlines()[1] == str(size)
    rewrite_last(admin, size - 1)
    refused = sign()
    assert refused.returncode == 1
    assert "The signer refuses" in refused.stderr
    assert admin.execute("SELECT refusal FROM custody_signer_round").fetchone() != (None,)
    (tmp_path / "key").chmod(0o644)
    refused = sign()
    assert refused.returncode == 1
    assert "chmod 0400" in refused.stderr
