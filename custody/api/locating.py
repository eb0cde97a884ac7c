"""Where in a request the fault is: errors know what is wrong, the door knows where it was said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from custody.handling.commands import SEVERAL, Command, Kind, describe
from custody.kit.errors import CustodyError

#: One thing said: the path to it and its value.
Said = tuple[tuple[str, ...], Any]


def locate(error: CustodyError, command: Command) -> str | None:
    """The dotted path of the input that an error is about, as exactly as what it names tells.

    Args:
        error: what an act refused; its ``field`` names a field, or one of a row, or nothing.
        command: what the act was told.
    """
    field = error.field
    if field and any(part.isdigit() for part in field.split(".")):
        return field
    said = list(_said(command))
    for value in error.params.values():
        paths = [path for path, told in said if told is not None and told == value]
        fitting = [path for path in paths if field is None or field in path]
        if field is None and value != error.params.get("label"):
            continue
        if fitting:
            return ".".join(_in_row(field, fitting, error, said))
    return field


def _in_row(
    field: str | None, paths: list[tuple[str, ...]], error: CustodyError, said: list[Said]
) -> tuple[str, ...]:
    """The path whose row holds the most of what the error names, at its field if it has that."""
    named = list(error.params.values())

    def weight(path: tuple[str, ...]) -> int:
        return sum(other[:-1] == path[:-1] and told in named for other, told in said)

    best = max(paths, key=weight)
    known = {path for path, _ in said}
    at_field = (*best[:-1], field or "")
    return at_field if at_field in known else best


def _said(command: Any, start: tuple[str, ...] = ()) -> Iterator[Said]:
    for name, one in describe(type(command)):
        value = getattr(command, name)
        if one.kind is Kind.ROWS:
            for number, row in enumerate(value or ()):
                yield from _said(row, (*start, name, str(number)))
        elif one.kind in SEVERAL:
            for number, told in enumerate(value or ()):
                yield (*start, name, str(number)), told
        else:
            yield (*start, name), value
