"""What an attacker who is past the grants does, as cleverly as can be: so that the ledger agrees with itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from custody.kit import ids
from custody.kit.roles import create_database
from custody.ledger import canonical
from custody.ledger.merkle import leaf_hash
from tests.postgres import LOGINS

GUARDED = ("entry", "tile", "checkpoint", "cosignature", "timestamp")
Change = Callable[[dict[str, Any]], dict[str, Any]]


@contextmanager
def triggers_off(connection: psycopg.Connection) -> Iterator[None]:
    """The triggers are off while the block runs, and then exactly as they were."""
    tables = [f"custody_{table}" for table in GUARDED]
    before = connection.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled = 'A' AND tgrelid = ANY(%s::regclass[])",
        [tables],
    ).fetchall()
    for table in tables:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        for table, trigger in before:
            connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def one_byte(connection: psycopg.Connection, seq: int) -> None:
    """Another digit in the id of an event's act: it can be read as well as before, and says something else."""
    connection.execute(
        "UPDATE custody_entry SET body = set_byte("
        "body, 40, CASE get_byte(body, 40) WHEN ascii('0') THEN ascii('1') ELSE ascii('0') END"
        ") WHERE seq = %s",
        [seq],
    )


def rewrite(connection: psycopg.Connection, seq: int, change: Change) -> None:
    """Change an event, its columns and leaf, and every later event that names a leaf which is another now."""
    rows = connection.execute(
        "SELECT seq, leaf, body FROM custody_entry WHERE seq >= %s ORDER BY seq", [seq]
    ).fetchall()
    leaves: dict[str, str] = {}
    for number, leaf, body in rows:
        text = bytes(body).decode()
        for old, new in leaves.items():
            text = text.replace(old, new)
        told = change(json.loads(text)) if number == seq else json.loads(text)
        again = canonical.encode(told)
        if again == bytes(body):
            continue
        leaves[bytes(leaf).hex()] = leaf_hash(again).hex()
        connection.execute(
            "UPDATE custody_entry SET body = %s, leaf = %s, previous = %s WHERE seq = %s",
            [again, leaf_hash(again), bytes.fromhex(told["previous"] or "") or None, number],
        )


def insert(connection: psycopg.Connection, seq: int) -> None:
    """Another event of the same kind and actor before one, on a subject of its own."""
    connection.execute("UPDATE custody_entry SET seq = -seq WHERE seq >= %s", [seq])
    connection.execute("UPDATE custody_entry SET seq = 1 - seq WHERE seq < 0")
    row = connection.execute("SELECT body FROM custody_entry WHERE seq = %s", [seq + 1]).fetchone()
    assert row
    told = json.loads(bytes(row[0]))
    told |= {"id": str(ids.new_id()), "previous": None}
    told["subject"] = {"type": "note", "id": "invented"}
    body = canonical.encode(told)
    connection.execute(
        "INSERT INTO custody_entry (seq, event_id, act_id, kind, subject_type, subject_id, actor, occurred_at,"
        " recorded_at, previous, leaf, body)"
        " SELECT %s, %s, act_id, kind, 'note', 'invented', actor, occurred_at, recorded_at, NULL, %s, %s"
        " FROM custody_entry WHERE seq = %s",
        [seq, told["id"], leaf_hash(body), body, seq + 1],
    )


def cut(connection: psycopg.Connection, seq: int) -> None:
    """All events from a number on."""
    connection.execute("DELETE FROM custody_entry WHERE seq >= %s", [seq])


def forget_signed(connection: psycopg.Connection, seq: int) -> None:
    """Whatever in the database was signed of events from a number on: stored tiles and checkpoints."""
    for level in range(4):
        connection.execute(
            "DELETE FROM custody_tile WHERE level = %s AND number >= %s",
            [level, seq >> (8 * (level + 1))],
        )
    for table in ("cosignature", "timestamp"):
        connection.execute(
            f"DELETE FROM custody_{table} USING custody_checkpoint one"
            " WHERE one.id = checkpoint_id AND one.size > %s",
            [seq],
        )
    connection.execute("DELETE FROM custody_checkpoint WHERE size > %s", [seq])


def copy(admin: psycopg.Connection, source: str, target: str) -> None:
    """A database as it is now, under another name; whoever is in it is thrown out."""
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
        [source],
    )
    create_database(admin, target, LOGINS, template=source)
