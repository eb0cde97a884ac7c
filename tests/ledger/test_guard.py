"""Whatever is changed in how the database stands guard is named; what a release leaves is a file that is reviewed."""

from __future__ import annotations

import difflib

import psycopg
import pytest

from custody.ledger import guard
from custody.ledger.guard import guard_faults
from tests.postgres import Server


@pytest.mark.django_db
def test_a_migrated_database_stands_guard_as_the_file_says() -> None:
    wanted, found = guard.FACTS.read_text().splitlines(), guard.facts().splitlines()
    changes = "\n".join(difflib.unified_diff(wanted, found, lineterm="", n=0))
    assert not changes, (
        f"{changes}\nrun python -m tests.ledger.print_guard, and review what changed"
    )
    assert guard_faults() == []


APPEND_ONLY = (
    *("entry", "disclosure", "tile", "checkpoint", "cosignature", "log_key", "disagreement"),
    *("timestamp", "read", "read_default"),
)


def test_every_table_that_only_grows_has_its_triggers_and_they_fire_always() -> None:
    triggers = [one for one in guard.FACTS.read_text().splitlines() if one.startswith("trigger")]
    for table in (*APPEND_ONLY, "read_YYYYMM"):
        own = [one for one in triggers if f" ON public.custody_{table} " in one]
        assert all(" fires always, " in one for one in own), table
        for event in ("BEFORE DELETE OR UPDATE", "BEFORE TRUNCATE"):
            assert sum(event in one for one in own) == 1, (table, event)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        *(
            (f"ALTER TABLE custody_{table} DISABLE TRIGGER USER", f"on custody_{table} fires never")
            for table in APPEND_ONLY
        ),
        (
            "ALTER TABLE custody_entry ENABLE TRIGGER entry_append_only",
            "not of this release: trigger entry_append_only on custody_entry fires not as a replica",
        ),
        (
            "ALTER TABLE custody_entry ENABLE REPLICA TRIGGER entry_append_only",
            "on custody_entry fires as a replica",
        ),
        ("DROP TRIGGER lock_stays ON custody_append_lock", "missing: trigger lock_stays"),
        (
            "CREATE TRIGGER helpful BEFORE INSERT ON custody_entry FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
            "not of this release: trigger helpful",
        ),
        ("GRANT INSERT ON custody_entry TO custody_app", "custody_app may INSERT custody_entry"),
        ("GRANT UPDATE (body) ON custody_entry TO custody_app", "may UPDATE custody_entry.body"),
        ("GRANT TRUNCATE ON custody_tile TO PUBLIC", "PUBLIC may TRUNCATE custody_tile"),
        ("GRANT DELETE ON custody_read TO custody_app", "custody_app may DELETE custody_read"),
        ("GRANT CREATE ON SCHEMA public TO custody_app", "custody_app may CREATE schema public"),
        (
            "REVOKE SELECT ON custody_entry FROM custody_signer",
            "missing: custody_signer may SELECT",
        ),
        (
            "GRANT SELECT ON custody_entry TO custody_app WITH GRANT OPTION",
            "custody_app may SELECT custody_entry, and let others",
        ),
        ("ALTER TABLE custody_entry OWNER TO custody_app", "custody_entry belongs to custody_app"),
        ("ALTER FUNCTION ledger_append OWNER TO postgres", "timestamptz"),
        ("GRANT EXECUTE ON FUNCTION ledger_events TO PUBLIC", "PUBLIC may EXECUTE ledger_events"),
        ("ALTER FUNCTION ledger_append SECURITY INVOKER", "missing: function ledger_append("),
        ("ALTER FUNCTION ledger_append SET search_path = public", "function ledger_append("),
        ("CREATE FUNCTION trap() RETURNS int LANGUAGE sql AS 'SELECT 1'", "function trap()"),
        (
            "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "missing: function ledger_refuse()",
        ),
        (
            "CREATE RULE nothing AS ON INSERT TO custody_refusal DO INSTEAD NOTHING",
            "rule nothing on custody_refusal",
        ),
        (
            "ALTER TABLE custody_entry SET UNLOGGED",
            "custody_entry belongs to custody_owner, not kept",
        ),
        ("ALTER TABLE custody_read ENABLE ROW LEVEL SECURITY", "custody_owner, row security"),
        ("DROP TABLE custody_refusal", "missing: table custody_refusal"),
    ],
)
def test_a_change_is_named(admin: psycopg.Connection, statement: str, fault: str) -> None:
    assert guard_faults() == []
    if "OWNER TO postgres" in statement:
        fault = "not of this release: function ledger_append("
        user = admin.execute("SELECT current_user").fetchone()
        assert user
        statement = statement.replace("postgres", f'"{user[0]}"')
    admin.execute(statement)
    assert any(fault in one for one in guard_faults()), guard_faults()


@pytest.mark.parametrize(
    ("given", "taken", "fault"),
    [
        (
            "GRANT custody_owner TO custody_app",
            "REVOKE custody_owner FROM custody_app",
            "custody_app is a member of custody_app and of custody_owner",
        ),
        (
            "GRANT custody_signer TO custody_app",
            "REVOKE custody_signer FROM custody_app",
            "custody_app is a member of custody_app and of custody_signer",
        ),
        (
            "ALTER ROLE custody_app SUPERUSER",
            "ALTER ROLE custody_app NOSUPERUSER",
            "not of this release: custody_app is a superuser",
        ),
        (
            "ALTER ROLE custody_signer CREATEROLE",
            "ALTER ROLE custody_signer NOCREATEROLE",
            "custody_signer may create roles",
        ),
        (
            "ALTER ROLE custody_owner LOGIN",
            "ALTER ROLE custody_owner NOLOGIN",
            "custody_owner may log in",
        ),
    ],
)
def test_a_role_that_became_more_than_it_is_is_named(
    admin: psycopg.Connection, server: Server, given: str, taken: str, fault: str
) -> None:
    admin.execute(given)
    try:
        assert any(fault in one for one in guard_faults()), guard_faults()
    finally:
        # roles are the server's, and other tests use them too
        admin.execute(taken)
    assert guard_faults() == []
