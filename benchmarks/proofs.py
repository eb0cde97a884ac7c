"""Checkpoints over a small and a large tree, and proofs out of the large one: time, and tiles touched."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import psycopg

from benchmarks.figures import Figure
from benchmarks.house import House, house

SMALL, LARGE, MORE = 10_000, 5_000_000, 10_000
ROUNDS, PROOFS = 3, 300

#: Rows whose leaves are right; nobody reads their events here.
_GROW = """
INSERT INTO custody_entry (seq, event_id, act_id, kind, subject_type, subject_id, actor, occurred_at,
                           recorded_at, previous, leaf, body)
SELECT seq, gen_random_uuid(), gen_random_uuid(), 'seizure.opened', 'bench', seq::text, 'system', now(), now(), NULL,
       sha256('\\x00'::bytea || convert_to(rpad(seq::text, 550), 'UTF8')), convert_to(rpad(seq::text, 550), 'UTF8')
FROM generate_series(%s::bigint, %s::bigint) AS seq
"""


def figures() -> Iterator[Figure]:
    """Sign on top of 10,000 and of 5,000,000 events, then prove at random places of the larger tree."""
    with house() as here, tempfile.TemporaryDirectory() as folder:
        signer = _signer(here, Path(folder))
        small, size = _signed(here, signer, SMALL)
        large, size = _signed(here, signer, LARGE)
        yield Figure("checkpoint over 10,000 events on top of 10,000", small, "s", at_most=1)
        yield Figure("checkpoint over 10,000 events on top of 5,000,000", large, "s", at_most=1)
        yield Figure("the same, on top of 5,000,000 against on top of 10,000", large / small)
        yield from _proofs(size)


def _signer(here: House, folder: Path) -> Any:
    from django.db import connection

    from custody.kit import clock
    from custody.kit.roles import SIGNER, Address
    from custody.ledger.keyfiles import DatedKey
    from custody.ledger.memory import Memory
    from custody.ledger.notes import KeyType, SigningKey
    from custody.ledger.signing import Signer

    connection.close()
    url = here.app.replace("custody_app@", f"{SIGNER}@")
    connection.settings_dict.update(Address.of(url, setting="DATABASE_SIGNER_URL").django())
    now = clock.now()
    key = SigningKey.generate("bench", KeyType.ED25519)
    dated = DatedKey(key, now - timedelta(days=1), now + timedelta(days=1))
    return Signer([dated], Memory(folder / "checkpoint"), timedelta(hours=1))


def _signed(here: House, signer: Any, below: int) -> tuple[float, int]:
    """Median seconds of a round over ten thousand new events on top of ``below``, and the size at its end."""
    with psycopg.connect(here.admin, autocommit=True) as admin:
        size = _grown(admin, below)
        signer.round()
        took = []
        for _ in range(ROUNDS):
            size = _grown(admin, size + MORE)
            started = perf_counter()
            signer.round()
            took.append(perf_counter() - started)
        return median(took), size


def _grown(admin: psycopg.Connection, size: int) -> int:
    row = admin.execute("SELECT max(seq) + 1 FROM custody_entry").fetchone()
    assert row
    for first in range(row[0], size, 250_000):
        admin.execute(_GROW, [first, min(first + 250_000, size) - 1])
    admin.execute("VACUUM ANALYZE custody_entry")
    return size


def _proofs(size: int) -> Iterator[Figure]:
    from custody.ledger import merkle, proofs

    chance = random.Random(1)
    for name, prove, from_tiles, least in (
        ("inclusion", proofs.inclusion_of, merkle.inclusion_proof, 0),
        ("consistency", proofs.consistency_of, merkle.consistency_proof, 1),
    ):
        took, touched = [], []
        for place in (chance.randrange(least, size) for _ in range(PROOFS)):
            started = perf_counter()
            prove(place, size)
            took.append(perf_counter() - started)
            reader = _Touching(size)
            from_tiles(place, size, reader)
            touched.append(reader.bytes)
        subject = f"{name} proof over 5,000,000 events"
        yield Figure(f"{subject}, median", median(took) * 1000, "ms", at_most=5)
        yield Figure(f"{subject}, tiles touched at most", max(touched) / 1024, "KiB", at_most=64)


class _Touching:
    """A reader of nodes that only counts the tiles in which they stand, each whole."""

    def __init__(self, size: int) -> None:
        self.size, self.bytes = size, 0

    def __call__(self, nodes: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        from custody.ledger.tlog import TILE_HEIGHT, TILE_WIDTH, tile_width

        places = set()
        for node in nodes:
            level, height = divmod(node[0], TILE_HEIGHT)
            places.add((level, (node[1] << height) // TILE_WIDTH))
        self.bytes += sum(32 * tile_width(*place, self.size) for place in places)
        return dict.fromkeys(nodes, bytes(32))
