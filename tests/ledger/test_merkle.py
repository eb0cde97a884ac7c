"""The tree is that of RFC 6962, judged by the standard's own data and by a slow, obvious implementation."""

from __future__ import annotations

import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from custody.ledger.merkle import leaf_hash, node_hash, root
from tests.conformance import vectors


def obvious(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + obvious(leaves[:split]) + obvious(leaves[split:])).digest()


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_roots_of_any_size_are_the_obvious_ones(leaves: list[bytes]) -> None:
    assert root(map(leaf_hash, leaves)) == obvious(leaves)


def test_the_standards_own_data() -> None:
    told = json.loads((vectors("ct-reference") / "ct-reference.json").read_text())
    assert root([]).hex() == told["empty_root"]
    for case in told["leaf_hashes"]:
        assert leaf_hash(bytes.fromhex(case["leaf_hex"])).hex() == case["hash"]
    for case in told["node_hashes"]:
        left, right = bytes.fromhex(case["left_hex"]), bytes.fromhex(case["right_hex"])
        assert node_hash(left, right).hex() == case["hash"]
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in told["leaves_hex"]]
    for size, expected in enumerate(told["roots_hex"], start=1):
        assert root(leaves[:size]).hex() == expected
