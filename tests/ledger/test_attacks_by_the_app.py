"""Who has the app's login (its password, or a process that holds it) is refused, by grants and by the append function.

Not refused: another true-looking event at the end, and texts and rows beside the ledger, which a replay finds
(docs/threat-model.md, the operator of the server).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ObjectNotInPrerequisiteState

from custody.kit import clock
from custody.ledger import events
from custody.ledger.append import open_ledger
from custody.ledger.guard import guard_faults
from custody.ledger.merkle import leaf_hash
from custody.ledger.models import Entry
from tests.cast import Cast, catch
from tests.ledger.forging import triggers_off
from tests.ledger.test_append import event
from tests.ledger.watchers import Watchers

ATTACKS = {
    "rewrite a row": "UPDATE custody_entry SET body = '', leaf = sha256('\\x00')",
    "rewrite one column": "UPDATE custody_entry SET kind = 'exhibit.stored' WHERE seq = 1",
    "cut the tail off": "DELETE FROM custody_entry WHERE seq > 1",
    "empty it": "TRUNCATE custody_entry CASCADE",
    "insert in the middle": "INSERT INTO custody_entry SELECT * FROM custody_entry",
    "forge the time of recording": "UPDATE custody_entry SET recorded_at = now() - interval '1 day'",
    "restore yesterday": "CREATE DATABASE yesterday TEMPLATE template1",
    "drop it whole": "DROP TABLE custody_entry CASCADE",
    "replace the append function": "CREATE OR REPLACE FUNCTION public.ledger_append(bodies bytea[], simulated_at text"
    " DEFAULT NULL) RETURNS TABLE (seq bigint, recorded_at timestamptz) LANGUAGE sql AS 'SELECT 1::bigint, now()'",
    "shadow the append function": "CREATE FUNCTION public.ledger_append(bodies bytea[]) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "shadow a table": "CREATE TEMP TABLE custody_append_lock (one boolean)",
    "loosen the append function": "ALTER FUNCTION ledger_append SECURITY INVOKER",
    "disable triggers": "ALTER TABLE custody_entry DISABLE TRIGGER ALL",
    "pose as a replica": "SET session_replication_role = replica",
    "drop a trigger": "DROP TRIGGER entry_append_only ON custody_entry",
    "become the owner": "SET ROLE custody_owner",
    "become the signer": "SET ROLE custody_signer",
    "make itself a superuser": "ALTER ROLE custody_app SUPERUSER",
    "make itself a member": "GRANT custody_owner TO custody_app",
    "hold the lock for ever": "SELECT * FROM custody_append_lock FOR UPDATE",
    "change a tile": "UPDATE custody_tile SET hashes = ''",
    "add a tile": "INSERT INTO custody_tile (level, number, root, hashes) VALUES (0, 0, '', '')",
    "remove tiles": "DELETE FROM custody_tile",
    "add a checkpoint": "INSERT INTO custody_checkpoint (origin, size, note, public, signed_at)"
    " VALUES ('custody.test/test', 1, '', true, now())",
    "change a checkpoint": "UPDATE custody_checkpoint SET note = ''",
    "remove a cosignature": "DELETE FROM custody_cosignature",
    "remove a timestamp": "DELETE FROM custody_timestamp",
    "change a timestamp": "UPDATE custody_timestamp SET stamped_at = now()",
    "add a key of the log": "INSERT INTO custody_log_key VALUES ('key', now(), now())",
    "hide the signer's refusal": "UPDATE custody_signer_round SET refusal = NULL",
    "hide a disagreement": "DELETE FROM custody_disagreement",
    "change a text": "UPDATE custody_disclosure SET text = ''",
    "trim the read log": "DELETE FROM custody_read",
    "read the server's files": "SELECT pg_read_file('postgresql.conf')",
    "run a program": "COPY custody_entry TO PROGRAM 'cat'",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_is_refused_by_grants(committed_cast: Cast, database_url: str, attack: str) -> None:
    with (
        psycopg.connect(database_url, autocommit=True) as app,
        pytest.raises((InsufficientPrivilege, ObjectNotInPrerequisiteState)),
    ):
        app.execute(ATTACKS[attack])


def test_it_gives_itself_nothing(committed_cast: Cast, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as app:
        app.execute("GRANT INSERT ON custody_entry TO custody_app")
    assert guard_faults() == [], "PostgreSQL warns, and grants nothing"


def test_it_forges_no_time_of_recording_in_production(
    transactional_db: str, admin: psycopg.Connection, database_url: str
) -> None:
    with triggers_off(admin):
        admin.execute("DELETE FROM custody_entry")
    open_ledger(purpose="production", origin="custody.test")
    body = event().body
    with psycopg.connect(database_url, autocommit=True) as app:
        for when in ("2001-01-01T00:00:00.000000Z", "2101-01-01T00:00:00.000000Z"):
            with pytest.raises(psycopg.Error, match="time is simulated"):
                app.execute("SELECT * FROM ledger_append(%s, %s)", [[body], when])
    assert Entry.objects.count() == 1


def later(body: bytes) -> bytes:
    told = events.read(body)
    soon = clock.to_text(told.occurred_at + timedelta(minutes=3)).encode()
    return body.replace(clock.to_text(told.occurred_at).encode(), soon)


@pytest.mark.parametrize(
    ("forged", "state"),
    [
        (
            lambda body: body.replace(b'"previous":null', b'"previous":"' + b"0" * 64 + b'"'),
            "CU001",
        ),
        (later, "CU002"),
        (lambda body: body.replace(b'"schema":1', b'"schema": 1'), "CU002"),
        (lambda body: body.replace(b"place.adopted", b"ledger.opened"), "CU004"),
    ],
)
def test_the_append_function_takes_no_event_out_of_its_place(
    transactional_db: str, database_url: str, forged: Callable[[bytes], bytes], state: str
) -> None:
    with (
        psycopg.connect(database_url, autocommit=True) as app,
        pytest.raises(psycopg.Error) as caught,
    ):
        app.execute("SELECT * FROM ledger_append(%s)", [[forged(event().body)]])
    assert caught.value.sqlstate == state


def test_what_it_adds_stands_for_ever_in_its_place_at_the_end(
    committed_cast: Cast, watchers: Watchers, database_url: str
) -> None:
    catch(committed_cast)
    watchers.sign()
    before = list(Entry.objects.order_by("seq").values_list("leaf", flat=True))
    invented = event(subject="nowhere")
    body = invented.body.replace(b'"type":"place"', b'"type":"notes"')
    with psycopg.connect(database_url, autocommit=True) as app:
        app.execute("SELECT * FROM ledger_append(%s)", [[body]])
    after = list(Entry.objects.order_by("seq").values_list("leaf", flat=True))
    assert after == [*before, leaf_hash(body)]
    assert watchers.find() == {}, "not defended: nothing tells it from a true one but what it says"


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE custody_exhibit SET net_grams = 1",
        "UPDATE custody_flag SET resolved_at = now()",
        "UPDATE custody_officer SET roles = '{supervisor}' WHERE badge = 'officer'",
        "DELETE FROM custody_clock",
    ],
)
def test_a_row_beside_the_ledger_is_found_by_the_replay(
    committed_cast: Cast, watchers: Watchers, database_url: str, attack: str
) -> None:
    from custody.deadlines.sweeping import sweep

    catch(committed_cast)
    with clock.simulated(clock.now() + timedelta(days=2)):
        sweep()
    watchers.sign()
    assert watchers.find() == {}
    with psycopg.connect(database_url, autocommit=True) as app:
        app.execute(attack)
    assert set(watchers.find()) == {"verify_ledger"}
