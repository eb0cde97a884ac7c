"""A bundle is judged by ``verify.py``, alone on a bare Python: what is whole holds, what it cannot prove it says."""

from __future__ import annotations

import ast
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from custody.audit.bundle.contents import of_seizure
from custody.ledger.notes import KeyType, Note, SigningKey
from tests.audit.evidence import (
    EXHIBITS,
    KEY,
    LOG,
    VERIFIER,
    WITNESS,
    Files,
    Life,
    about,
    flipped,
    judge,
    judged,
    names,
    resealed,
    zip_of,
)
from tests.ledger.stamping import OpenSslAuthority

pytestmark = pytest.mark.django_db


def test_a_whole_life_holds(tmp_path: Path, files: Files) -> None:
    verdict = judged(tmp_path, files, *KEY)
    assert verdict.status == 0, verdict.said
    assert verdict.said.splitlines()[-1] == "ALL OF IT HOLDS"
    assert "none is missing between two" in verdict.said


@pytest.mark.parametrize("which", EXHIBITS)
def test_each_exhibit_holds_by_itself_with_what_it_was_in_and_made_from(
    tmp_path: Path, bundles: dict[str, Files], which: str
) -> None:
    verdict = judged(tmp_path, bundles[which], *KEY)
    assert verdict.status == 0, verdict.said


def test_a_zip_holds_as_its_folder_does_and_a_fingerprint_is_as_good_as_the_key(
    tmp_path: Path, lived: Life
) -> None:
    target = tmp_path / "case.zip"
    target.write_bytes(zip_of(of_seizure(None, lived.seizure)))
    key = LOG.verifier
    fingerprint = sha256(key.name.encode() + b"\n\x01" + key.public).hexdigest()
    assert judge(target, "--fingerprint", fingerprint).status == 0
    colons = ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
    assert judge(target, "--fingerprint", colons).status == 0
    assert judge(target, "--fingerprint", "0" * 64).status == 1
    assert judge(target, "--fingerprint", "0" * 63).status == 2


def test_without_a_key_it_is_consistent_and_its_origin_unproved(
    tmp_path: Path, files: Files
) -> None:
    verdict = judged(tmp_path, files)
    assert verdict.status == 3
    assert "CONSISTENT, ORIGIN UNPROVED" in verdict.said


def test_it_tells_what_it_cannot_prove(tmp_path: Path, files: Files) -> None:
    said = judged(tmp_path, files, *KEY).said
    assert "nothing was recorded after the last event" in said
    assert "Signatures not checked" in said
    assert "witness.test" in said


def test_a_witness_is_checked_by_its_key(tmp_path: Path, files: Files) -> None:
    witness = WITNESS.verifier.text
    verdict = judged(tmp_path, files, *KEY, "--witness", witness)
    assert verdict.status == 0
    assert "The witness witness.test signed it too." in verdict.said
    other = SigningKey.generate("witness.test", KeyType.COSIGNATURE).verifier.text
    verdict = judged(tmp_path, files, *KEY, "--witness", other)
    assert verdict.status == 1
    assert "WRONG: checkpoint, signatures: witness.test did not sign it" in verdict.said


def test_the_trail_can_be_read_off_the_signed_bytes(
    tmp_path: Path, bundles: dict[str, Files]
) -> None:
    said = judged(tmp_path, bundles["burnt"], *KEY, "--trail").said
    label = about(bundles["burnt"])["name"]
    assert f"exhibit.incinerated {label} by operator, second_operator, keeper" in said


def test_another_key_is_refused(tmp_path: Path, files: Files) -> None:
    other = SigningKey.generate("custody.test", KeyType.ED25519).verifier.text
    verdict = judged(tmp_path, files, "--key", other)
    assert verdict.status == 1
    assert "WRONG: checkpoint, signatures" in verdict.said
    elsewhere = SigningKey.generate("elsewhere.test", KeyType.ED25519).verifier.text
    verdict = judged(tmp_path, files, "--key", elsewhere)
    assert verdict.status == 1
    assert "WRONG: checkpoint, origin" in verdict.said


@pytest.mark.parametrize("key", ["", "custody.test", "custody.test+00000000+AAAA", "a b+1+2"])
def test_a_key_that_is_none_is_bad_usage(tmp_path: Path, files: Files, key: str) -> None:
    assert judged(tmp_path, files, "--key", key).status == 2


def test_what_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    assert judge(tmp_path / "nothing.zip", *KEY).status == 2


@pytest.mark.parametrize(
    "kind",
    [
        *("events/", "proofs/", "disclosures/", "checkpoint", "keys.txt", "trail.html"),
        *("trail.pdf", "README.txt", "verify.py"),
    ],
)
def test_one_changed_byte_of_any_file_is_found_and_the_file_named(
    tmp_path: Path, files: Files, kind: str
) -> None:
    name = names(files, kind)[0]
    verdict = judged(tmp_path, {**files, name: flipped(files[name])}, *KEY)
    assert verdict.status == 1
    assert f"WRONG: {name}, SHA-256" in verdict.said


def test_a_file_that_is_missing_or_was_added_is_named(tmp_path: Path, files: Files) -> None:
    added = judged(tmp_path / "added", {**files, "events/note.txt": b"?"}, *KEY)
    assert "WRONG: events/note.txt, file: manifest.json does not list it" in added.said
    name = names(files, "events/")[3]
    fewer = judged(
        tmp_path / "fewer", {one: data for one, data in files.items() if one != name}, *KEY
    )
    assert f"WRONG: {name}, file: it is missing" in fewer.said
    assert (added.status, fewer.status) == (1, 1)


@pytest.fixture
def authority(tmp_path: Path) -> OpenSslAuthority:
    return OpenSslAuthority(tmp_path / "authority")


def test_a_timestamp_is_checked_against_its_authority(
    tmp_path: Path, files: Files, authority: OpenSslAuthority
) -> None:
    name, trusted = "timestamps/own.tsr", ("--tsa", str(authority.certificate))
    assert judged(tmp_path / "none", files, *KEY, *trusted).status == 1
    # what was stamped is the note before the witness signed it
    note = Note.parse(files["checkpoint"].decode())
    signed = Note(note.text, note.signatures[:1]).format().encode()
    files = {**files, "timestamps/checkpoint": signed}
    true = resealed({**files, name: authority.stamped(signed)})
    unasked = judged(tmp_path / "unasked", true, *KEY)
    assert unasked.status == 0
    assert "1 timestamps were not checked" in unasked.said
    verdict = judged(tmp_path / "true", true, *KEY, *trusted)
    assert verdict.status == 0, verdict.said
    assert "1 timestamps are of this checkpoint" in verdict.said
    other = resealed({**files, name: authority.stamped(b"something else")})
    for forged in (other, resealed({**true, name: flipped(true[name])})):
        verdict = judged(tmp_path / str(id(forged)), forged, *KEY, *trusted)
        assert verdict.status == 1
        assert f"WRONG: {name}, timestamp" in verdict.said
    elsewhere = signed.replace(signed.splitlines()[1], b"1")
    forged = {"timestamps/checkpoint": elsewhere, name: authority.stamped(elsewhere)}
    verdict = judged(tmp_path / "elsewhere", resealed({**true, **forged}), *KEY, *trusted)
    assert verdict.status == 1
    assert "WRONG: timestamps/checkpoint, text" in verdict.said


def test_the_judge_imports_the_standard_library_alone_and_runs_on_python_3_9() -> None:
    source = VERIFIER.read_text()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}
    product = Path(VERIFIER).parents[2]
    users = [path for path in product.rglob("*.py") if "bundle.verify" in path.read_text()]
    assert users == []
