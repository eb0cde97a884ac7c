"""The texts of templates: those that are marked for translation, and those that somebody forgot to mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.template.base import Lexer, TokenType
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tests.words.message import Message

CUSTODY = Path(__file__).parents[2] / "custody"
TEMPLATES = CUSTODY / "web" / "templates"
#: What is the same in every language: names, codes, and marks that stand for something in text.
SAME = frozenset({"Custody", "plain"})
#: A template of a tag with its attributes, and nothing to read.
_WORDLESS = "allauth/elements/button.html"
#: Attributes that people read or hear.
_READ = {"aria-label", "alt", "title", "placeholder", "content"}
_LITERAL = re.compile(r"""_\((["'])(.*?)\1\)""")
_ENGLISH = re.compile(
    r"""\|(?:default|default_if_none|yesno|add)[:]["'][^"']*[A-Za-z]|\|pluralize"""
)
#: Stands for a tag in text that is read as HTML.
_TAG = "\ue000"


def every_page() -> list[Path]:
    return [one for one in sorted(TEMPLATES.rglob("*.html")) if not one.match(_WORDLESS)]


def marked(path: Path) -> Iterator[Message]:
    """What a template marks for translation."""
    source = path.read_text()
    where = str(path.relative_to(TEMPLATES))
    template = Engine.get_default().from_string(source)
    for node in _nodes(template.nodelist):
        if isinstance(node, BlockTranslateNode):
            one, _ = node.render_token_list(node.singular)
            many = node.render_token_list(node.plural)[0] if node.plural else ""
            if node.trimmed:
                one, many = (" ".join(text.split()) for text in (one, many))
            yield Message(one, many or None, where)
        elif isinstance(node, TranslateNode):
            yield Message(str(node.filter_expression.var.literal).replace("%", "%%"), None, where)
    for token in Lexer(source).tokenize():
        if token.token_type in {TokenType.VAR, TokenType.BLOCK}:
            for _, text in _LITERAL.findall(token.contents):
                yield Message(text.replace("%", "%%"), None, where)


def _nodes(nodelist: Any) -> Iterator[Any]:
    for node in nodelist:
        yield node
        for name in {*getattr(node, "child_nodelists", ()), "nodelist_loop", "nodelist_empty"}:
            yield from _nodes(getattr(node, name, None) or ())
        for _, inner in getattr(node, "conditions_nodelists", ()):
            yield from _nodes(inner)


def unmarked(path: Path) -> list[str]:
    """English that a template shows without marking it for translation."""
    found: list[str] = []
    page = _Page()
    inside = False
    for token in Lexer(path.read_text()).tokenize():
        if token.token_type is TokenType.BLOCK and token.contents.startswith("blocktranslate"):
            inside = True
        if token.token_type is TokenType.TEXT and not inside:
            page.feed(token.contents)
        elif token.token_type in {TokenType.VAR, TokenType.BLOCK}:
            found += [token.contents] if _ENGLISH.search(token.contents) else []
            page.feed(_TAG)
        if token.token_type is TokenType.BLOCK and token.contents.startswith("endblocktranslate"):
            inside = False
    page.close()
    return found + page.found


class _Page(HTMLParser):
    """The texts that a reader meets."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in _READ and tag != "meta":
                self._hold(value or "")

    def handle_data(self, data: str) -> None:
        self._hold(data)

    def _hold(self, text: str) -> None:
        told = text.replace(_TAG, " ").strip()
        if re.search(r"[A-Za-z]{2}", told) and told not in SAME:
            self.found.append(told)
