"""Signed notes: what was signed is believed, whatever was changed is not, and what is unknown is kept unbelieved."""

from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.ledger.notes import (
    KeyInvalid,
    KeyType,
    Note,
    NoteInvalid,
    Signature,
    SigningKey,
    VerifierKey,
    verify,
)

LOG = SigningKey("log.example", KeyType.ED25519, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
WITNESS = SigningKey(
    "witness.example/w1", KeyType.COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
)
TEXT = "log.example\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
NOTE = Note(TEXT, (LOG.sign(TEXT),)).with_signatures([WITNESS.cosign(TEXT, 1_700_000_000)])

#: From the documentation of Go's note package: an outside key and an outside signature.
PETER = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_an_outside_note_is_believed_and_written_back_as_it_was() -> None:
    note = Note.parse(PETERS_NOTE)
    (signature,) = note.verified([PETER])
    assert signature.name == "PeterNeumann"
    assert note.format() == PETERS_NOTE


def test_an_outside_note_with_a_letter_changed_is_not_believed() -> None:
    with pytest.raises(NoteInvalid):
        Note.parse(PETERS_NOTE.replace("answer", "answor")).verified([PETER])


def test_log_and_witness_are_believed_by_their_keys() -> None:
    parsed = Note.parse(NOTE.format())
    assert parsed == NOTE
    found = parsed.verified([LOG.verifier, WITNESS.verifier])
    assert [one.name for one in found] == ["log.example", "witness.example/w1"]
    assert found[1].time == 1_700_000_000


def test_a_signature_by_a_key_that_nobody_knows_is_kept_and_not_believed() -> None:
    assert len(NOTE.signatures) == 2
    assert NOTE.verified([LOG.verifier]) == (NOTE.signatures[0],)
    with pytest.raises(NoteInvalid, match="no signature by a key"):
        NOTE.verified([PETER])


def test_one_bad_signature_by_a_known_key_spoils_the_note() -> None:
    other = SigningKey.generate("other", KeyType.ED25519)
    good = other.sign(TEXT)
    bad = Signature(LOG.verifier.name, LOG.verifier.id, good.value)
    with pytest.raises(NoteInvalid, match=r"log\.example does not hold"):
        Note(TEXT, (good, bad)).verified([other.verifier, LOG.verifier])


def test_a_witness_signs_its_time_too() -> None:
    signed = WITNESS.cosign(TEXT, 1_700_000_000)
    later = Signature(
        signed.name, signed.key_id, (1_700_000_001).to_bytes(8, "big") + signed.value[8:]
    )
    verify(TEXT, signed, WITNESS.verifier)
    with pytest.raises(NoteInvalid):
        verify(TEXT, later, WITNESS.verifier)


def test_the_same_bytes_as_a_log_and_as_a_witness_are_two_keys() -> None:
    twice = VerifierKey(LOG.verifier.name, KeyType.COSIGNATURE, LOG.verifier.public)
    assert twice.id != LOG.verifier.id


@pytest.mark.parametrize("key", [LOG, WITNESS])
def test_keys_are_read_as_they_were_written(key: SigningKey) -> None:
    assert VerifierKey.parse(key.verifier.text) == key.verifier
    assert SigningKey.parse(key.secret()).verifier == key.verifier
    assert key.secret() not in repr(key)


@pytest.mark.parametrize(
    "name", ["", "with space", "with+plus", "no\u00a0break", "new\nline", "\x00"]
)
def test_names_that_would_be_read_as_two_things_are_refused(name: str) -> None:
    with pytest.raises(KeyInvalid):
        SigningKey.generate(name, KeyType.ED25519)


@given(st.text(max_size=80) | st.from_regex(r"[a-z.]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{0,60}"))
def test_whatever_is_no_key_raises_the_one_error(text: str) -> None:
    for parse in (VerifierKey.parse, SigningKey.parse):
        with pytest.raises(KeyInvalid):
            parse(text)


def test_a_key_of_an_algorithm_to_come_is_refused_by_its_byte() -> None:
    told = b64encode(b"\x06" + b"\x00" * 32).decode()
    with pytest.raises(KeyInvalid, match="0x06"):
        VerifierKey.parse(f"later.example+00000000+{told}")


@given(st.data())
def test_a_note_with_a_character_changed_is_not_believed(data: st.DataObject) -> None:
    whole = NOTE.format()
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.characters().filter(lambda one: one != whole[place]))
    changed = whole[:place] + other + whole[place + 1 :]
    try:
        found = Note.parse(changed).verified([LOG.verifier, WITNESS.verifier])
    except NoteInvalid:
        return
    # A name or an id that is nobody's: the signature is unknown now, the other one still holds.
    assert len(found) == 1
    assert changed.startswith(TEXT)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_whatever_is_no_note_raises_the_one_error(text: str) -> None:
    with pytest.raises(NoteInvalid):
        Note.parse(text).verified([LOG.verifier])
