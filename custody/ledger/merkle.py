"""Hashes of the RFC 6962 tree over the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over 0x00 and its bytes (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and both children's hashes (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes, in order; memory grows with the logarithm of their number.

    The root of no leaves is the hash of nothing (RFC 6962, 2.1).
    """
    full: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, current = 0, leaf
        while full and full[-1][0] == height:
            current = node_hash(full.pop()[1], current)
            height += 1
        full.append((height, current))
    if not full:
        return sha256(b"").digest()
    current = full.pop()[1]
    while full:
        current = node_hash(full.pop()[1], current)
    return current
