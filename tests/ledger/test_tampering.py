"""Whoever gets past every guard, as a superuser without triggers, is found and named by seq and field."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.core.management import CommandError, call_command

from custody.ledger.models import Entry
from tests.cast import Cast, catch
from tests.ledger.forging import one_byte

Attack = Callable[[psycopg.Connection, int], None]


def no_digit(admin: psycopg.Connection, seq: int) -> None:
    """Bytes that are no event any more: no id has such a digit."""
    admin.execute(
        "UPDATE custody_entry SET body = set_byte(body, 40, ascii('g')) WHERE seq = %s", [seq]
    )


def column(name: str, value: str) -> Attack:
    def attack(admin: psycopg.Connection, seq: int) -> None:
        admin.execute(f"UPDATE custody_entry SET {name} = {value} WHERE seq = %s", [seq])

    return attack


def deleted(admin: psycopg.Connection, seq: int) -> None:
    admin.execute("DELETE FROM custody_entry WHERE seq = %s", [seq])


def swapped(admin: psycopg.Connection, seq: int) -> None:
    admin.execute(
        "UPDATE custody_entry a SET body = b.body FROM custody_entry b"
        " WHERE (a.seq, b.seq) IN ((%s, %s), (%s, %s))",
        [seq, seq + 1, seq + 1, seq],
    )


def rehashed(admin: psycopg.Connection, seq: int) -> None:
    """The cleverer one: another text, and its leaf with it."""
    admin.execute(
        "UPDATE custody_entry SET body = convert_to(replace(convert_from(body, 'UTF8'), '25000.000',"
        " '24000.000'), 'UTF8') WHERE seq = %s",
        [seq],
    )
    admin.execute("UPDATE custody_entry SET leaf = sha256('\\x00' || body) WHERE seq = %s", [seq])


def spaced(admin: psycopg.Connection, seq: int) -> None:
    """The same content in other bytes."""
    admin.execute(
        "UPDATE custody_entry SET body = convert_to(convert_from(body, 'UTF8') || ' ', 'UTF8')"
        " WHERE seq = %s",
        [seq],
    )
    admin.execute("UPDATE custody_entry SET leaf = sha256('\\x00' || body) WHERE seq = %s", [seq])


@pytest.mark.parametrize(
    ("attack", "field"),
    [
        (one_byte, "body"),
        (no_digit, "body"),
        (deleted, "seq"),
        (swapped, "body"),
        (spaced, "body"),
        (column("kind", "'exhibit.stored'"), "kind"),
        (column("actor", "'nobody'"), "actor"),
        (column("act_id", "gen_random_uuid()"), "act_id"),
        (column("event_id", "gen_random_uuid()"), "event_id"),
        (column("subject_type", "'seizure'"), "subject_type"),
        (column("subject_id", "'another'"), "subject_id"),
        (column("occurred_at", "occurred_at + interval '1 second'"), "occurred_at"),
        (column("recorded_at", "recorded_at - interval '1 year'"), "recorded_at"),
        (column("previous", r"'\x00'"), "previous"),
        (column("leaf", r"'\x00'"), "body"),
    ],
)
def test_tampering_is_found_and_named(
    committed_cast: Cast, admin: psycopg.Connection, attack: Attack, field: str
) -> None:
    catch(committed_cast, 3)
    call_command("verify_ledger")
    victim = Entry.objects.filter(kind="exhibit.intercepted").order_by("seq")[1].seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    attack(admin, victim)
    with pytest.raises(CommandError, match=rf"^seq {victim}, field {field}: ") as caught:
        call_command("verify_ledger")
    assert caught.value.returncode == 1


def test_a_rewrite_that_agrees_with_itself_is_found_by_the_row_that_it_made(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    catch(committed_cast, 1)
    victim = Entry.objects.get(kind="exhibit.intercepted").seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    rehashed(admin, victim)
    with pytest.raises(CommandError, match=rf"^seq {victim}: exhibit .* field gross_grams"):
        call_command("verify_ledger")


def test_a_row_that_no_event_made_so_is_found_and_named(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    _, (barrel,) = catch(committed_cast, 1)
    seq = Entry.objects.get(kind="exhibit.intercepted").seq
    admin.execute("UPDATE custody_exhibit SET net_grams = 1 WHERE label = %s", [barrel.label])
    with pytest.raises(CommandError, match=rf"^seq {seq}: exhibit .* field net_grams"):
        call_command("verify_ledger")


def test_a_text_that_was_changed_beside_the_ledger_is_found(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    admin.execute("ALTER TABLE custody_disclosure DISABLE TRIGGER USER")
    admin.execute("UPDATE custody_disclosure SET text = 'Somebody else' WHERE text = 'Officer'")
    with pytest.raises(CommandError, match="field payload: the text kept for"):
        call_command("verify_ledger")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_entry SET kind = 'x.y'",
        "DELETE FROM custody_entry",
        "TRUNCATE custody_entry CASCADE",
        "UPDATE custody_disclosure SET text = ''",
        "DELETE FROM custody_disclosure",
    ],
)
def test_the_triggers_stop_even_a_superuser_who_poses_as_a_replica(
    committed_cast: Cast, admin: psycopg.Connection, statement: str
) -> None:
    admin.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.Error, match="append-only"):
        admin.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO custody_entry SELECT * FROM custody_entry",
        "UPDATE custody_entry SET kind = 'x.y'",
        "DELETE FROM custody_entry",
        "TRUNCATE custody_entry",
        "ALTER TABLE custody_entry DISABLE TRIGGER ALL",
        "DROP TABLE custody_entry CASCADE",
        "CREATE TABLE trap (x int)",
        "CREATE FUNCTION trap() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "UPDATE custody_disclosure SET text = ''",
        "DELETE FROM custody_exhibit",
        "DELETE FROM custody_flag",
        "SET session_replication_role = replica",
        "SET ROLE custody_owner",
        "CREATE TEMP TABLE custody_entry (x int)",
    ],
)
def test_the_app_can_only_append(database_url: str, statement: str) -> None:
    with (
        psycopg.connect(database_url, autocommit=True) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(statement)
