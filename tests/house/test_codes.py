"""Each code that a client meets stands for one error."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from custody.kit.errors import CustodyError
from tests.words.code import every_module
from tests.words.pages import CUSTODY


def _below(kind: type[CustodyError]) -> Iterator[type[CustodyError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_no_code_stands_for_two_errors() -> None:
    for path in every_module():
        import_module(".".join(("custody", *path.relative_to(CUSTODY).with_suffix("").parts)))
    bearers: dict[str, set[str]] = {}
    for one in _below(CustodyError):
        if one.__module__.startswith("custody."):
            bearers.setdefault(one.code, set()).add(f"{one.__module__}.{one.__qualname__}")
    assert {code: found for code, found in bearers.items() if len(found) > 1} == {}
