"""The public log: hashes and counts for everybody, up to the public checkpoint; no cookies, no login, nothing of a case."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.test import Client

from custody.ledger import checkpoints, merkle
from custody.ledger.events import SYSTEM
from custody.ledger.merkle import consistency_proof, verify_consistency
from custody.ledger.models import Cosignature, Disagreement
from custody.ledger.notes import KeyType, Note, SigningKey, VerifierKey
from custody.ledger.tlog import Checkpoint, opened
from custody.ledger.witnesses import adopt_witness
from custody.ledger.witnessing import Log, TileReader
from tests.ledger.growing import grow_ledger
from tests.ledger.signers import ORIGIN, Signing

WITNESS = SigningKey.generate("court.test/witness", KeyType.COSIGNATURE)


@pytest.fixture
def token(transactional_db: str) -> str:
    return adopt_witness(WITNESS.verifier.text, actor=SYSTEM)[1]


class Asked(Log):
    """A log that is asked through Django's client."""

    def get(self, path: str) -> bytes:
        answer = Client().get(f"/log/{path}", headers=self._headers())
        assert answer.status_code == 200, (path, answer.content)
        content: bytes = answer.content
        return content


def bearing(token: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_before_anything_is_signed_there_is_nothing(transactional_db: str) -> None:
    for path in ("checkpoint", "tile/0/000.p/1"):
        assert Client().get(f"/log/{path}").status_code == 404
    assert Client().get("/log/keys").content == b""


def test_everybody_gets_what_verifies_by_the_logs_keys(
    signing: Signing, admin: psycopg.Connection
) -> None:
    grow_ledger(admin, 700)
    signing.round()
    answer = Client().get("/log/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    key, begin, end = Client().get("/log/keys").content.decode().split()
    assert VerifierKey.parse(key) == signing.verifier
    assert begin < end
    checkpoint, _ = opened(answer.content.decode(), [signing.verifier])
    assert checkpoint.size == 700


def test_a_reader_checks_growth_by_tiles_alone(signing: Signing, admin: psycopg.Connection) -> None:
    grow_ledger(admin, 300)
    signing.round()
    log = Asked("")
    before, _ = opened(log.checkpoint(), [signing.verifier])
    grow_ledger(admin, 500)
    signing.signer.public_every = timedelta(microseconds=1)
    signing.round()
    after, _ = opened(log.checkpoint(), [signing.verifier])
    proof = consistency_proof(before.size, after.size, TileReader(log, after.size))
    verify_consistency(before.size, after.size, proof, before.root, after.root)
    assert (before.size, after.size) == (300, 800)


def test_what_is_public_can_be_cached_and_sets_no_cookie(
    signing: Signing, admin: psycopg.Connection
) -> None:
    grow_ledger(admin, 300)
    signing.round()
    for path, kept in (
        ("checkpoint", "public, max-age=5"),
        ("keys", "public, max-age=5"),
        ("tile/0/000", "public, max-age=31536000, immutable"),
        ("tile/0/001.p/44", "public, max-age=31536000, immutable"),
    ):
        answer = Client().get(f"/log/{path}")
        assert answer["Cache-Control"] == kept
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")


def test_nothing_beyond_the_public_checkpoint_is_shown_but_to_witnesses(
    signing: Signing, admin: psycopg.Connection, token: str
) -> None:
    grow_ledger(admin, 300)
    signing.round()
    grow_ledger(admin, 300)
    live = signing.round()
    assert live
    for path in ("tile/0/001", "tile/0/001.p/200", "tile/1/000.p/2"):
        assert Client().get(f"/log/{path}").status_code == 404
        answer = Client().get(f"/log/{path}", **bearing(token))
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
    assert Client().get("/log/checkpoint/live").status_code == 401
    assert Client().get("/log/checkpoint/live", **bearing("guess")).status_code == 401
    assert Client().get("/log/tile/0/000", **bearing("guess")).status_code == 401
    assert Client().get("/log/checkpoint/live", **bearing(token)).content.decode() == live


@pytest.mark.parametrize(
    "path", ["tile/0/0", "tile/0/000.p/0", "tile/entries/000", "tile/64/000", "tile/0/x000/000", "tile/"]
)  # fmt: skip
def test_no_other_path_is_a_tile(signing: Signing, path: str) -> None:
    signing.round()
    assert Client().get(f"/log/{path}").status_code == 404


def test_whoever_asks_too_much_waits(signing: Signing, settings: Any) -> None:
    settings.LOG_REQUESTS_AT_ONCE, settings.LOG_REQUESTS_PER_SECOND = 3, 1
    signing.round()
    answers = [Client().get("/log/checkpoint") for _ in range(5)]
    assert [one.status_code for one in answers[:3]] == [200] * 3
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


def cosigned(note: str, key: SigningKey = WITNESS) -> str:
    parsed = Note.parse(note)
    return Note(parsed.text, (*parsed.signatures, key.cosign(parsed.text, 1_800_000_000))).format()


def post(path: str, told: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client(enforce_csrf_checks=True).post(
        f"/log/{path}", told, content_type="text/plain", headers=headers
    )
    return answer.status_code


def test_a_witness_puts_its_line_under_a_checkpoint(signing: Signing, token: str) -> None:
    note = signing.round()
    assert note
    assert post("cosignatures", cosigned(note), token) == 204
    assert post("cosignatures", cosigned(note), token) == 204
    shown = Note.parse(Client().get("/log/checkpoint").content.decode())
    assert len(shown.verified([signing.verifier, WITNESS.verifier])) == 2
    assert Cosignature.objects.count() == 1


def test_a_line_that_does_not_hold_or_under_what_we_never_signed_is_refused(
    signing: Signing, token: str
) -> None:
    note = signing.round()
    assert note
    stranger = SigningKey.generate("court.test/witness", KeyType.COSIGNATURE)
    ours = Checkpoint.parse(Note.parse(note).text)
    other = Note(Checkpoint(ours.origin, ours.size, merkle.leaf_hash(b"")).format(), ()).text
    forged = Note(other, (WITNESS.cosign(other, 1),)).format()
    assert post("cosignatures", cosigned(note, stranger), token) == 422
    assert post("cosignatures", note, token) == 422
    assert post("cosignatures", "nonsense", token) == 422
    assert post("cosignatures", forged, token) == 404
    assert post("cosignatures", cosigned(note), "guess") == 401
    assert not Cosignature.objects.exists()


def test_a_witness_out_of_service_is_not_heard(signing: Signing, token: str) -> None:
    note = signing.round()
    assert note
    call_command("adopt_witness", WITNESS.verifier.text, "--out-of-service")
    assert post("cosignatures", cosigned(note), token) == 401
    assert Client().get("/log/checkpoint/live", **bearing(token)).status_code == 401


def test_a_disagreement_needs_two_checkpoints_that_we_signed(
    signing: Signing, admin: psycopg.Connection, token: str
) -> None:
    held = signing.round()
    grow_ledger(admin, 5)
    later = signing.round()
    text = Checkpoint(ORIGIN, 4, merkle.leaf_hash(b"")).format()
    forked = Note(text, (signing.signer.keys[0].key.named(ORIGIN).sign(text),)).format()
    unsigned = Note(text, (WITNESS.cosign(text, 1),)).format()
    for bad in (
        "",
        "[]",
        "[" * 5000,
        json.dumps({"held": held}),
        json.dumps({"held": held, "offered": unsigned}),
    ):
        assert post("disagreements", bad, token) == 422
    for told in (held, later):
        both = json.dumps({"held": held, "offered": told})
        assert post("disagreements", both, token) == 422
    assert post("disagreements", json.dumps({"held": held, "offered": forked}), token) == 204
    assert Disagreement.objects.get().offered == forked
    told = Client().get("/healthz").json()["checkpoint"]
    assert (told["status"], told["disagreements"]) == ("a witness disagrees", 1)
    assert checkpoints.latest_live() == later


def test_more_than_any_note_has_is_not_read(token: str) -> None:
    for path in ("cosignatures", "disagreements"):
        answer = Client().post(
            f"/log/{path}", b"x" * 5_000_000, content_type="text/plain", **bearing(token)
        )
        assert (answer.status_code, answer.content) == (413, b"too large\n")
