"""Whatever a forger touches is found and named, though the manifest is made anew and fits."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from custody.ledger import commitments
from custody.ledger.notes import KeyType, SigningKey
from tests.audit.evidence import (
    KEY,
    Files,
    about,
    bodies,
    judge,
    judged,
    names,
    resealed,
    the_event,
)

pytestmark = pytest.mark.django_db


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
