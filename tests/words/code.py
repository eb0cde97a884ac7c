"""The texts of Python: what gettext is asked for, and what sentences and errors are made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.words.message import Message
from tests.words.pages import CUSTODY

_GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_COUNTED = {"ngettext", "ngettext_lazy"}
#: Calls whose texts are said by a door: the place of the first of them.
_SAID = {"Sentence": 0, "Missing": 1, "Reason": 1}
#: Calls that put a word into the record, which pages show as people read it.
_REPORTED = {"report", "compare", "compare_gross"}
#: Rooms whose errors are met by programs and operators, and by nobody on a page.
BACKSTAGE = ("ledger", "exchange", "demo", "management", "api", "locale", "migrations")


def every_module() -> Iterator[Path]:
    for path in sorted(CUSTODY.rglob("*.py")):
        if path.relative_to(CUSTODY).parts[0] not in BACKSTAGE:
            yield path


def written(path: Path) -> Iterator[Message]:
    """The texts of one module."""
    where = str(path.relative_to(CUSTODY))
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name, texts = node.func.id, node.args
            if name in _GETTEXT and _text(texts[0]):
                yield Message(_text(texts[0]), None, where)
            elif name in _COUNTED:
                yield Message(_text(texts[0]), _text(texts[1]), where)
            elif name in _SAID:
                for text in texts[_SAID[name] :]:
                    yield from (Message(one, None, where) for one in _both(text))
            elif name in _REPORTED:
                for keyword in node.keywords:
                    if keyword.arg == "what" and _text(keyword.value):
                        yield Message(_text(keyword.value).replace("_", " "), None, where)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for keyword in node.exc.keywords:
                if keyword.arg in {"why", "kind", "what"} and _text(keyword.value):
                    yield Message(_text(keyword.value), None, where)


def composed(path: Path) -> int:
    """How many sentences of a module have a template that does not stand where they are made."""
    return sum(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Sentence"
        and not _both(node.args[0])
        for node in ast.walk(ast.parse(path.read_text()))
    )


def _text(node: ast.expr) -> str:
    told = node.value if isinstance(node, ast.Constant) else ""
    return told if isinstance(told, str) else ""


def _both(node: ast.expr) -> list[str]:
    """The text itself, or the two of a choice between two."""
    if isinstance(node, ast.IfExp):
        return [*_both(node.body), *_both(node.orelse)]
    return [_text(node)] if _text(node) else []
