"""The fast encoder and the plain one write the same bytes, and both are what RFC 8785 says."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.ledger import canonical
from custody.ledger.canonical import EXACT, NotCanonical

TEXTS = st.text(st.characters(codec="utf-8"))
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner) | st.tuples(inner, inner),
    max_leaves=30,
)


class Shade(StrEnum):
    DARK = "dark"


@given(VALUES)
def test_the_fast_bytes_are_the_plain_ones(value: Any) -> None:
    assert canonical.encode(value) == canonical._slowly(value)


@given(VALUES)
def test_what_is_decoded_encodes_to_the_same_bytes(value: Any) -> None:
    assert canonical.encode(canonical.decode(canonical.encode(value))) == canonical.encode(value)


NEARLY = st.binary(max_size=40) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5
).map(lambda value: json.dumps(value, separators=(",", ":")).encode())


@given(VALUES.map(canonical.encode) | NEARLY)
def test_the_fast_reader_reads_what_the_plain_one_reads_and_refuses_what_it_refuses(
    data: bytes,
) -> None:
    try:
        plain = canonical._decode_slowly(data)
    except NotCanonical as error:
        with pytest.raises(NotCanonical, match=f"^{re.escape(str(error))}$"):
            canonical.decode(data)
    else:
        assert canonical.decode(data) == plain


def test_escapes_are_those_of_rfc_8785() -> None:
    """Section 3.2.2.2: short escapes where there are any, lower-case hexadecimal, everything else as it is."""
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/\u007f\u2028\b\t\f\r\U0001f600"
    expected = '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f\u2028\\b\\t\\f\\r\U0001f600"'
    assert canonical.encode(text) == expected.encode()


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), EXACT + 1, -EXACT - 1, {1: 2}, {"é": 1}, "\ud800", b"x", {1, 2}]
)
def test_what_could_be_read_in_two_ways_is_refused(value: Any) -> None:
    for nested in (value, [value], {"key": value}):
        with pytest.raises(NotCanonical):
            canonical.encode(nested)


def test_subclasses_of_texts_and_great_depth_are_taken() -> None:
    assert canonical.encode({Shade.DARK: [Shade.DARK]}) == b'{"dark":["dark"]}'
    deep: Any = None
    for _ in range(300):
        deep = [deep]
    assert canonical.encode(deep) == b"[" * 300 + b"null" + b"]" * 300
