"""Errors that people and clients meet. A subclass's docstring is its message, its ``code`` is stable.

Messages are templates; doors turn ``category`` into their own kind of answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from inspect import cleandoc
from typing import ClassVar, Literal

Category = Literal[
    "invalid", "forbidden", "conflict", "stale", "not_found", "unlawful", "unavailable"
]


class CustodyError(Exception):
    """Something is wrong."""

    code: ClassVar[str] = "error"
    category: ClassVar[Category] = "invalid"

    def __init__(
        self, *, field: str | None = None, legal: Sequence[str] = (), **params: object
    ) -> None:
        """Name what is wrong.

        Args:
            field: the input field at fault, if one is.
            legal: what would have been right or possible instead, in order.
            params: what fills the placeholders of the message.
        """
        self.field = field
        self.legal = tuple(legal)
        self.params = params
        super().__init__(self.template().format(**params))

    @classmethod
    def template(cls) -> str:
        """The message before its placeholders are filled."""
        return " ".join(cleandoc(cls.__doc__ or cls.__name__).split())


class InvalidTime(CustodyError):
    """{value} is not a time with its zone."""

    code = "invalid_time"


class InvalidMass(CustodyError):
    """{value} is not a mass: give grams, not negative, with at most three decimals, below 1,000,000,000 g."""

    code = "invalid_mass"


class InvalidSetting(CustodyError):
    """{name} is set to {value}: {expected}."""

    code = "invalid_setting"
