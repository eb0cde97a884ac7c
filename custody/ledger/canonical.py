"""Canonical JSON (RFC 8785, JCS) for what events are made of: the same value, the same bytes, for ever.

Events hold no floating point, so the hard part of the RFC never arises; whatever could be ambiguous is refused.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from custody.kit.errors import CustodyError

#: The largest integer that every JSON reader keeps exact (RFC 8785, appendix D).
EXACT = 2**53 - 1

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
#: For what :func:`_check` lets pass, orjson writes the same bytes ten times as fast; a property test holds them equal.
_FAST = orjson.OPT_SORT_KEYS


class NotCanonical(CustodyError):
    """{what} has no place in an event."""

    code = "not_canonical"


def encode(value: Any) -> bytes:
    """The canonical bytes of a value.

    Args:
        value: None, booleans, integers below 2^53, texts, and lists, tuples and mappings of those; the
            keys of mappings are ASCII texts, whose order is the same in UTF-16 and in code points.

    Raises:
        NotCanonical: it holds something else.
    """
    _check(value)
    try:
        return orjson.dumps(value, option=_FAST)
    except orjson.JSONEncodeError:
        return _slowly(value)


def _slowly(value: Any) -> bytes:
    """The same bytes for what orjson does not take: subclasses as keys, great depth, lone surrogates."""
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError:
        raise NotCanonical(what="A lone surrogate") from None


def decode(data: bytes) -> Any:
    """The value whose canonical bytes these are.

    Raises:
        NotCanonical: they are no JSON, or JSON in another form than :func:`encode` gives, so that two readers
            might read two things: spaces, another order, a key twice, other escapes, floating point.
    """
    try:
        value = _DECODER.decode(data.decode())
        same = encode(value) == data
    except (ValueError, RecursionError):
        raise NotCanonical(what="Text that is no JSON") from None
    if not same:
        raise NotCanonical(what="JSON that is not in canonical form")
    return value


def _refuse(text: str) -> Any:
    raise NotCanonical(what=f"The number {text}")


_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)


def _check(value: Any) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > EXACT:
            raise NotCanonical(what=f"The integer {value}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(what=f"The key {key!r}")
            # Most are texts; a call for each would cost more than the encoding.
            if type(item) is not str:
                _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise NotCanonical(what=f"A {type(value).__name__}")
