"""A bundle is judged by ``verify.py``, alone on a bare Python: what is whole holds, whatever was touched is named."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from custody.audit.bundle.contents import of_exhibit, of_seizure
from custody.ledger import commitments
from custody.ledger.notes import KeyType, SigningKey
from tests.audit.evidence import (
    KEY,
    LOG,
    VERIFIER,
    WITNESS,
    Life,
    judge,
    judged,
    life,
    made,
    resealed,
    zip_of,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


Files = dict[str, bytes]
EXHIBITS = ("burnt", "divided", "part", "left")


@pytest.fixture
def lived(cast: Cast) -> Life:
    return life(cast)


@pytest.fixture(scope="module")
def _made() -> dict[str, Files]:
    """The bundles of the case and of each exhibit: bytes, so one life serves all that only judge them."""
    return {}


@pytest.fixture
def bundles(_made: dict[str, Files], request: pytest.FixtureRequest) -> dict[str, Files]:
    if not _made:
        lived: Life = request.getfixturevalue("lived")
        _made["case"] = made(of_seizure(None, lived.seizure))
        for name in EXHIBITS:
            _made[name] = made(of_exhibit(None, getattr(lived, name)))
    return _made


@pytest.fixture
def files(bundles: dict[str, Files]) -> Files:
    """The bundle of the whole case."""
    return bundles["case"]


def about(files: Files) -> dict[str, str]:
    """What a bundle is about: type, id and name."""
    return json.loads(files["manifest.json"])["subject"]


def names(files: Files, folder: str) -> list[str]:
    return sorted(name for name in files if name.startswith(folder))


def bodies(files: Files) -> Iterator[tuple[str, dict]]:
    for name in names(files, "events/"):
        yield name, json.loads(files[name])


def the_event(files: Files, kind: str) -> str:
    return next(name for name, told in bodies(files) if told["kind"] == kind)


def flipped(data: bytes) -> bytes:
    """The same with one bit of its middle changed."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


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


# From here on the forger makes the manifest anew, so that the hashes of files say nothing.


def test_a_changed_event_does_not_lead_to_the_root(tmp_path: Path, files: Files) -> None:
    name = the_event(files, "exhibit.incinerated")
    forged = files[name].replace(b'"gross_grams":"25000', b'"gross_grams":"15000')
    assert forged != files[name]
    verdict = judged(tmp_path, resealed({**files, name: forged}), *KEY)
    assert verdict.status == 1
    assert f"WRONG: {name}, leaf" in verdict.said


@pytest.mark.parametrize(
    ("forge", "field"),
    [
        (lambda data: b" " + data, "body: it is not in canonical form"),
        (lambda data: data[:-1] + b',"kind":"x.y"}', "body: a key stands there twice"),
        (lambda data: data.replace(b'"schema":1', b'"schema":1.0'), "body: the number 1.0"),
        (lambda data: data.replace(b'"schema":1', b'"schema":2'), "body: it has not the keys"),
        (lambda data: data[:-5], "body: it is no JSON"),
        (lambda data: b"[]", "body: it has not the keys"),
    ],
)
def test_bytes_that_two_readers_could_read_differently_are_refused(
    tmp_path: Path, files: Files, forge, field: str
) -> None:
    name = names(files, "events/")[0]
    verdict = judged(tmp_path, resealed({**files, name: forge(files[name])}), *KEY)
    assert verdict.status == 1
    assert f"WRONG: {name}, {field}" in verdict.said


def test_swapped_proofs_are_named(tmp_path: Path, files: Files) -> None:
    first, second = names(files, "proofs/")[:2]
    swapped = resealed({**files, first: files[second], second: files[first]})
    verdict = judged(tmp_path, swapped, *KEY)
    assert verdict.status == 1
    assert f"WRONG: {first}, index" in verdict.said


@pytest.mark.parametrize(
    ("forge", "field"),
    [
        (lambda data: data.replace(b"tlog-proof@v1", b"tlog-proof@v2"), "text"),
        (lambda data: data.replace(b"\nindex ", b"\nindex 0"), "index"),
        (lambda data: data.partition(b"\n\n")[0] + b"\n\n", "checkpoint"),
        (lambda data: data.replace(b"\n\n", b"\n?\n\n", 1), "hashes"),
    ],
)
def test_a_proof_of_another_form_is_named(tmp_path: Path, files: Files, forge, field: str) -> None:
    name = names(files, "proofs/")[1]
    verdict = judged(tmp_path, resealed({**files, name: forge(files[name])}), *KEY)
    assert verdict.status == 1
    assert f"WRONG: {name}, {field}" in verdict.said


@pytest.mark.parametrize("forge", [lambda lines: lines[:-1], lambda lines: [*lines, lines[-1]]])
def test_a_way_that_is_too_short_or_too_long_leads_nowhere(
    tmp_path: Path, files: Files, forge
) -> None:
    name = names(files, "proofs/")[1]
    head, _, note = files[name].partition(b"\n\n")
    data = b"\n".join(forge(head.split(b"\n"))) + b"\n\n" + note
    verdict = judged(tmp_path, resealed({**files, name: data}), *KEY)
    assert verdict.status == 1
    assert f"WRONG: events/{name[7:19]}.json, leaf" in verdict.said


def test_a_checkpoint_that_another_signed_is_refused_with_all_proofs_on_it(
    tmp_path: Path, files: Files
) -> None:
    """The forger puts an own key under an own checkpoint, and into keys.txt."""
    own = SigningKey.generate("custody.test", KeyType.ED25519)
    text = files["checkpoint"].decode().rpartition("\n\n")[0] + "\n"
    note = f"{text}\n{own.sign(text).line}\n".encode()
    forged = {
        name: data.replace(files["checkpoint"], note) if name.startswith("proofs/") else data
        for name, data in files.items()
    }
    forged |= {"checkpoint": note, "keys.txt": own.verifier.text.encode()}
    assert judged(tmp_path, resealed(forged)).status == 3
    verdict = judged(tmp_path, resealed(forged), *KEY)
    assert verdict.status == 1
    assert "WRONG: checkpoint, signatures" in verdict.said


def without(files: Files, name: str) -> dict[str, bytes]:
    gone = {name, f"proofs/{name[7:19]}.tlog-proof"}
    return resealed({one: data for one, data in files.items() if one not in gone})


def test_an_event_missing_from_a_chain_is_found_wherever_it_is_missing(
    tmp_path: Path, files: Files
) -> None:
    """All but the last of each chain, which only a newer checkpoint could tell: the judge says so."""
    last = {json.dumps(told["subject"]): name for name, told in bodies(files)}
    inner = [name for name, _ in bodies(files) if name not in last.values()]
    assert len(inner) >= 20
    for number, name in enumerate(inner):
        verdict = judged(tmp_path / str(number), without(files, name), *KEY)
        assert verdict.status == 1, name
        assert "is missing" in verdict.said


def test_the_stretch_in_a_container_has_no_gap_either(
    tmp_path: Path, bundles: dict[str, Files]
) -> None:
    files = bundles["burnt"]
    ours = about(files)["id"]
    others = [
        name
        for name, told in bodies(files)
        if told["subject"]["type"] == "exhibit" and told["subject"]["id"] != ours
    ]
    assert others
    for number, name in enumerate(others):
        verdict = judged(tmp_path / str(number), without(files, name), *KEY)
        assert verdict.status == 1
        assert "missing" in verdict.said


def test_an_event_of_another_exhibit_is_out_of_place_even_with_a_true_proof(
    tmp_path: Path, bundles: dict[str, Files]
) -> None:
    own, files = bundles["burnt"], bundles["case"]
    part = about(bundles["part"])["id"]
    foreign = next(name for name, told in bodies(files) if told["subject"]["id"] == part)
    proof = f"proofs/{foreign[7:19]}.tlog-proof"
    verdict = judged(
        tmp_path, resealed({**own, foreign: files[foreign], proof: files[proof]}), *KEY
    )
    assert verdict.status == 1
    assert f"WRONG: {foreign}" in verdict.said


def test_a_bundle_said_to_be_about_something_else_is_refused(tmp_path: Path, files: Files) -> None:
    told = json.loads(files["manifest.json"])
    told["subject"]["id"] = "00000000-0000-0000-0000-000000000000"
    forged = {**files, "manifest.json": json.dumps(told).encode()}
    verdict = judged(tmp_path, forged, *KEY)
    assert verdict.status == 1
    assert "WRONG: manifest.json, subject" in verdict.said


def test_a_forged_text_and_one_that_nobody_committed_to_are_refused(
    tmp_path: Path, files: Files
) -> None:
    name = next(one for one in names(files, "disclosures/") if b"Torn" in files[one])
    forged = judged(
        tmp_path / "forged",
        resealed({**files, name: files[name].replace(b"Torn at", b"Worn at")}),
        *KEY,
    )
    assert forged.status == 1
    assert f"WRONG: {name}, text: it is not what was committed to" in forged.said
    new = commitments.commit("reason", "Said by nobody.")
    stray = f"disclosures/{new.commitment}.json"
    data = json.dumps([new.salt, new.name, new.text], separators=(",", ":")).encode()
    unreferenced = judged(tmp_path / "stray", resealed({**files, stray: data}), *KEY)
    assert unreferenced.status == 1
    assert f"WRONG: {stray}, text: no event in this bundle commits to it" in unreferenced.said


def test_a_text_that_is_left_out_is_told_as_withheld_and_all_else_holds(
    tmp_path: Path, files: Files
) -> None:
    name = next(one for one in names(files, "disclosures/") if b"Torn" in files[one])
    seq = int(the_event(files, "exhibit.discrepancy_reported")[7:19])
    fewer = resealed({one: data for one, data in files.items() if one != name})
    verdict = judged(tmp_path, fewer, *KEY)
    assert verdict.status == 0
    assert f"1 texts are not here: event {seq}, payload.details (withheld)." in verdict.said


def test_an_attachment_that_no_event_names_is_refused(tmp_path: Path, files: Files) -> None:
    data = b"a photograph"
    named = f"attachments/{sha256(data).hexdigest()}.jpg"
    stray = judged(tmp_path / "stray", resealed({**files, named: data}), *KEY)
    assert f"WRONG: {named}, SHA-256: no event in this bundle names it" in stray.said
    renamed = judged(tmp_path / "renamed", resealed({**files, named: data + b"!"}), *KEY)
    assert f"WRONG: {named}, SHA-256: it is not the file that it is called after" in renamed.said
    assert (stray.status, renamed.status) == (1, 1)


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A time-stamp authority of OpenSSL's."""
    folder = tmp_path / "authority"
    folder.mkdir()
    (folder / "tsa.conf").write_text(
        "[tsa]\ndefault_tsa = own\n[own]\nserial = serial\nsigner_digest = sha256\n"
        "default_policy = 1.2.3.4\ndigests = sha256\ness_cert_id_alg = sha256\n"
        "[req]\ndistinguished_name = name\n[name]\n"
        "[ext]\nextendedKeyUsage = critical,timeStamping\nbasicConstraints = CA:FALSE\n"
    )
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 9",
        "req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=stamps",
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out tsa.pem -extfile tsa.conf"
        + " -extensions ext -days 9",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


def stamped(authority: Path, data: bytes) -> bytes:
    (authority / "data").write_bytes(data)
    for command in (
        "ts -query -data data -sha256 -cert -out request.tsq",
        "ts -reply -config tsa.conf -queryfile request.tsq -signer tsa.pem -inkey tsa.key -out reply",
    ):
        subprocess.run(
            ["openssl", *command.split()], cwd=authority, check=True, capture_output=True
        )
    return (authority / "reply").read_bytes()


def test_a_timestamp_is_checked_against_its_authority(
    tmp_path: Path, files: Files, authority: Path
) -> None:
    name, trusted = "timestamps/own.tsr", ("--tsa", str(authority / "ca.pem"))
    assert judged(tmp_path / "none", files, *KEY, *trusted).status == 1
    true = resealed({**files, name: stamped(authority, files["checkpoint"])})
    unasked = judged(tmp_path / "unasked", true, *KEY)
    assert unasked.status == 0
    assert "1 timestamps were not checked" in unasked.said
    verdict = judged(tmp_path / "true", true, *KEY, *trusted)
    assert verdict.status == 0, verdict.said
    assert "1 timestamps are of this checkpoint" in verdict.said
    other = resealed({**files, name: stamped(authority, b"something else")})
    for forged in (other, resealed({**true, name: flipped(true[name])})):
        verdict = judged(tmp_path / str(id(forged)), forged, *KEY, *trusted)
        assert verdict.status == 1
        assert f"WRONG: {name}, timestamp" in verdict.said


@pytest.mark.parametrize("value", [b"", b"[]", b"null", b'{"format":"custody-bundle/2"}', b"\xff"])
def test_a_manifest_that_is_none_is_named(tmp_path: Path, files: Files, value: bytes) -> None:
    verdict = judged(tmp_path, {**files, "manifest.json": value}, *KEY)
    assert verdict.status == 1
    assert "WRONG: manifest.json" in verdict.said


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[[[[", b"\n\n\n", b"[" * 20_000])
def test_what_is_no_file_of_a_bundle_at_all_ends_in_a_verdict(
    tmp_path: Path, files: Files, data: bytes
) -> None:
    for number, kind in enumerate(("events/", "proofs/", "disclosures/", "checkpoint", "keys.txt")):
        name = names(files, kind)[0]
        verdict = judged(
            tmp_path / str(number), resealed({**files, name: data}), *KEY[: 2 * (number < 4)]
        )
        assert verdict.status == 1, (kind, verdict.said)
        assert "WRONG: " in verdict.said
    target = tmp_path / "bundle.zip"
    target.write_bytes(data)
    assert judge(target, *KEY).status == 1


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
