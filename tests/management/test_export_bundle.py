"""``manage.py export_bundle`` writes what the log itself signed, for who may have it, and says so in the read log."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from custody.audit.bundle.packing import VERIFIER_SHA256
from custody.reading.models import Action, Read
from tests.audit.evidence import judge, life
from tests.cast import Cast, catch
from tests.ledger.signers import Signing, new_signer
from tests.postgres import Server


@pytest.fixture
def signing(server: Server, transactional_db: str, tmp_path: Path) -> Signing:
    return Signing(server, transactional_db, new_signer(tmp_path / "signer"))


def export(reference: str, out: Path, *options: str) -> str:
    said = StringIO()
    call_command("export_bundle", reference, "--out", str(out), *options, stdout=said)
    return said.getvalue()


def test_a_bundle_holds_by_the_signers_own_key_and_is_on_record(
    committed_cast: Cast, signing: Signing, tmp_path: Path
) -> None:
    lived = life(committed_cast)
    signing.round()
    key = ("--key", signing.verifier.text)
    case, part = tmp_path / "case.zip", tmp_path / "part.zip"
    said = export(lived.seizure.reference, case, "--recipient", "Court of Antwerp")
    assert VERIFIER_SHA256 in said
    export(lived.part.label, part, "--language", "fr", "--as", "supervisor")
    for target in (case, part):
        verdict = judge(target, *key)
        assert verdict.status == 0, verdict.said
        assert judge(target).status == 3
    console, officer = Read.objects.filter(action=Action.DISCLOSURE).order_by("read_at")
    assert (console.badge, console.agency, console.recipients) == (
        *("system", "CUSTOMS", "Court of Antwerp"),
    )
    assert list(console.objects_shown) == [lived.seizure.id]
    assert (officer.badge, officer.recipients) == ("supervisor", "not stated")
    assert set(officer.objects_shown) == {lived.part.id, lived.seizure.id}


def test_what_may_not_be_leaves_no_file(
    committed_cast: Cast, signing: Signing, tmp_path: Path
) -> None:
    _, (barrel,) = catch(committed_cast)
    out = tmp_path / "bundle.zip"
    with pytest.raises(CommandError, match="in no checkpoint yet"):
        export(barrel.label, out)
    signing.round()
    for badge, why in (
        ("outsider", "neither an exhibit nor a seizure"),
        ("officer", "does not hold the right to disclose"),
        ("prosecutor", "state a purpose for"),
        ("nobody", "not an officer in service"),
    ):
        with pytest.raises(CommandError, match=why):
            export(barrel.label, out, "--as", badge)
    with pytest.raises(CommandError, match="neither an exhibit nor a seizure"):
        export("no-such-thing", out)
    assert not out.exists()
    assert not Read.objects.filter(action=Action.DISCLOSURE).exists()
