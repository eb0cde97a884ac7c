"""The slow, obvious tree: RFC 6962, section 2.1, word for word. The judge of the quick one."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from custody.ledger.merkle import Node


def split(size: int) -> int:
    """The largest power of two smaller than size."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def head(leaves: list[bytes]) -> bytes:
    """MTH(D[n])."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + head(leaves[:k]) + head(leaves[k:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), head(leaves[k:])]
    return [*path(index - k, leaves[k:]), head(leaves[:k])]


def proof(size: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """PROOF(m, D[n]), by SUBPROOF(m, D[n], b)."""
    if size == len(leaves):
        return [] if whole else [head(leaves)]
    k = split(len(leaves))
    if size <= k:
        return [*proof(size, leaves[:k], whole), head(leaves[k:])]
    return [*proof(size - k, leaves[k:], whole=False), head(leaves[:k])]


class Nodes:
    """A reader of nodes over leaves in memory, that remembers what it was asked for."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self.asked: list[Node] = []

    def __call__(self, nodes: Collection[Node]) -> dict[Node, bytes]:
        self.asked += nodes
        found = {}
        for level, number in nodes:
            below = self.leaves[number << level : (number + 1) << level]
            assert len(below) == 1 << level, "only complete subtrees are read"
            found[level, number] = head(below)
        return found
