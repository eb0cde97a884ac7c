"""Programs that we did not write believe what the log hands out, and nothing that was changed in it."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from custody.ledger import checkpoints, proofs
from custody.ledger.models import Entry
from tests.ledger.growing import grow_ledger
from tests.ledger.signers import Signing

SOURCE = Path(__file__).parents[1] / "clients" / "go" / "judge.go"
PACKAGES = Path("/usr/share/gocode")


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The judge built by Go, from Debian's packages."""
    if shutil.which("go") is None or not (PACKAGES / "src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip("needs Go and golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": str(PACKAGES),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    command = ["go", "build", "-o", str(folder / "judge"), str(SOURCE)]
    subprocess.run(command, env=environment, cwd=folder, check=True)
    return folder / "judge"


def believes(judge: Path, *command: str, told: str) -> bool:
    ran = subprocess.run([judge, *command], input=told, text=True, capture_output=True, check=False)
    assert ran.returncode == 0 or ran.stderr
    return ran.returncode == 0


@pytest.fixture
def signed(signing: Signing, admin: psycopg.Connection) -> str:
    grow_ledger(admin, 700)
    note = signing.round()
    assert note
    return note


def test_go_believes_a_receipt_and_no_byte_of_it_changed(
    judge: Path, signing: Signing, signed: str
) -> None:
    key = signing.verifier.text
    for seq in (0, 299, 699):
        entry = Entry.objects.get(pk=seq)
        receipt, leaf = proofs.receipt_of(entry, signed), bytes(entry.leaf).hex()
        assert believes(judge, "record", key, leaf, told=receipt)
        assert not believes(judge, "record", key, "00" + leaf[2:], told=receipt)
    # The last letter before "=" has bits that stand for nothing, and Go overlooks them.
    places = [at for at in range(len(receipt) - 1) if receipt[at + 1] != "="]
    for place in random.Random(1).sample(places, 60):
        changed = receipt[:place] + ("A" if receipt[place] != "A" else "B") + receipt[place + 1 :]
        assert not believes(judge, "record", key, leaf, told=changed), (place, receipt[place])


def test_go_believes_that_the_log_only_grew(
    judge: Path, signing: Signing, signed: str, admin: psycopg.Connection
) -> None:
    grow_ledger(admin, 333)
    later = signing.round()
    proof = [b64encode(one).decode() for one in proofs.consistency_of(700, 1033)]
    told = {"older": signed, "newer": later, "proof": proof}
    assert believes(judge, "tree", signing.verifier.text, told=json.dumps(told))
    for wrong in (
        told | {"proof": proof[:-1]},
        told | {"proof": proof[::-1]},
        told | {"older": later, "newer": signed},
        told | {"older": signed.replace("700", "699")},
    ):
        assert not believes(judge, "tree", signing.verifier.text, told=json.dumps(wrong))


def test_bare_openssl_believes_the_signature_and_no_byte_of_the_text_changed(
    signing: Signing, signed: str, tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    text, line = signed.split("\n\n")
    key, signature, body = tmp_path / "key.pem", tmp_path / "signature", tmp_path / "text"
    public = Ed25519PublicKey.from_public_bytes(signing.verifier.public)
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    signature.write_bytes(b64decode(line.split(" ")[2])[4:])
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin"]
    command += ["-in", body, "-sigfile", signature]
    for told, expected in ((text + "\n", True), (text.replace("700", "701") + "\n", False)):
        body.write_text(told)
        ran = subprocess.run(command, capture_output=True, check=False)
        assert (ran.returncode == 0) is expected, ran.stdout
    assert checkpoints.latest_live() == signed
