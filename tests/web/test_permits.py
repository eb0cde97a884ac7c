"""Permits and crews: put down, changed and ended by their agency's administrator, each time by an event."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from custody.burning.hours import BRUSSELS, DAYS, local_day
from custody.burning.models import Crew, Permit
from custody.kit import clock
from custody.ledger.models import Entry
from custody.people.models import Officer
from tests.burning.paper import chief_of_the_plant, crew, permit
from tests.burning.scenes import confirmed
from tests.cast import Cast
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

NEW = {
    "code": "OVAM/2026-7",
    "plant": "PLANT-A",
    "valid_from": "2026-01-01",
    "valid_until": "",
    "most_grams": "1 500 000",
    "sessions_per_week": "13",
    "minimum_temperature_celsius": "850",
    "requisitionable": "yes",
    "source": "The paper of the province",
    "confirmed": "yes",
    "hours-mon": "06:00-22:00",
    "hours-tue": "6:00 \N{EN DASH} 22:00",
    "caps-TOTAL_FORMS": "2",
    "caps-INITIAL_FORMS": "0",
    "caps-0-substance": "cocaine",
    "caps-0-form": "",
    "caps-0-grams": "1000000",
    "caps-1-substance": "",
    "caps-1-form": "",
    "caps-1-grams": "",
}
CREW = {
    "code": "DAWN-1",
    "unit": "CUSTOMS/QUAY",
    "size": "4",
    "valid_from": "2026-01-01",
    "valid_until": "",
    "hours-sat": "05:00-24:00",
}


@pytest.fixture
def keeper_of_papers(cast: Cast) -> Officer:
    return chief_of_the_plant()


def told(row: Permit, **more: Any) -> dict[str, Any]:
    """What the form of a permit says, opened now, when nobody changes anything but this."""
    hours = {f"hours-{day}": "00:00-24:00" for day in DAYS if day in row.opening_hours}
    kept = {"code", "caps-0-substance", "caps-0-grams", "hours-mon", "hours-tue"}
    content = {name: value for name, value in NEW.items() if name not in kept}
    return content | {"deed": "change", "shown": row.head, **hours} | more


def test_a_permit_is_put_down_as_its_paper_says(keeper_of_papers: Officer, browse: Browser) -> None:
    browser = browse(keeper_of_papers)
    answer = browser.post("/permits/", NEW)
    assert answer["Location"] == "/permits/OVAM/2026-7/"
    row = Permit.objects.get()
    caps = [(one["substance"], Decimal(one["grams"])) for one in row.caps]
    assert caps == [(None, 1_500_000), ("cocaine", 1_000_000)]
    assert row.opening_hours == {day: {"from": "06:00", "to": "22:00"} for day in ("mon", "tue")}
    event = Entry.objects.get(subject_type="permit", subject_id="OVAM/2026-7")
    assert event.actor == "kiln_chief"
    text = plain(browser.get("/permits/OVAM/2026-7/").content)
    for words in ("1 000 kg · cocaine", "Wednesday shut", "850 °C", "Taken into use kiln_chief"):
        assert words in text.replace("\N{NARROW NO-BREAK SPACE}", " "), words


def test_a_permit_is_changed_by_its_next_version_and_tells_what_changed(
    keeper_of_papers: Officer, browse: Browser
) -> None:
    row = permit("OVAM-1")
    browser = browse(keeper_of_papers)
    change = told(row, sessions_per_week="3", **{"hours-sun": ""})
    assert browser.post("/permits/OVAM-1/", change).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.sessions_per_week, "sun" in row.opening_hours) == (2, 3, False)
    text = plain(browser.get("/permits/OVAM-1/").content)
    assert "Sessions per week 100 → 3" in text
    assert "Opening hours · Sunday 00:00\N{EN DASH}24:00 → \N{EN DASH}" in text


def test_a_permit_that_was_withdrawn_ends_and_nothing_is_staged_under_it(
    cast: Cast, keeper_of_papers: Officer, browse: Browser
) -> None:
    permit("OVAM-1")
    crew()
    browser = browse(keeper_of_papers)
    yesterday = local_day(clock.now()) - timedelta(days=1)
    end = {"deed": "end", "last_day": yesterday.isoformat()}
    assert browser.post("/permits/OVAM-1/", end).status_code == 302
    assert Permit.objects.get().valid_until == yesterday
    assert "<small>over</small>" in browser.get("/permits/").content.decode()
    with pytest.raises(Exception, match="has no permit in force"):
        confirmed(cast)
    earlier = {"deed": "end", "last_day": (yesterday - timedelta(days=1)).isoformat()}
    refused = browser.post("/permits/OVAM-1/", earlier)
    assert refused.status_code == 409
    assert 'id="id_last_day_error"' in refused.content.decode()
    assert Entry.objects.filter(subject_type="permit").count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"plant": "VAULT-A"}, "plant"),
        ({"valid_until": "2025-12-31"}, "valid_until"),
        ({"most_grams": "0"}, "most_grams"),
        ({"sessions_per_week": "0"}, "sessions_per_week"),
        ({"minimum_temperature_celsius": "9000"}, "minimum_temperature_celsius"),
        ({"requisitionable": ""}, "requisitionable"),
        ({"hours-mon": "early"}, "hours-mon"),
        ({"hours-mon": "06:00-12:00, 13:00-22:00"}, "hours-mon"),
        ({"hours-tue": "22:00-06:00"}, "hours-tue"),
        ({"hours-mon": "", "hours-tue": ""}, "hours-mon"),
        ({"caps-0-grams": "-1"}, "caps-0-grams"),
        ({"caps-0-grams": ""}, "caps-0-grams"),
        ({"code": ""}, "code"),
    ],
)
def test_what_no_permit_says_is_told_beside_its_field(
    keeper_of_papers: Officer, browse: Browser, change: dict[str, str], field: str
) -> None:
    before = Entry.objects.count()
    answer = browse(keeper_of_papers).post("/permits/", NEW | change)
    assert 400 <= answer.status_code < 500
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Entry.objects.count() == before


def test_a_cap_for_everything_stands_once(keeper_of_papers: Officer, browse: Browser) -> None:
    twice = NEW | {"caps-0-substance": "", "caps-0-grams": "500"}
    answer = browse(keeper_of_papers).post("/permits/", twice)
    assert answer.status_code == 422
    assert "a cap for the same already" in answer.content.decode()


@pytest.mark.parametrize("days", [2, 400])
def test_the_form_of_a_change_ends_no_permit_before_yesterday(
    keeper_of_papers: Officer, browse: Browser, days: int
) -> None:
    row = permit("OVAM-1")
    browser = browse(keeper_of_papers)
    past = local_day(clock.now()) - timedelta(days=days)
    change = told(row, valid_from="2020-01-01", valid_until=past.isoformat())
    answer = browser.post("/permits/OVAM-1/", change)
    assert answer.status_code == 409
    assert 'id="id_valid_until_error"' in answer.content.decode()
    yesterday = local_day(clock.now()) - timedelta(days=1)
    answer = browser.post("/permits/OVAM-1/", change | {"valid_until": yesterday.isoformat()})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.version, row.valid_until) == (2, yesterday)


def test_a_form_that_was_opened_before_somebody_else_changed_it_is_told_what_is_on_record_now(
    keeper_of_papers: Officer, browse: Browser
) -> None:
    row = permit("OVAM-1")
    browser = browse(keeper_of_papers)
    stale = told(row, sessions_per_week="3")
    yesterday = local_day(clock.now()) - timedelta(days=1)
    end = {"deed": "end", "last_day": yesterday.isoformat()}
    assert browser.post("/permits/OVAM-1/", end).status_code == 302
    answer = browser.post("/permits/OVAM-1/", stale)
    assert answer.status_code == 412
    text = plain(answer.content)
    assert "OVAM-1 was changed since you opened this form: nothing was recorded." in text
    assert 'href="#history"' in answer.content.decode()
    assert "Valid from" in text
    assert "OVAM-1 over" in text
    row.refresh_from_db()
    assert (row.version, row.valid_until, row.sessions_per_week) == (2, yesterday, 100)
    # who has seen it may mean it all the same
    shown = re.search(r'name="shown" value="(\w+)"', answer.content.decode())
    assert shown is not None
    assert browser.post("/permits/OVAM-1/", stale | {"shown": shown[1]}).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.sessions_per_week) == (3, 3)


def test_nothing_that_is_on_record_is_put_down_as_new(
    cast: Cast, keeper_of_papers: Officer, browse: Browser
) -> None:
    permit(NEW["code"]), crew("DAWN-1", unit="CUSTOMS/QUAY")
    before = Entry.objects.count()
    for officer, address, form in (
        (keeper_of_papers, "/permits/", NEW),
        (cast.administrator, "/crews/", CREW),
    ):
        answer = browse(officer).post(address, form)
        assert answer.status_code == 409
        assert 'id="id_code_error"' in answer.content.decode()
    change = CREW | {"deed": "change"}
    assert browse(cast.administrator).post("/crews/DAWN-1/", change).status_code == 409
    assert Entry.objects.count() == before


def test_two_permits_of_a_plant_do_not_hold_on_one_day(
    keeper_of_papers: Officer, browse: Browser
) -> None:
    permit("OVAM-1")
    answer = browse(keeper_of_papers).post("/permits/", NEW)
    assert answer.status_code == 409
    assert 'id="id_valid_from_error"' in answer.content.decode()


def test_a_crew_is_put_down_changed_and_ended(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.administrator)
    assert browser.post("/crews/", CREW)["Location"] == "/crews/DAWN-1/"
    change = {**CREW, "deed": "change", "size": "3", "hours-sun": "05:00-12:00"}
    change["shown"] = Crew.objects.get().head
    assert browser.post("/crews/DAWN-1/", change).status_code == 302
    end = {"deed": "end", "last_day": local_day(clock.now()).isoformat()}
    assert browser.post("/crews/DAWN-1/", end).status_code == 302
    row = Crew.objects.get()
    assert (row.version, row.size, row.valid_until) == (3, 3, local_day(clock.now()))
    text = plain(browse(cast.supervisor).get("/crews/DAWN-1/").content)
    assert "Size 4 → 3" in text
    assert "Changed administrator (CUSTOMS/QUAY)" in text


def test_what_is_no_time_is_shown_as_it_was_written(cast: Cast, browse: Browser) -> None:
    answer = browse(cast.administrator).post("/crews/", CREW | {"hours-mon": "2200-0600"})
    assert answer.status_code == 422
    assert " 2200 is not HH:MM" in plain(answer.content)


def test_a_crew_that_drives_at_night_is_written_as_it_drives(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.administrator)
    assert "22:00-06:00" in browser.get("/crews/").content.decode()
    nights = {"hours-sat": "", "hours-mon": "22:00-06:00", "hours-tue": "22:00 \N{EN DASH} 6:00"}
    assert browser.post("/crews/", CREW | nights)["Location"] == "/crews/DAWN-1/"
    row = Crew.objects.get()
    assert row.hours == {day: {"from": "22:00", "to": "06:00"} for day in ("mon", "tue")}
    begins = datetime(2026, 11, 30, 23, tzinfo=BRUSSELS)  # a Monday
    assert row.available(begins, begins + timedelta(hours=6))
    assert row.available(begins + timedelta(days=1, hours=2), begins + timedelta(days=1, hours=7))
    assert not row.available(begins, begins + timedelta(hours=8))
    text = plain(browser.get("/crews/DAWN-1/").content)
    assert "Monday 22:00\N{EN DASH}06:00" in text
    form = browser.get("/crews/DAWN-1/").content.decode()
    assert 'value="22:00-06:00"' in form


def test_each_agency_puts_down_its_own(cast: Cast, browse: Browser) -> None:
    permit("OVAM-1"), crew("ROAD-1")
    before = Entry.objects.count()
    browser = browse(cast.administrator)
    assert browser.get("/permits/OVAM-1/").status_code == 404
    assert "OVAM-1" not in browser.get("/permits/").content.decode()
    assert browser.get("/crews/ROAD-1/").status_code == 404
    end = {"deed": "end", "last_day": local_day(clock.now()).isoformat()}
    for address in ("/permits/OVAM-1/", "/crews/ROAD-1/"):
        assert browser.post(address, end).status_code == 404
    for address, form in (
        ("/permits/", NEW),
        ("/crews/", CREW | {"unit": "HAULIER/ROAD"}),
        ("/crews/", CREW | {"code": "ROAD-1"}),
    ):
        assert 400 <= browser.post(address, form).status_code < 500
    assert Entry.objects.count() == before


def test_who_oversees_reads_all_and_changes_none(cast: Cast, browse: Browser) -> None:
    permit("OVAM-1"), crew("ROAD-1")
    before = Entry.objects.count()
    end = {"deed": "end", "last_day": local_day(clock.now()).isoformat()}
    for badge in ("supervisor", "auditor", "officer", "operator", "outsider"):
        browser = browse(cast.officers[badge])
        reads = badge in {"supervisor", "auditor"}
        for address in ("/permits/", "/permits/OVAM-1/", "/crews/", "/crews/ROAD-1/"):
            seen = browser.get(address)
            assert seen.status_code == (200 if reads else 403), (badge, address)
            assert "Record</button>" not in seen.content.decode()
            form = end if "-1" in address else NEW
            assert browser.post(address, form).status_code == 403
    assert Entry.objects.count() == before
