"""The health page says what is wrong, and a balancer gets it as a status."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.test import Client

from custody.deadlines.models import Sweeper, SweepRun
from custody.deadlines.sweeping import sweep
from custody.kit import clock


@pytest.mark.django_db
def test_a_house_whose_sweep_never_ran_is_not_well() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["sweep"] == {
        "status": "late",
        "age_seconds": {"watch": None, "beat": None},
        "set_aside": 0,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("silent", list(Sweeper))
def test_all_is_well_while_both_sweep_and_no_longer_when_one_was_silent_for_a_minute(
    silent: Sweeper,
) -> None:
    for one in Sweeper:
        sweep(by=one)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    SweepRun.objects.filter(pk=silent).update(ended_at=clock.now() - timedelta(seconds=61))
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["sweep"]["status"]) == (503, "late")


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
