"""The tree is that of RFC 6962, judged by the standard's own data and by a slow, obvious implementation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.ledger.merkle import (
    ProofInvalid,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.conformance import vectors
from tests.ledger.trees import Nodes, head, path, proof

SIZES = st.integers(1, 70)


def leaves_of(size: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(size)]


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_roots_of_any_size_are_the_obvious_ones(leaves: list[bytes]) -> None:
    assert root(map(leaf_hash, leaves)) == head(leaves)
    assert root_of(len(leaves), Nodes(leaves)) == head(leaves)


def test_every_proof_of_small_trees_is_the_obvious_one_and_holds() -> None:
    for size in range(1, 40):
        leaves = leaves_of(size)
        nodes, whole = Nodes(leaves), head(leaves)
        for index in range(size):
            found = inclusion_proof(index, size, nodes)
            assert found == path(index, leaves)
            verify_inclusion(index, size, leaf_hash(leaves[index]), found, whole)
        for earlier in range(1, size + 1):
            found = consistency_proof(earlier, size, nodes)
            assert found == proof(earlier, leaves)
            verify_consistency(earlier, size, found, head(leaves[:earlier]), whole)


@given(SIZES, st.data())
def test_a_proof_with_any_one_part_changed_is_refused(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    good = (index, size, leaf_hash(leaves[index]), path(index, leaves), head(leaves))
    bad = _changed(good, data)
    with pytest.raises(ProofInvalid):
        verify_inclusion(*bad)


@given(SIZES, st.data())
def test_a_consistency_proof_with_any_one_part_changed_is_refused(
    size: int, data: st.DataObject
) -> None:
    leaves = leaves_of(size)
    earlier = data.draw(st.integers(1, size))
    good = (earlier, size, proof(earlier, leaves), head(leaves[:earlier]), head(leaves))
    bad = _changed(good, data)
    with pytest.raises(ProofInvalid):
        verify_consistency(*bad)


def _changed(good: tuple[Any, ...], data: st.DataObject) -> list[Any]:
    """The arguments with one of them changed: a bit, a hash more or fewer, another order."""
    hashes = [part for part in range(len(good)) if not isinstance(good[part], int)]
    part = data.draw(st.sampled_from(hashes))
    value = good[part]
    if isinstance(value, bytes):
        value = _flipped(value, data)
    else:
        kinds = ["more", "fewer", "flipped", "turned"] if len(value) > 1 else ["more"]
        kind = data.draw(st.sampled_from(kinds))
        where = data.draw(st.integers(0, max(0, len(value) - 1)))
        if kind == "more":
            value = [*value[:where], data.draw(st.binary(min_size=32, max_size=32)), *value[where:]]
        elif kind == "fewer":
            value = value[:where] + value[where + 1 :]
        elif kind == "flipped":
            value = [*value[:where], _flipped(value[where], data), *value[where + 1 :]]
        else:
            value = value[::-1]
    return [value if place == part else one for place, one in enumerate(good)]


def _flipped(value: bytes, data: st.DataObject) -> bytes:
    place = data.draw(st.integers(0, 255))
    return bytes(one ^ (1 << place % 8 if at == place // 8 else 0) for at, one in enumerate(value))


ANYTHING: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 9),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=40),
    st.binary(min_size=32, max_size=32),
    st.lists(st.binary(min_size=31, max_size=33), max_size=70),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=2)), max_size=5),
    st.dictionaries(st.integers(), st.binary(), max_size=2),
)


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_whatever_is_no_proof_raises_the_one_error(
    one: Any, two: Any, three: Any, four: Any, five: Any
) -> None:
    with pytest.raises(ProofInvalid):
        verify_inclusion(one, two, three, four, five)
    if one == two and three == [] and four == five:
        return  # two equal trees
    with pytest.raises(ProofInvalid):
        verify_consistency(one, two, three, four, five)


@given(ANYTHING, ANYTHING)
def test_what_cannot_be_proved_raises_the_one_error(one: Any, two: Any) -> None:
    leaves = leaves_of(9)
    for prove in (inclusion_proof, consistency_proof):
        if type(one) is int and type(two) is int and 0 <= one <= two:
            continue
        with pytest.raises(ProofInvalid):
            prove(one, two, Nodes(leaves))


@pytest.mark.parametrize("size2", [0, 1, 5])
def test_nothing_is_consistent_with_an_empty_tree(size2: int) -> None:
    empty = head([])
    with pytest.raises(ProofInvalid):
        verify_consistency(0, size2, [], empty, head(leaves_of(size2)))
    with pytest.raises(ProofInvalid):
        consistency_proof(0, size2, Nodes(leaves_of(size2)))


@given(st.integers(1, 2**40), st.data())
def test_a_proof_over_any_size_reads_few_nodes(size: int, data: st.DataObject) -> None:
    asked: list[Any] = []

    def read(nodes: Any) -> dict[Any, bytes]:
        asked.extend(nodes)
        return dict.fromkeys(nodes, b"\x00" * 32)

    inclusion_proof(data.draw(st.integers(0, size - 1)), size, read)
    consistency_proof(data.draw(st.integers(1, size)), size, read)
    assert len(asked) <= 4 * size.bit_length() + 2


def test_the_standards_own_data() -> None:
    told = json.loads((vectors("ct-reference") / "ct-reference.json").read_text())
    assert root([]).hex() == told["empty_root"]
    for case in told["leaf_hashes"]:
        assert leaf_hash(bytes.fromhex(case["leaf_hex"])).hex() == case["hash"]
    for case in told["node_hashes"]:
        left, right = bytes.fromhex(case["left_hex"]), bytes.fromhex(case["right_hex"])
        assert node_hash(left, right).hex() == case["hash"]
    bodies = [bytes.fromhex(leaf) for leaf in told["leaves_hex"]]
    leaves = [leaf_hash(body) for body in bodies]
    roots = [bytes.fromhex(one) for one in told["roots_hex"]]
    for size, expected in enumerate(roots, start=1):
        assert root(leaves[:size]) == expected
    nodes = Nodes(bodies)
    for case in told["inclusion"]:
        index, size = case["leaf_index"], case["tree_size"]
        expected_path = [bytes.fromhex(one) for one in case["path_hex"]]
        assert inclusion_proof(index, size, nodes) == expected_path
        verify_inclusion(index, size, leaves[index], expected_path, roots[size - 1])
    for case in told["consistency"]:
        size1, size2 = case["size1"], case["size2"]
        expected_path = [bytes.fromhex(one) for one in case["proof_hex"]]
        assert consistency_proof(size1, size2, nodes) == expected_path
        verify_consistency(size1, size2, expected_path, roots[size1 - 1], roots[size2 - 1])
