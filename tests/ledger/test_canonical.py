"""Canonical bytes are those of RFC 8785, judged by another implementation and by the standard's own data."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from custody.ledger.canonical import NotCanonical, decode, encode
from tests.conformance import vectors

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_the_bytes_are_those_of_another_implementation(value: object) -> None:
    assert encode(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(values)
def test_what_was_encoded_is_read_back(value: object) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        {1: 2},
        {"é": 1},
        "\ud800",
        ["\udfff"],
        b"bytes",
        {"a": object()},
        {1, 2},
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        encode(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b' {"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":9007199254740992}',
        rb'{"a":"\u0041"}',
        rb'{"a":"\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":1}\n',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
    ],
)
def test_bytes_in_another_form_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(data)


def test_the_standards_own_data() -> None:
    folder = vectors("jcs") / "testdata"
    agreed = 0
    for path in sorted((folder / "input").iterdir()):
        expected = (folder / "output" / path.name).read_bytes().rstrip(b"\n")
        try:
            ours = encode(json.loads(path.read_text(encoding="utf-8")))
        except NotCanonical:
            continue  # floating point, or keys beyond ASCII, which no event holds
        assert ours == expected
        agreed += 1
    assert agreed >= 1
