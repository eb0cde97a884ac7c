"""A text is committed to under a salt: the same text twice gives two commitments, and only it opens one."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from custody.ledger.commitments import commit, commitments_in, digest

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


@given(texts, texts)
def test_a_commitment_is_the_hash_of_a_disclosure_as_sd_jwt_has_it(name: str, text: str) -> None:
    opening = commit(name, text)
    disclosure = urlsafe_b64encode(rfc8785.dumps([opening.salt, name, text])).rstrip(b"=")
    assert opening.commitment == sha256(disclosure).hexdigest()
    assert digest(opening.salt, name, text) == opening.commitment


def test_the_same_text_twice_shows_nothing_in_common() -> None:
    assert commit("reason", "yes").commitment != commit("reason", "yes").commitment


def test_every_commitment_of_a_payload_is_found() -> None:
    payload = {
        "reason": {"commitment": "a"},
        "list": [{"deep": {"commitment": "b"}}, "commitment"],
        "commitment": {"commitment": "c"},
        "not one": {"commitment": "d", "more": 1},
    }
    assert sorted(commitments_in(payload)) == ["a", "b", "c"]
