"""Ledgers long enough for a tree of several levels: rows whose leaves are right and whose events nobody reads."""

from __future__ import annotations

import psycopg

_GROW = """
INSERT INTO custody_entry (seq, event_id, act_id, kind, subject_type, subject_id, actor, occurred_at,
                           recorded_at, previous, leaf, body)
SELECT seq, gen_random_uuid(), gen_random_uuid(), 'seizure.opened', 'filler', seq::text, 'system', now(), now(), NULL,
       sha256('\\x00'::bytea || convert_to('filler ' || seq, 'UTF8')), convert_to('filler ' || seq, 'UTF8')
FROM generate_series((SELECT max(seq) + 1 FROM custody_entry), (SELECT max(seq) FROM custody_entry) + %s) AS seq
"""


def grow_ledger(admin: psycopg.Connection, leaves: int) -> list[bytes]:
    """Add rows until there are so many more, counting those of an unstored ledger in; gives all new leaves.

    On the first call the ledger's own entries count: the result is every leaf of the ledger.
    """
    held = admin.execute(
        "SELECT count(*), count(*) FILTER (WHERE subject_type = 'filler') FROM custody_entry"
    )
    count, fillers = held.fetchone() or (0, 0)
    first = fillers == 0
    admin.execute(_GROW, [leaves - count if first else leaves])
    rows = admin.execute(
        "SELECT leaf FROM custody_entry WHERE seq >= %s ORDER BY seq", [0 if first else count]
    )
    return [bytes(leaf) for (leaf,) in rows]
