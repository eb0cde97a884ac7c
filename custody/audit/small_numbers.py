"""Counts that are not told because they are small, and those that would betray them. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

#: A cell of fewer seizures than this is told as "fewer than": one known catch must not be read off a sum.
LEAST = 3

K = TypeVar("K", bound=Hashable)


def hidden(seizures: Mapping[K, int]) -> set[K]:
    """Which cells of a breakdown whose sum is told are not told themselves.

    Those of fewer than three seizures; and, since what a sum leaves over would tell them, the smallest of the
    others with them. What is hidden is then never less than three seizures together.

    Args:
        seizures: how many seizures stand behind each cell.
    """
    small = {key for key, count in seizures.items() if count < LEAST}
    others = sorted(seizures.keys() - small, key=lambda key: (seizures[key], str(key)))
    return small | set(others[:1]) if small else small
