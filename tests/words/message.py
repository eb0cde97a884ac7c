"""One text that readers are told."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w+\}|</?\w+[^>]*>")


@dataclass(frozen=True)
class Message:
    """A text as it stands in English.

    Attributes:
        many: the same of several, if it counts something.
        where: a file, or what kind of thing it belongs to.
    """

    one: str
    many: str | None
    where: str


def placeholders(text: str) -> list[str]:
    """What a translation has to keep: names that are filled in, and marks."""
    return sorted(_PLACEHOLDER.findall(text))
