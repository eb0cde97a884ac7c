"""The RFC 6962 tree over the ledger: hashes, roots, and proofs that others can check. Pure.

A node is a complete subtree, named by its level (0 for leaves) and its number on that level: node (k, n) spans
the leaves n·2^k up to (n+1)·2^k. Whatever a proof needs is a fold over such nodes, which a reader supplies.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeAlias

from custody.kit.errors import CustodyError

Node: TypeAlias = tuple[int, int]
#: The hashes of these nodes, all of them.
NodeReader: TypeAlias = Callable[[Collection[Node]], Mapping[Node, bytes]]

#: A tree holds fewer leaves than this.
LARGEST = 2**62
_HASH_BYTES = 32
_Range: TypeAlias = tuple[int, int]


class ProofInvalid(CustodyError):
    """The proof does not hold: {why}."""

    code = "proof_invalid"


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over 0x00 and its bytes (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and both children's hashes (RFC 6962, 2.1)."""
    return pair_hash(left + right)


def pair_hash(children: bytes) -> bytes:
    """The same, of both children's hashes joined."""
    return sha256(b"\x01" + children).digest()


class Growing:
    """A tree that leaves are added to; it holds as many hashes as the size has ones in binary.

    Attributes:
        size: how many leaves it has.
    """

    def __init__(self) -> None:
        self.size = 0
        self._full: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf's hash at the end."""
        self.add_tree(leaf, 0)

    def add_tree(self, root: bytes, height: int) -> None:
        """Add a full subtree of ``2 ** height`` leaves at the end; the size so far is a multiple of that."""
        current, size = root, self.size >> height
        while size & 1:
            current = node_hash(self._full.pop(), current)
            size >>= 1
        self._full.append(current)
        self.size += 1 << height

    def root(self) -> bytes:
        """The root over all leaves so far; of none, the hash of nothing (RFC 6962, 2.1)."""
        if not self._full:
            return sha256(b"").digest()
        *full, current = self._full
        for one in reversed(full):
            current = node_hash(one, current)
        return current


def full_trees(leaves: Sequence[bytes]) -> list[tuple[bytes, int]]:
    """The roots of the full subtrees over these leaf hashes with their heights, largest first."""
    trees, begin = [], 0
    for height in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> height & 1:
            row = b"".join(leaves[begin : begin + (1 << height)])
            while len(row) > _HASH_BYTES:
                row = b"".join(
                    [
                        pair_hash(row[i : i + 2 * _HASH_BYTES])
                        for i in range(0, len(row), 2 * _HASH_BYTES)
                    ]
                )
            trees.append((row, height))
            begin += 1 << height
    return trees


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes, in order; memory grows with the logarithm of their number."""
    tree = Growing()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def root_of(size: int, read: NodeReader) -> bytes:
    """The root of the first ``size`` leaves.

    Raises:
        ProofInvalid: no tree has this size.
    """
    _require_sizes(size)
    return _folded([(0, size)], read)[0] if size else sha256(b"").digest()


def inclusion_proof(index: int, size: int, read: NodeReader) -> list[bytes]:
    """The hashes that lead from a leaf to the root, from its sibling up (RFC 6962, 2.1.1).

    Args:
        index: the leaf's number, from 0.
        size: the number of leaves of the tree that it is proved to be in.
        read: gives the hashes of complete subtrees below ``size``.

    Raises:
        ProofInvalid: the tree has no such leaf.
    """
    _require_sizes(index, size)
    if index >= size:
        raise ProofInvalid(why=f"a tree of {size} has no leaf {index}")
    begin, end = 0, size
    path: list[_Range] = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return _folded(path[::-1], read)


def consistency_proof(size1: int, size2: int, read: NodeReader) -> list[bytes]:
    """The hashes that show that a tree only grew (RFC 6962, 2.1.2).

    Args:
        size1: leaves of the earlier tree, at least one.
        size2: leaves of the later tree.
        read: gives the hashes of complete subtrees below ``size2``.

    Raises:
        ProofInvalid: one is not earlier than the other, or empty.
    """
    _require_growth(size1, size2)
    begin, end = 0, size2
    path: list[_Range] = []
    while end != size1:
        middle = begin + _split(end - begin)
        if size1 <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    if begin:
        path.append((begin, end))
    return _folded(path[::-1], read)


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Pass if the leaf stands at its place in the tree with this root (RFC 9162, 2.1.3.2).

    Args:
        index: the leaf's number, from 0.
        size: the number of the tree's leaves.
        leaf: the leaf's hash.
        proof: from the leaf's sibling up.
        root: the tree's root.

    Raises:
        ProofInvalid: it does not, or an argument is none at all.
    """
    _require_sizes(index, size)
    _require_hashes(leaf, root)
    _require_proof(proof)
    if index >= size:
        raise ProofInvalid(why=f"a tree of {size} has no leaf {index}")
    place, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofInvalid(why="it is too long")
        if place & 1 or place == last:
            current = node_hash(sibling, current)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofInvalid(why="it is too short")
    if current != root:
        raise ProofInvalid(why="it leads to another root")


def verify_consistency(
    size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes
) -> None:
    """Pass if the tree with the second root only adds to the one with the first (RFC 9162, 2.1.4.2).

    Nothing shows that a tree adds to an empty one, so ``size1`` is at least 1.

    Raises:
        ProofInvalid: it does not, or an argument is none at all.
    """
    _require_growth(size1, size2)
    _require_hashes(root1, root2)
    _require_proof(proof)
    if size1 == size2:
        if proof:
            raise ProofInvalid(why="trees of one size need no proof")
        if root1 != root2:
            raise ProofInvalid(why="trees of one size have two roots")
        return
    hashes = list(proof)
    if size1 & (size1 - 1) == 0:
        hashes.insert(0, root1)
    if not hashes:
        raise ProofInvalid(why="it is too short")
    place, last = size1 - 1, size2 - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofInvalid(why="it is too long")
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofInvalid(why="it is too short")
    if first != root1:
        raise ProofInvalid(why="it does not lead to the earlier root")
    if second != root2:
        raise ProofInvalid(why="it does not lead to the later root")


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _nodes(begin: int, end: int) -> Iterator[Node]:
    """The complete subtrees of a range that the RFC's recursion visits, from the left."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def _folded(ranges: Sequence[_Range], read: NodeReader) -> list[bytes]:
    """The hash of each range; all nodes are read at once."""
    wanted = [list(_nodes(*one)) for one in ranges]
    found = read({node for nodes in wanted for node in nodes})
    folded = []
    for nodes in wanted:
        current = found[nodes[-1]]
        for node in reversed(nodes[:-1]):
            current = node_hash(found[node], current)
        folded.append(current)
    return folded


def _require_sizes(*sizes: Any) -> None:
    for size in sizes:
        if type(size) is not int or not 0 <= size < LARGEST:
            raise ProofInvalid(why="a size or an index is no number of leaves")


def _require_growth(size1: Any, size2: Any) -> None:
    _require_sizes(size1, size2)
    if not 1 <= size1 <= size2:
        raise ProofInvalid(why=f"a tree of {size2} cannot add to one of {size1}")


def _require_hashes(*hashes: Any) -> None:
    for one in hashes:
        if type(one) is not bytes or len(one) != _HASH_BYTES:
            raise ProofInvalid(why="a hash is not 32 bytes")


def _require_proof(proof: Any) -> None:
    if not isinstance(proof, list | tuple):
        raise ProofInvalid(why="it is no list of hashes")
    _require_hashes(*proof)
