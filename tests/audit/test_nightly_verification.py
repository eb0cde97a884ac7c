"""Every night everything is verified, by one at a time, and how it ended is on record and on the health page."""

from __future__ import annotations

import json
import logging
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from config.logging import JsonLines
from custody.audit.verifying import FAULT_FOUND, VERIFIED, Found, verify_everything
from custody.ledger.events import read
from custody.ledger.models import Entry
from custody.ledger.verify import verify
from custody.tasks import audit
from tests.cast import Cast, catch
from tests.ledger.signers import Signing


def told() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/healthz")
    return answer.status_code, answer.json()["verification"]


def ledgers_own() -> list[Any]:
    rows = Entry.objects.filter(subject_type="ledger").order_by("seq")
    return [read(bytes(row.body)) for row in rows]


def test_what_holds_is_an_event_with_the_root_that_was_verified(committed_cast: Cast) -> None:
    catch(committed_cast)
    assert told()[1] == {"status": "never", "age_seconds": None, "fault": None}
    before = verify()
    audit.verify()
    opened, event = ledgers_own()
    assert (event.kind, event.previous, event.actor.badge) == (VERIFIED, opened.leaf, "system")
    payload = dict(event.payload)
    assert payload.pop("milliseconds") >= 0
    checked = payload.pop("checked")
    assert payload == {"size": before.events, "root": before.root}
    assert checked["events"] == before.events
    assert checked["subjects"] > 0
    assert told()[1]["status"] == "ok"
    found = verify_everything()
    assert found
    assert found.told["size"] == before.events + 1, "its own events are verified too"
    call_command("verify_ledger")


def test_a_fault_is_an_event_a_critical_line_and_on_the_health_page_until_it_is_gone(
    committed_cast: Cast, admin: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    _, (barrel,) = catch(committed_cast)
    seq = Entry.objects.get(kind="exhibit.intercepted").seq
    admin.execute("UPDATE custody_exhibit SET net_grams = net_grams - 1000")
    with caplog.at_level(logging.CRITICAL, "custody.verification"):
        found = verify_everything()
    assert found
    expected = {"code": "row_fault", "seq": seq, "field": "net_grams", "guard": []}
    assert (found.kind, {**found.told, "milliseconds": 0}) == (
        FAULT_FOUND,
        {**expected, "milliseconds": 0},
    )
    assert ledgers_own()[-1].payload == found.told
    (record,) = caplog.records
    line = JsonLines().format(record)
    assert json.loads(line)["fault"] == found.told
    assert barrel.label not in line
    status, health = told()
    assert (status, health["status"], health["fault"]) == (503, "fault found", found.told)
    admin.execute("UPDATE custody_exhibit SET net_grams = net_grams + 1000")
    verify_everything()
    assert told()[1]["status"] == "ok"


def test_a_record_that_no_code_can_read_is_a_fault_and_no_crash(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    catch(committed_cast)
    seq = Entry.objects.get(kind="exhibit.intercepted").seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    admin.execute(
        "UPDATE custody_entry SET body = convert_to(replace(convert_from(body, 'UTF8'), '\"lane\"', '\"lamp\"'),"
        " 'UTF8') WHERE seq = %s",
        [seq],
    )
    admin.execute("UPDATE custody_entry SET leaf = sha256('\\x00' || body) WHERE seq = %s", [seq])
    found = verify_everything()
    assert found
    assert found.kind == FAULT_FOUND
    assert len(found.told["guard"]) == 6, "three triggers are off"  # type: ignore[arg-type]
    assert ledgers_own()[-1].kind == FAULT_FOUND


def test_a_fault_that_cannot_be_recorded_is_told_all_the_same(
    committed_cast: Cast, admin: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    admin.execute("REVOKE EXECUTE ON FUNCTION ledger_append FROM custody_app")
    found = verify_everything()
    assert found
    assert found.told["code"] == "guard"
    assert "the fault could not be recorded" in caplog.text
    assert told()[1]["status"] == "fault found"
    assert len(ledgers_own()) == 1


def test_only_one_verifies_at_a_time_and_the_next_one_may(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    admin.execute("SELECT pg_advisory_lock(%s)", [0x76657269])
    assert verify_everything() is None
    admin.execute("SELECT pg_advisory_unlock(%s)", [0x76657269])
    for _ in range(2):
        assert isinstance(verify_everything(), Found)
    held = admin.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    assert held == (0,)


def test_two_nights_without_one_are_told_in_production(
    transactional_db: str, admin: psycopg.Connection
) -> None:
    verify_everything()
    admin.execute("UPDATE custody_verification_round SET ended_at = ended_at - interval '51 hours'")
    assert told()[1]["status"] == "ok", "nobody watches a test"
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    admin.execute(
        "UPDATE custody_entry SET body = convert_to(replace(convert_from(body, 'UTF8'), '\"purpose\":\"test\"',"
        " '\"purpose\":\"production\"'), 'UTF8')"
    )
    assert told()[1]["status"] == "late"


def test_the_command_names_every_fault_and_nothing_when_all_is_well(
    signing: Signing, admin: psycopg.Connection
) -> None:
    signing.round()
    call_command("check_ledger_guard")
    admin.execute("GRANT INSERT ON custody_entry TO custody_app")
    admin.execute("UPDATE custody_signer_round SET ended_at = ended_at - interval '1 hour'")
    admin.execute(
        "INSERT INTO custody_disagreement (witness, origin, held, offered, received_at)"
        " VALUES ('court', 'custody.test/test', '', '', now())"
    )
    verify_everything()
    with pytest.raises(CommandError) as caught:
        call_command("check_ledger_guard")
    assert caught.value.returncode == 1
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "not of this release",
        "checkpoints",
        "a witness could not reconcile what this log signed, 1 times",
        "full verification",
    ]
