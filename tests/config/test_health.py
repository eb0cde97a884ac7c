"""The health page says what is wrong, and a balancer gets it as a status."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.test import Client

from custody.deadlines.models import SweepRun
from custody.deadlines.sweeping import sweep
from custody.kit import clock
from custody.notices.models import WebhookSecret
from custody.notices.telling import tell
from custody.notices.webhooks import make_webhook
from tests.cast import Cast
from tests.notices.scenes import late_barrels


@pytest.mark.django_db
def test_a_house_whose_sweep_never_ran_is_not_well() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["sweep"] == {"status": "late", "age_seconds": None, "set_aside": 0}


@pytest.mark.django_db
def test_all_is_well_after_a_sweep_and_no_longer_a_minute_later() -> None:
    sweep()
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    SweepRun.objects.update(ended_at=clock.now() - timedelta(seconds=61))
    assert Client().get("/healthz").status_code == 503


@pytest.mark.django_db
def test_whether_what_falls_due_is_told_is_shown(cast: Cast) -> None:
    sweep()
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
    assert answer.json()["ledger_guard"]["faults"] == ["trigger entry_append_only is gone or off"]


@pytest.mark.django_db
def test_a_balancer_needs_only_the_process_and_its_database() -> None:
    assert Client().get("/livez").status_code == 200
    assert Client().post("/livez").status_code == 405
