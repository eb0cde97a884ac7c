"""The health page says what is wrong, and a balancer gets it as a status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client

from custody.deadlines.models import Sweeper, SweepRun
from custody.deadlines.sweeping import sweep
from custody.kit import clock
from custody.ledger.signing import SignerRefuses
from custody.notices.models import WebhookSecret
from custody.notices.telling import tell
from custody.notices.webhooks import make_webhook
from tests.cast import Cast
from tests.ledger.growing import grow_ledger
from tests.ledger.signers import Signing
from tests.notices.scenes import late_barrels


@pytest.mark.django_db
def test_a_house_whose_sweep_never_ran_is_not_well() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["sweep"] == {
        "status": "late",
        "age_seconds": {"watch": None, "beat": None},
        "set_aside": 0,
    }


@pytest.mark.parametrize("silent", list(Sweeper))
def test_all_is_well_while_both_sweep_and_the_signer_signs_and_no_longer_when_one_was_silent_for_a_minute(
    signing: Signing, silent: Sweeper
) -> None:
    for one in Sweeper:
        sweep(by=one)
    signing.round()
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    SweepRun.objects.filter(pk=silent).update(ended_at=clock.now() - timedelta(seconds=61))
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["sweep"]["status"]) == (503, "late")


def test_whether_what_falls_due_is_told_is_shown(committed_cast: Cast, signing: Signing) -> None:
    cast = committed_cast
    for one in Sweeper:
        sweep(by=one)
    signing.round()
    told = Client().get("/healthz").json()["notices"]
    assert told == {"status": "late", "age_seconds": None, "dead": 0, "set_aside": 0}
    tell()
    assert Client().get("/healthz").json()["notices"]["status"] == "ok"
    webhook, _ = make_webhook(cast.supervisor, url="http://127.0.0.1:9/", officer="auditor")
    WebhookSecret.objects.filter(webhook=webhook).update(sealed="nonsense")
    late_barrels(cast, minutes=95)
    tell()
    answer = Client().get("/healthz")
    assert answer.status_code == 200, "whoever cannot be told is no reason to stop serving"
    assert answer.json()["notices"] | {"age_seconds": 0} == {
        "status": "undelivered",
        "age_seconds": 0,
        "dead": 1,
        "set_aside": 0,
    }


def test_a_trigger_that_was_switched_off_is_named(
    transactional_db: str, admin: psycopg.Connection
) -> None:
    sweep()
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER entry_append_only")
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    missing, found = answer.json()["ledger_guard"]["faults"]
    trigger = "trigger entry_append_only on custody_entry fires"
    assert missing.startswith(f"missing: {trigger} always, ")
    assert found.startswith(f"not of this release: {trigger} never, ")


def test_a_signer_that_never_came_that_stays_away_and_that_refuses_is_told(
    signing: Signing, admin: psycopg.Connection
) -> None:
    def told() -> dict[str, Any]:
        for one in Sweeper:
            sweep(by=one)
        answer = Client().get("/healthz")
        checkpoint: dict[str, Any] = answer.json()["checkpoint"]
        assert (answer.status_code == 200) == (checkpoint["status"] == "ok")
        return checkpoint

    assert (told()["status"], told()["age_seconds"], told()["behind"]) == ("never signed", None, 1)
    signing.round()
    well = told()
    assert (well["status"], well["behind"], well["refusal"]) == ("ok", 0, None)
    assert well["age_seconds"] < 60
    grow_ledger(admin, 8)
    assert told()["behind"] == 7
    admin.execute("UPDATE custody_signer_round SET ended_at = ended_at - interval '1 hour'")
    assert told()["status"] == "signer is away"
    signing.signer.memory.path.unlink()
    with pytest.raises(SignerRefuses):
        signing.round()
    assert told()["status"] == "signer refuses"


@pytest.mark.django_db
def test_a_balancer_needs_only_the_process_and_its_database() -> None:
    assert Client().get("/livez").status_code == 200
    assert Client().post("/livez").status_code == 405
