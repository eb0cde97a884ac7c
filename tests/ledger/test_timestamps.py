"""Outside authorities say when a public checkpoint existed; one that fails harms nobody, one that lies is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
from django.test import Client

from config.authorities import authorities
from custody.audit.bundle.contents import of_seizure
from custody.audit.bundle.exporting import bundle
from custody.audit.bundle.proving import evidence_for
from custody.kit import clock
from custody.kit.errors import InvalidSetting
from custody.ledger import authorities as asking
from custody.ledger.authorities import Authority, TimestampRefused, stamp
from custody.ledger.models import AuthorityState, SignedCheckpoint, Timestamp
from custody.ledger.timestamps import sweep_timestamps
from tests.audit.evidence import asked, judge
from tests.cast import Cast, catch
from tests.ledger.growing import grow_ledger
from tests.ledger.signers import Signing
from tests.ledger.stamping import Answer, OpenSslAuthority, served


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpenSslAuthority:
    return OpenSslAuthority(tmp_path_factory.mktemp("stamps") / "authority")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> OpenSslAuthority:
    return OpenSslAuthority(tmp_path_factory.mktemp("stranger") / "authority")


@pytest.fixture
def authority(openssl: OpenSslAuthority) -> Iterator[Authority]:
    with served(openssl.reply_to) as url:
        yield Authority("own", url, openssl.certificate)


def dead(openssl: OpenSslAuthority) -> Authority:
    return Authority("dead", "http://127.0.0.1:9/", openssl.certificate)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_public_checkpoint_is_stamped_and_openssl_accepts_what_everybody_gets(
    signing: Signing, authority: Authority, openssl: OpenSslAuthority, settings: Any
) -> None:
    settings.TIMESTAMP_AUTHORITIES = (authority,)
    assert sweep_timestamps() == 0
    signing.round()
    size = SignedCheckpoint.objects.get(public=True).size
    assert Client().get(f"/log/timestamps/{size}/own.tsr").status_code == 404
    assert sweep_timestamps() == 1
    assert sweep_timestamps() == 0, "one word is enough"
    reply = Client().get(f"/log/timestamps/{size}/own.tsr")
    note = Client().get(f"/log/timestamps/{size}/checkpoint").content
    assert reply["Content-Type"] == "application/timestamp-reply"
    assert note == Client().get("/log/checkpoint").content, "no witness has signed it"
    assert openssl.accepts(note, reply.content)
    assert not openssl.accepts(flipped(note, 20), reply.content)
    for at in (-1, -100, len(reply.content) // 2):
        assert not openssl.accepts(note, flipped(reply.content, at % len(reply.content)))
    for wrong in (f"{size}/other.tsr", f"{size}/own", f"{size + 1}/own.tsr", f"{10**30}/own.tsr"):
        assert Client().get(f"/log/timestamps/{wrong}").status_code == 404


def test_live_checkpoints_are_not_told_to_authorities(
    signing: Signing, admin: psycopg.Connection, authority: Authority, settings: Any
) -> None:
    settings.TIMESTAMP_AUTHORITIES = (authority,)
    signing.round()
    grow_ledger(admin, 9)
    signing.round()
    assert SignedCheckpoint.objects.count() == 2
    assert sweep_timestamps() == 1


def test_a_dead_authority_is_left_alone_for_longer_each_time_and_hinders_no_other(
    signing: Signing, authority: Authority, openssl: OpenSslAuthority, settings: Any
) -> None:
    settings.TIMESTAMP_AUTHORITIES = (dead(openssl), authority)
    signing.round()
    assert sweep_timestamps() == 1
    pauses = []
    for failures in range(1, 9):
        state = AuthorityState.objects.get(pk="dead")
        assert (state.failures, "dead gave no timestamp" in (state.why or "")) == (failures, True)
        pauses.append(round((state.not_before - clock.now()).total_seconds() / 60))
        assert sweep_timestamps() == 0
        assert AuthorityState.objects.get(pk="dead").failures == failures, "it is left alone"
        AuthorityState.objects.filter(pk="dead").update(not_before=clock.now())
        sweep_timestamps()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    # it comes back, under the same name
    settings.TIMESTAMP_AUTHORITIES = (Authority("dead", authority.url, authority.certificates),)
    AuthorityState.objects.filter(pk="dead").update(not_before=clock.now())
    assert sweep_timestamps() == 1
    assert AuthorityState.objects.get(pk="dead").failures == 0
    assert set(Timestamp.objects.values_list("authority", flat=True)) == {"own", "dead"}


def test_signing_goes_on_without_any_authority_and_the_health_page_tells_who_owes_a_day(
    signing: Signing, openssl: OpenSslAuthority, settings: Any, admin: psycopg.Connection
) -> None:
    settings.TIMESTAMP_AUTHORITIES = (dead(openssl),)
    assert signing.round()
    sweep_timestamps()
    assert Client().get("/healthz").json()["timestamps"] == {"status": "ok", "owed_since": {}}
    admin.execute("ALTER TABLE custody_checkpoint DISABLE TRIGGER USER")
    admin.execute("UPDATE custody_checkpoint SET signed_at = signed_at - interval '2 days'")
    told = Client().get("/healthz").json()["timestamps"]
    assert (told["status"], list(told["owed_since"])) == ("late", ["dead"])


def misbehaving(openssl: OpenSslAuthority, stranger: OpenSslAuthority) -> dict[str, Answer]:
    def changed(query: bytes) -> bytes:
        reply = openssl.reply_to(query)
        return flipped(reply, len(reply) - 20)

    return {
        "hangs": lambda query: None,
        "nothing": lambda query: b"",
        "garbage": lambda query: b"<html>Welcome to the hotel</html>",
        "too much": lambda query: b"0" * 100_000,
        "the request itself": lambda query: query,
        "another hash": lambda query: openssl.stamped(b"something else"),
        "a stranger": stranger.reply_to,
        "a changed byte": changed,
        "something behind it": lambda query: openssl.reply_to(query) + b"more",
    }


@pytest.mark.parametrize(
    "what",
    [
        "hangs",
        "nothing",
        "garbage",
        "too much",
        "the request itself",
        "another hash",
        "a stranger",
        "a changed byte",
        "something behind it",
    ],
)
def test_what_is_no_timestamp_of_this_by_them_is_refused(
    openssl: OpenSslAuthority, stranger: OpenSslAuthority, what: str
) -> None:
    with served(misbehaving(openssl, stranger)[what]) as url:
        authority = Authority("own", url, openssl.certificate)
        with pytest.raises(TimestampRefused, match="own gave no timestamp"):
            stamp(authority, b"a checkpoint", patience=1)


def test_one_that_answers_byte_by_byte_is_not_waited_for(openssl: OpenSslAuthority) -> None:
    with served(openssl.reply_to, drip=0.01) as url:
        authority = Authority("own", url, openssl.certificate)
        with pytest.raises(TimestampRefused, match="too long"):
            stamp(authority, b"a checkpoint", patience=0.2)


@pytest.mark.parametrize("garbage", [bytes([0x30, 0x82] + [0xFF] * 40), b"\x30\x80", b"\x00" * 9])
def test_malformed_replies_are_refused_like_any_other(
    openssl: OpenSslAuthority, garbage: bytes
) -> None:
    with served(lambda query: garbage) as url, pytest.raises(TimestampRefused):
        stamp(Authority("own", url, openssl.certificate), b"a checkpoint")


def test_a_time_that_cannot_be_is_refused(
    signing: Signing,
    authority: Authority,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.TIMESTAMP_AUTHORITIES = (authority,)
    signing.round()
    real: Any = asking.stamp

    def wrong(*args: Any) -> asking.Stamp:
        found = real(*args)
        return asking.Stamp(found.reply, found.at - timedelta(days=1))

    monkeypatch.setattr("custody.ledger.timestamps.stamp", wrong)
    assert sweep_timestamps() == 0
    assert "of what was signed" in (AuthorityState.objects.get().why or "")
    assert not Timestamp.objects.exists()


def test_a_bundle_takes_the_checkpoint_that_was_stamped_and_its_judge_holds_it(
    committed_cast: Cast,
    signing: Signing,
    authority: Authority,
    openssl: OpenSslAuthority,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.TIMESTAMP_AUTHORITIES = (authority,)
    seizure, _ = catch(committed_cast)
    signing.round()
    sweep_timestamps()
    contents = of_seizure(None, seizure)
    catch(committed_cast)
    signing.round()
    data = bundle(contents, evidence_for([one.seq for one in contents.steps]), asked())
    (tmp_path / "bundle.zip").write_bytes(data)
    with ZipFile(BytesIO(data)) as archive:
        assert openssl.accepts(
            archive.read("timestamps/checkpoint"), archive.read("timestamps/own.tsr")
        )
    trusted = ("--key", signing.verifier.text, "--tsa", str(openssl.certificate))
    verdict = judge(tmp_path / "bundle.zip", *trusted)
    assert verdict.status == 0, verdict.said
    assert "1 timestamps are of this checkpoint" in verdict.said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_timestamp SET stamped_at = now()",
        "DELETE FROM custody_timestamp",
        "TRUNCATE custody_timestamp",
    ],
)
def test_what_an_authority_said_stays(admin: psycopg.Connection, statement: str) -> None:
    admin.execute(
        "INSERT INTO custody_checkpoint (origin, size, note, public, signed_at) VALUES ('x', 1, 'x', true, now())"
    )
    admin.execute(
        "INSERT INTO custody_timestamp (checkpoint_id, authority, stamped_at, reply)"
        " SELECT id, 'x', now(), '' FROM custody_checkpoint"
    )
    with pytest.raises(psycopg.Error, match="append-only"):
        admin.execute(statement)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("[", "cannot be read"),
        ('[{"name": "a", "url": "https://a"}]', "each entry has"),
        ('[{"name": "../a", "url": "https://a", "ca_file": "a"}]', "small letters"),
        ('[{"name": "a", "url": "file:///etc/passwd", "ca_file": "a"}]', "begins with https"),
        (
            '[{"name": "a", "url": "https://a", "ca_file": "a"}, {"name": "a", "url": "https://b", "ca_file": "a"}]',
            "twice",
        ),
    ],
)
def test_a_setting_that_is_not_understood_stops_the_start(
    tmp_path: Path, told: str, expected: str
) -> None:
    (tmp_path / "authorities.json").write_text(told)
    with pytest.raises(InvalidSetting, match=expected):
        authorities(str(tmp_path / "authorities.json"))


def test_the_setting_names_authorities(tmp_path: Path) -> None:
    told = '[{"name": "own-1", "url": "https://tsa.example/", "ca_file": "/etc/tsa.pem"}]'
    (tmp_path / "authorities.json").write_text(told)
    found = authorities(str(tmp_path / "authorities.json"))
    assert found == (Authority("own-1", "https://tsa.example/", Path("/etc/tsa.pem")),)
    assert authorities("") == ()


@pytest.mark.parametrize("what", ["garbage", "another note", "a stranger"])
def test_a_false_reply_that_was_stored_first_does_not_keep_the_true_one_out(
    signing: Signing,
    authority: Authority,
    openssl: OpenSslAuthority,
    stranger: OpenSslAuthority,
    settings: Any,
    what: str,
) -> None:
    settings.TIMESTAMP_AUTHORITIES = (authority,)
    signing.round()
    checkpoint = SignedCheckpoint.objects.get(public=True)
    note = checkpoint.note.encode()
    false = {
        "garbage": lambda: b"garbage",
        "another note": lambda: openssl.stamped(note + b"x"),
        "a stranger": lambda: stranger.stamped(note),
    }[what]()
    Timestamp.objects.create(
        checkpoint=checkpoint, authority="own", stamped_at=clock.now(), reply=false
    )
    address = f"/log/timestamps/{checkpoint.size}/own.tsr"
    assert Client().get(address).status_code == 404, "nothing false is handed out"
    assert sweep_timestamps() == 1
    assert sweep_timestamps() == 0
    Timestamp.objects.create(
        checkpoint=checkpoint, authority="own", stamped_at=clock.now(), reply=false + b"0"
    )
    assert openssl.accepts(note, Client().get(address).content)
    assert sweep_timestamps() == 0


def test_a_false_reply_hides_from_nobody_that_a_day_is_owed(
    signing: Signing, openssl: OpenSslAuthority, settings: Any, admin: psycopg.Connection
) -> None:
    settings.TIMESTAMP_AUTHORITIES = (dead(openssl),)
    signing.round()
    Timestamp.objects.create(
        checkpoint=SignedCheckpoint.objects.get(),
        authority="dead",
        stamped_at=clock.now(),
        reply=b"garbage",
    )
    admin.execute("ALTER TABLE custody_checkpoint DISABLE TRIGGER USER")
    admin.execute("UPDATE custody_checkpoint SET signed_at = signed_at - interval '2 days'")
    assert Client().get("/healthz").json()["timestamps"]["status"] == "late"
