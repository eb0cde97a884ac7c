"""Sentences that still know how they were made, so that a door can say them in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self


class Sentence(str):
    """A template with its placeholders filled: text in every way, English as written.

    Attributes:
        template: the sentence before it was filled.
        params: what filled it; sentences among them are said in the reader's language too.
    """

    __slots__ = ("params", "template")

    template: str
    params: dict[str, object]

    def __new__(cls, template: str, /, **params: object) -> Self:
        told = super().__new__(cls, template.format(**params))
        told.template, told.params = template, params
        return told

    def made_of(self) -> dict[str, Any]:
        """Its template and what filled it, as JSON has it."""
        return {
            "template": self.template,
            "params": {
                name: value.made_of() if isinstance(value, Sentence) else value
                for name, value in self.params.items()
            },
        }

    @classmethod
    def made_from(cls, told: Mapping[str, Any]) -> Self:
        """The sentence that :meth:`made_of` described."""
        return cls(
            told["template"],
            **{
                name: cls.made_from(value) if isinstance(value, Mapping) else value
                for name, value in told["params"].items()
            },
        )


def joined(parts: Iterable[str], separator: str) -> Sentence:
    """These one after another, each still knowing how it was made."""
    named = {f"part{number}": part for number, part in enumerate(parts)}
    return Sentence(separator.join(f"{{{name}}}" for name in named), **named)
