"""The report on small losses: for those who oversee, of their own agency, and it names no exhibit."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client

from custody.handling.weigh import Weigh
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from tests.api.callers import Callers
from tests.cast import FLOOR_SCALE, Cast, catch, do

pytestmark = pytest.mark.django_db

UNITS = 18


def weighed(cast: Cast, units: list[Exhibit], gross: str) -> None:
    for unit in units:
        do(
            cast.officer,
            Weigh(exhibit=unit.label, scale=FLOOR_SCALE, gross_grams=Decimal(gross)),
        )


def test_losses_that_go_on_are_called_by_scale_reader_custodian_and_place(cast: Cast) -> None:
    callers = Callers(cast)
    _, units = catch(cast, UNITS)
    weighed(cast, units, "24950")
    told = callers.supervisor.get("mass-drift")
    assert (told["agency"], told["comparisons"], told["one_in"]) == ("CUSTOMS", UNITS, 10_000)
    assert {(one["what"], one["key"]) for one in told["drifts"]} == {
        ("scale", FLOOR_SCALE),
        ("reader", "officer"),
        ("custodian", "officer"),
        ("place", "QUAY-A"),
    }
    assert {one["grams"] for one in told["drifts"]} == {"-900.000"}
    assert {one["chance"] for one in told["drifts"]} == {f"1/{2**UNITS}"}

    answer = callers.supervisor.ask("GET", "mass-drift/table")
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert len(rows) == 4
    assert {one["false_alarm_one_in"] for one in rows} == {"10000"}

    assert callers.far_supervisor.get("mass-drift")["drifts"] == []
    callers.officer.get("mass-drift", 403)
    assert not Read.objects.exists()

    browser = Client()
    browser.force_login(cast.supervisor)
    page = browser.get("/mass-drift/").content.decode()
    assert f"<b>{UNITS}</b> of {UNITS}" in page
    assert not any(one.label in page for one in units)
    assert browser.get("/mass-drift/table.csv").content.decode().count(FLOOR_SCALE) == 1


def test_what_goes_up_as_often_as_down_or_is_found_by_itself_calls_nobody(cast: Cast) -> None:
    callers = Callers(cast)
    _, units = catch(cast, UNITS)
    weighed(cast, units[::2], "24950")
    weighed(cast, units[1::2], "25050")
    assert callers.supervisor.get("mass-drift")["drifts"] == []
    weighed(cast, units, "20000")
    told = callers.supervisor.get("mass-drift")
    assert (told["comparisons"], told["drifts"]) == (UNITS, [])


def test_the_account_is_a_page_for_those_whom_the_seizure_concerns_as_a_whole(cast: Cast) -> None:
    seizure, (barrel, other) = catch(cast, 2)
    weighed(cast, [barrel], "24000")
    browser = Client()
    browser.force_login(cast.supervisor)
    assert "/masses/" in browser.get(f"/seizures/{seizure.reference}/").content.decode()
    page = browser.get(f"/seizures/{seizure.reference}/masses/").content.decode()
    assert "It does not close" in page
    assert page.count(barrel.label) > page.count(other.label) > 0
    logged = Read.objects.latest("read_at").objects_shown
    assert set(logged) == {seizure.id, barrel.id, other.id}
    browser.force_login(cast.outsider)
    assert browser.get(f"/seizures/{seizure.reference}/masses/").status_code == 404
