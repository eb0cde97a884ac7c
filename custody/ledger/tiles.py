"""The tree, stored in tiles of 256 hashes: the signer adds the full ones, everybody reads nodes from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from django.db import connection, transaction

from custody.kit.errors import CustodyError
from custody.ledger.copying import copied
from custody.ledger.merkle import Node, pair_hash
from custody.ledger.models import Tile
from custody.ledger.tlog import TILE_HEIGHT, TILE_WIDTH, TilePath, tile_width

#: Tiles that are added in one transaction: 2 MB of hashes.
BATCH = 256
_HASH_BYTES = 32
#: A tile's level, and its number there.
_Place: TypeAlias = tuple[int, int]

_STORED = """
SELECT level, number, hashes FROM custody_tile
WHERE (level, number) IN (SELECT * FROM unnest(%s::smallint[], %s::bigint[]))
"""
_LEAVES = "SELECT leaf FROM custody_entry WHERE seq >= %s AND seq < %s ORDER BY seq"
#: A tile as it is stored; one that is not, from what lies below it.
_HASHES = """
SELECT level, wanted.number, coalesce(
    stored.hashes,
    CASE WHEN level = 0 THEN (
        SELECT string_agg(leaf, ''::bytea ORDER BY seq) FROM custody_entry
        WHERE seq >= wanted.number * 256 AND seq < wanted.number * 256 + width
    ) ELSE (
        SELECT string_agg(below.root, ''::bytea ORDER BY below.number) FROM custody_tile below
        WHERE below.level = wanted.level - 1
            AND below.number >= wanted.number * 256 AND below.number < wanted.number * 256 + width
    ) END
)
FROM unnest(%s::smallint[], %s::bigint[], %s::integer[]) AS wanted (level, number, width)
LEFT JOIN custody_tile stored USING (level, number)
"""
_ROOTS = "SELECT root FROM custody_tile WHERE level = %s AND number >= %s AND number < %s ORDER BY number"


class TreeIncomplete(CustodyError):
    """The stored tree lacks part of tile {path}: the signer has not got so far, or hashes are gone."""

    code = "tree_incomplete"
    category = "unavailable"


def read_nodes(nodes: Collection[Node]) -> dict[Node, bytes]:
    """The hashes of complete subtrees, in one query.

    Raises:
        TreeIncomplete: they go beyond what is stored.
    """
    wanted: dict[_Place, list[tuple[Node, int, int]]] = defaultdict(list)
    for node in nodes:
        level, height = divmod(node[0], TILE_HEIGHT)
        begin = node[1] << height
        number, offset = divmod(begin, TILE_WIDTH)
        wanted[level, number].append((node, offset, 1 << height))
    tiles = _hashes(
        {
            place: max(offset + count for _, offset, count in parts)
            for place, parts in wanted.items()
        }
    )
    found: dict[Node, bytes] = {}
    for place, parts in wanted.items():
        for node, offset, count in parts:
            found[node] = fold(tiles[place][offset * _HASH_BYTES : (offset + count) * _HASH_BYTES])
    return found


def hashes_of(path: TilePath, size: int) -> bytes | None:
    """A tile's hashes, joined; None where the tree of ``size`` leaves has no such tile."""
    if path.width > tile_width(path.level, path.number, size):
        return None
    if path.width == TILE_WIDTH:
        stored = _stored([(path.level, path.number)])
        if not stored:
            raise TreeIncomplete(path=path.format())
        return next(iter(stored.values()))
    place = (path.level, path.number)
    return _hashes({place: path.width})[place]


def fold(hashes: bytes) -> bytes:
    """The root over a power of two of hashes, joined."""
    while len(hashes) > _HASH_BYTES:
        pairs = range(0, len(hashes), 2 * _HASH_BYTES)
        hashes = b"".join([pair_hash(hashes[at : at + 2 * _HASH_BYTES]) for at in pairs])
    return hashes


def grow(size: int) -> int:
    """Store every full tile of the tree of ``size`` leaves that is not stored yet; how many were added.

    Raises:
        TreeIncomplete: the ledger has fewer leaves.
    """
    added, level = 0, 0
    while full := size >> (TILE_HEIGHT * (level + 1)):
        begin = _next(level)
        while begin < full:
            end = min(begin + BATCH, full)
            with transaction.atomic():
                Tile.objects.bulk_create(_made(level, begin, end))
            added, begin = added + end - begin, end
        level += 1
    return added


def first_difference(begin: int, end: int) -> int | None:
    """The first event whose leaf is not the one stored in tiles ``begin`` to ``end`` of level 0; None if all are."""
    for first in range(begin, end, BATCH):
        stored = _stored([(0, number) for number in range(first, min(first + BATCH, end))])
        if not stored:
            continue
        leaves = _below(0, first * TILE_WIDTH, (max(stored)[1] + 1) * TILE_WIDTH)
        for (_, number), hashes in sorted(stored.items()):
            at = (number - first) * TILE_WIDTH
            some = leaves[at : at + TILE_WIDTH]
            if b"".join(some) != hashes:
                return number * TILE_WIDTH + _equal(some, hashes)
    return None


def first_unfit(size: int) -> tuple[int, int] | None:
    """Level and number of the first full tile of a tree that is gone, or does not fit those below it; None if all fit.

    That those of level 0 are of the ledger's leaves is for :func:`first_difference`.
    """
    level = 0
    while full := size >> (TILE_HEIGHT * (level + 1)):
        for begin in range(0, full, BATCH):
            end = min(begin + BATCH, full)
            stored = Tile.objects.filter(level=level, number__gte=begin, number__lt=end)
            found = {one.number: (bytes(one.root), bytes(one.hashes)) for one in stored}
            below = _below(level, begin * TILE_WIDTH, end * TILE_WIDTH) if level else []
            for number in range(begin, end):
                root, hashes = found.get(number, (b"", b""))
                at = (number - begin) * TILE_WIDTH
                if (
                    len(hashes) != TILE_WIDTH * _HASH_BYTES
                    or fold(hashes) != root
                    or (level and hashes != b"".join(below[at : at + TILE_WIDTH]))
                ):
                    return level, number
        level += 1
    return None


def _equal(some: Sequence[bytes], hashes: bytes) -> int:
    """How many of these are those that are joined, from the first on."""
    for at, one in enumerate(some):
        if one != hashes[at * _HASH_BYTES : (at + 1) * _HASH_BYTES]:
            return at
    return len(some)


def _next(level: int) -> int:
    last = Tile.objects.filter(level=level).order_by("-number").values_list("number", flat=True)
    number = last.first()
    return 0 if number is None else number + 1


def _made(level: int, begin: int, end: int) -> Iterator[Tile]:
    """The full tiles of a range of one level."""
    hashes = _below(level, begin * TILE_WIDTH, end * TILE_WIDTH)
    for number in range(begin, end):
        at = (number - begin) * TILE_WIDTH
        row = b"".join(hashes[at : at + TILE_WIDTH])
        if len(row) != TILE_WIDTH * _HASH_BYTES:
            raise TreeIncomplete(path=TilePath(level, number).format())
        yield Tile(level=level, number=number, hashes=row, root=fold(row))


def _below(level: int, begin: int, end: int) -> list[bytes]:
    """The hashes of a range of a level, from what lies below it."""
    if level == 0:
        rows = copied(_LEAVES, [begin, end], ["bytea"])
    else:
        rows = copied(_ROOTS, [level - 1, begin, end], ["bytea"])
    return [one for (one,) in rows]


def _hashes(widths: Mapping[_Place, int]) -> dict[_Place, bytes]:
    """At least the first hashes of tiles, joined: so many of each."""
    if not widths:
        return {}
    wanted = [(*place, width) for place, width in widths.items()]
    with connection.cursor() as cursor:
        cursor.execute(_HASHES, [list(column) for column in zip(*wanted, strict=True)])
        found = {(level, number): bytes(hashes or b"") for level, number, hashes in cursor}
    for (level, number), width in widths.items():
        if len(found[level, number]) < width * _HASH_BYTES:
            raise TreeIncomplete(path=TilePath(level, number, width).format())
    return found


def _stored(places: Collection[_Place]) -> dict[_Place, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [[level for level, _ in places], [number for _, number in places]])
        return {(level, number): bytes(hashes) for level, number, hashes in cursor.fetchall()}
