"""The stored tree gives the same roots and proofs as the obvious one, and reads little for them."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.ledger import merkle, proofs, tiles
from custody.ledger.models import Tile
from custody.ledger.tiles import TreeIncomplete
from custody.ledger.tlog import TilePath
from tests.ledger.growing import grow_ledger

SIZE = 3 * 256 + 17
#: Two full tiles of level 1: the smallest tree with every case.
LARGE = 2 * 65_536 + 3 * 256 + 17


def stored(admin: psycopg.Connection, size: int) -> list[bytes]:
    """A ledger of so many leaves whose full tiles are stored; the signer's part is played by a superuser."""
    admin.execute("GRANT INSERT ON custody_tile TO custody_app")
    leaves = grow_ledger(admin, size)
    tiles.grow(size)
    return leaves


@pytest.fixture
def leaves(transactional_db: str, admin: psycopg.Connection) -> list[bytes]:
    return stored(admin, SIZE)


def test_the_stored_tree_is_the_tree_of_the_leaves(
    transactional_db: str, admin: psycopg.Connection
) -> None:
    leaves = stored(admin, LARGE)
    assert [Tile.objects.filter(level=level).count() for level in range(3)] == [515, 2, 0]
    whole = merkle.root(leaves)
    for size in (1, 255, 256, 257, 65_535, 65_536, 65_537, 131_072, LARGE - 1, LARGE):
        assert proofs.root_of(size) == merkle.root(leaves[:size])
    for seq in (0, 255, 256, 65_535, 65_536, 131_071, 131_072, LARGE - 18, LARGE - 1):
        merkle.verify_inclusion(seq, LARGE, leaves[seq], proofs.inclusion_of(seq, LARGE), whole)
    for earlier in (1, 2, 255, 256, 300, 65_536, 70_001, 131_072, LARGE - 1, LARGE):
        found = proofs.consistency_of(earlier, LARGE)
        merkle.verify_consistency(earlier, LARGE, found, merkle.root(leaves[:earlier]), whole)
    upper = tiles.hashes_of(TilePath(1, 2, 3), LARGE)
    assert upper is not None
    assert upper[:32] == merkle.root(leaves[131_072 : 131_072 + 256])
    top = merkle.root(leaves[:65_536]) + merkle.root(leaves[65_536:131_072])
    assert tiles.hashes_of(TilePath(2, 0, 2), LARGE) == top


def test_tiles_are_what_the_specification_says(leaves: list[bytes]) -> None:
    assert tiles.hashes_of(TilePath(0, 1), SIZE) == b"".join(leaves[256:512])
    assert tiles.hashes_of(TilePath(0, 3, 17), SIZE) == b"".join(leaves[-17:])
    assert tiles.hashes_of(TilePath(1, 0, 1), SIZE) == merkle.root(leaves[:256])


@pytest.mark.parametrize(
    "path", [TilePath(0, 3), TilePath(0, 3, 18), TilePath(1, 0, 4), TilePath(2, 0, 1)]
)
def test_a_tree_has_no_tiles_beyond_its_size(leaves: list[bytes], path: TilePath) -> None:
    assert tiles.hashes_of(path, SIZE) is None


def test_a_proof_takes_one_statement_and_so_do_many(leaves: list[bytes]) -> None:
    several = [0, 1, 255, 256, 600, SIZE - 1]
    alone = {seq: proofs.inclusion_of(seq, SIZE) for seq in several}
    for prove in (
        lambda: proofs.inclusion_of(600, SIZE),
        lambda: proofs.consistency_of(300, SIZE),
        lambda: proofs.inclusions_of(several, SIZE),
    ):
        with CaptureQueriesContext(connection) as statements:
            found = prove()
        assert len(statements) == 1
    assert found == alone
    assert proofs.inclusion_of(0, 1) == []


def test_a_tree_that_is_not_stored_so_far_says_so(leaves: list[bytes]) -> None:
    with pytest.raises(TreeIncomplete):
        proofs.root_of(SIZE + 1)
    with pytest.raises(TreeIncomplete):
        tiles.grow(SIZE + 256)


def test_growing_again_adds_only_what_is_new(
    leaves: list[bytes], admin: psycopg.Connection
) -> None:
    assert tiles.grow(SIZE) == 0
    more = grow_ledger(admin, 300)
    assert tiles.grow(SIZE + 300) == 1
    assert proofs.root_of(SIZE + 300) == merkle.root([*leaves, *more])
