"""A barrel's whole life, a log of the tests' own that signs it, and a bundle of it with its judge."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from custody.audit.bundle import packing
from custody.audit.bundle.contents import Contents
from custody.audit.bundle.exporting import bundle
from custody.audit.bundle.papers import Asked
from custody.audit.bundle.proving import Evidence
from custody.handling.correct import Correct
from custody.handling.pack import Pack, Unpack
from custody.handling.report import Report
from custody.handling.split import Part, Split
from custody.kit import clock
from custody.ledger import merkle
from custody.ledger.models import Entry
from custody.ledger.notes import KeyType, Note, SigningKey
from custody.ledger.tlog import Checkpoint, Proof
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.handling.burning import burn, keep_samples, order

Files = dict[str, bytes]
EXHIBITS = ("burnt", "divided", "part", "left")

VERIFIER = Path(packing.__file__).parent / "verify.py"
LOG = SigningKey.generate("custody.test", KeyType.ED25519)
WITNESS = SigningKey.generate("witness.test", KeyType.COSIGNATURE)


@dataclass(frozen=True)
class Life:
    """What became of a catch of three."""

    seizure: Seizure
    burnt: Exhibit
    divided: Exhibit
    part: Exhibit
    left: Exhibit


def life(cast: Cast) -> Life:
    """Three barrels on one pallet, unpacked; one is sampled and burnt, one divided, one's label misreported."""
    seizure, (barrel, whole, left) = catch(cast, 3)
    do(cast.officer, Pack(exhibits=(barrel.label, whole.label, left.label), form="pallet"))
    pallet = Exhibit.objects.get(form="pallet")
    do(
        cast.officer,
        Unpack(container=pallet.label, exhibits=(barrel.label, whole.label)),
    )
    keep_samples(cast, barrel.label)
    do(
        cast.officer,
        Split(
            exhibit=whole.label,
            scale=FLOOR_SCALE,
            parts=(Part(form="bag", gross_grams=Decimal(24_000), tare_grams=Decimal(0)),),
        ),
    )
    do(cast.officer, Report(exhibit=barrel.label, what="label", details="Torn at one edge."))
    wrong = Entry.objects.filter(kind="exhibit.discrepancy_reported", subject_id=str(barrel.id))
    do(
        cast.supervisor,
        Correct(
            event=wrong.latest("seq").event_id,
            declaration="did_not_occur",
            reason="Another barrel.",
        ),
        cast.second_supervisor,
    )
    order(cast, seizure, barrel.label)
    burn(cast, barrel.label)
    for row in (barrel, whole, left):
        row.refresh_from_db()
    return Life(seizure, barrel, whole, Exhibit.objects.get(made_from=whole), left)


def evidence(seqs: Iterable[int]) -> Evidence:
    """What proves these events: a log and a witness of the tests' own, over all that is recorded."""
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("seq").values_list("leaf", flat=True)]

    text = Checkpoint(LOG.verifier.name, len(leaves), merkle.root(leaves)).format()
    note = Note(text, (LOG.sign(text), WITNESS.cosign(text, 1_790_000_000))).format()
    return Evidence(
        checkpoint=note,
        proofs={seq: Proof(seq, tuple(_path(seq, leaves)), note).format() for seq in seqs},
        keys=[LOG.verifier.text, WITNESS.verifier.text],
    )


def _path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1, as it stands there."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*_path(index, leaves[:half]), merkle.root(leaves[half:])]
    return [*_path(index - half, leaves[half:]), merkle.root(leaves[:half])]


def asked(**more: str) -> Asked:
    told = {"badge": "auditor", "unit": "CUSTOMS/QUAY", "recipient": "Court of Antwerp"}
    return Asked(**{"purpose": "audit", "language": "en", "at": clock.now(), **told, **more})


def zip_of(contents: Contents, **more: str) -> bytes:
    """A bundle."""
    return bundle(contents, evidence(one.seq for one in contents.steps), asked(**more))


def made(contents: Contents, **more: str) -> dict[str, bytes]:
    """The files of a bundle by name."""
    return unzipped(zip_of(contents, **more))


def unzipped(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def resealed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with a manifest that fits them: what a forger does last."""
    told = json.loads(files["manifest.json"])
    rest = {name: data for name, data in files.items() if name != "manifest.json"}
    told["files"] = {name: sha256(data).hexdigest() for name, data in rest.items()}
    chains: dict[tuple[str, str], list[int]] = {}
    for name in sorted(rest):
        if name.startswith("events/"):
            with suppress(
                ValueError, TypeError, RecursionError
            ):  # what is no event any more has no subject
                subject = json.loads(rest[name])["subject"]
                chains.setdefault((subject["type"], subject["id"]), []).append(int(name[7:19]))
    told["covers"] = [
        {"type": kind, "id": one, "events": len(seqs), "first": seqs[0], "last": seqs[-1]}
        for (kind, one), seqs in sorted(chains.items())
    ]
    return {**rest, "manifest.json": json.dumps(told).encode()}


@dataclass(frozen=True)
class Verdict:
    """What the judge said, and its exit status."""

    status: int
    said: str


def judged(folder: Path, files: dict[str, bytes], *options: str) -> Verdict:
    """Lay the files out and let a Python without any package judge them, in an empty environment."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return judge(folder, *options)


def judge(target: Path, *options: str) -> Verdict:
    """The same for a folder or zip that lies there."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, target, *options],
        env={},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert not done.stderr or done.returncode == 2, done.stderr
    return Verdict(done.returncode, done.stdout + done.stderr)


KEY = ("--key", LOG.verifier.text)


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
