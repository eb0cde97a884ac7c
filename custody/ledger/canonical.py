"""Canonical JSON (RFC 8785, JCS) for what events are made of: the same value, the same bytes, for ever.

Events hold no floating point, so the hard part of the RFC never arises; whatever could be ambiguous is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import orjson

from custody.kit.errors import CustodyError

#: The largest integer that every JSON reader keeps exact (RFC 8785, appendix D).
EXACT = 2**53 - 1

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
#: For what :func:`_check` lets pass, orjson writes the same bytes ten times as fast; a property test holds them equal.
_FAST = orjson.OPT_SORT_KEYS
_ARRAYS = (list, tuple)


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
        value = orjson.loads(data)
        if encode(value) == data:
            return value
    except (orjson.JSONDecodeError, NotCanonical):
        pass
    return _decode_slowly(data)


def _decode_slowly(data: bytes) -> Any:
    """The same, also where orjson does not go as deep; and what is wrong, in the words of this module."""
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
    if isinstance(value, dict):
        _check_keys(value)
        _check_items(value.values())
    elif isinstance(value, _ARRAYS):
        _check_items(value)
    elif isinstance(value, int):  # bool is one, and small
        if abs(value) > EXACT:
            raise NotCanonical(what=f"The integer {value}")
    elif value is not None and not isinstance(value, str):
        raise NotCanonical(what=f"A {type(value).__name__}")


def _check_keys(value: dict[Any, Any]) -> None:
    try:
        if "".join(value).isascii():
            return
    except TypeError:  # not all are texts
        pass
    wrong = next(key for key in value if not isinstance(key, str) or not key.isascii())
    raise NotCanonical(what=f"The key {wrong!r}")


def _check_items(items: Iterable[Any]) -> None:
    for item in items:
        # Most are texts; a call for each would cost more than the encoding.
        if item is not None and type(item) is not str:
            _check(item)
