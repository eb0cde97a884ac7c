"""Where chance comes from: identifiers, nonces and salts.

:func:`seeded` makes chance repeatable for a demonstration; real records draw on the system's source.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_SYSTEM = random.SystemRandom()
_source: ContextVar[random.Random] = ContextVar("chance", default=_SYSTEM)


def new_id() -> UUID:
    """A new random identifier (UUID version 4)."""
    return UUID(int=_source.get().getrandbits(128), version=4)


def nonce() -> str:
    """128 random bits as 32 hexadecimal digits: two equal acts never have equal leaves."""
    return f"{_source.get().getrandbits(128):032x}"


def salt() -> str:
    """128 random bits that keep a committed text from being guessed."""
    return f"{_source.get().getrandbits(128):032x}"


def choose(population: str, length: int) -> str:
    """A random word of ``length`` characters drawn from ``population``."""
    return "".join(_source.get().choice(population) for _ in range(length))


@contextmanager
def seeded(seed: int) -> Iterator[random.Random]:
    """Make chance repeatable within the block; yields its source."""
    source = random.Random(seed)  # noqa: S311  repeatable on purpose
    token = _source.set(source)
    try:
        yield source
    finally:
        _source.reset(token)
