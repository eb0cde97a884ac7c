"""Reading request bodies: JSON as RFC 8259 has it, and nothing that could mean two things."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

DEEPEST = 16


class StrictParser(JSONParser):
    """JSON in UTF-8: no name twice, no NaN, no lone surrogate, no NUL, not deeper than any act needs."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        charset = parse_header_parameters(media_type or "")[1].get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(str(media_type), "The body has to be JSON in UTF-8.")
        raw = stream.read()
        try:
            text = codecs.decode(raw, "utf-8", "strict")
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8: see byte {error.start}.") from error
        try:
            found: Any = json.loads(
                text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer
            )
        except RecursionError as error:
            raise ParseError(f"The body is nested deeper than {DEEPEST} levels.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        _check(found)
        return found  # type: ignore[no-any-return]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _integer(text: str) -> int:
    if len(text) > 20:
        raise ValueError("a number has more than 20 digits")
    return int(text)


def _check(found: Any) -> None:
    """Pass if no text in it would break what comes after.

    Raises:
        ParseError: it holds a NUL character or half a surrogate pair, or is too deep.
    """
    rest = [(found, 0)]
    while rest:
        value, depth = rest.pop()
        if depth > DEEPEST:
            raise ParseError(f"The body is nested deeper than {DEEPEST} levels.")
        if isinstance(value, str):
            if "\0" in value:
                raise ParseError("A text holds a NUL character.")
            if not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value):
                raise ParseError("A text holds half a surrogate pair.")
        elif isinstance(value, dict):
            rest += [(one, depth + 1) for pair in value.items() for one in pair]
        elif isinstance(value, list):
            rest += [(one, depth + 1) for one in value]


class OneForm(DefaultContentNegotiation):
    """Whatever a client says it accepts, it gets the one form that there is."""

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], str(renderers[0].media_type)
