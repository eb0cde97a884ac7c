"""Places, vehicles and scales: taken into use and changed by an administrator, each time by an event that stays readable."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from custody.burning.models import VehicleCapacity
from custody.ledger.models import Entry
from custody.places.models import Place, Scale
from tests.cast import Cast
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db

PLACE = {"deed": "place", "code": "VAULT-Q", "kind": "vault", "unit": "CUSTOMS/QUAY"}
SCALE = {
    "deed": "scale",
    "scale-code": "BENCH",
    "scale-unit": "CUSTOMS/STORE",
    "scale-capacity_grams": "30000",
    "scale-readability_grams": "0.5",
    "scale-calibrated_on": "2026-02-03",
}


def shown(browser: Client, address: str) -> str:
    """What a page hands back of what it shows."""
    found = re.search(r'name="shown" value="([^"]*)"', browser.get(address).content.decode())
    assert found is not None
    return found[1]


def test_a_place_is_taken_into_use_and_changed_and_its_history_says_by_whom(
    cast: Cast, browse: Browser
) -> None:
    browser = browse(cast.administrator)
    assert browser.post("/places/", PLACE)["Location"] == "/places/VAULT-Q/"
    change = {"unit": "CUSTOMS/STORE", "kind": "plant", "shown": shown(browser, "/places/VAULT-Q/")}
    answer = browser.post("/places/VAULT-Q/", change)
    assert answer.status_code == 302
    row = Place.objects.get(pk="VAULT-Q")
    assert (row.kind, row.unit_id) == ("vault", "CUSTOMS/STORE")
    assert Entry.objects.filter(subject_type="place", subject_id="VAULT-Q").count() == 2
    text = plain(browse(cast.supervisor).get("/places/VAULT-Q/").content)
    assert "Changed administrator (CUSTOMS/QUAY)" in text
    assert "Unit CUSTOMS/QUAY → CUSTOMS/STORE" in text
    assert "Taken into use administrator" in text


def test_a_vehicle_carries_what_is_put_down(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.administrator)
    van = {**PLACE, "code": "VAN-Q", "kind": "vehicle", "capacity_grams": "1200000"}
    assert browser.post("/places/", van).status_code == 302
    assert VehicleCapacity.objects.get(pk="VAN-Q").capacity_grams == 1_200_000
    change = {"unit": "CUSTOMS/QUAY", "capacity_grams": "900000"}
    change["shown"] = shown(browser, "/places/VAN-Q/")
    assert browser.post("/places/VAN-Q/", change).status_code == 302
    text = plain(browser.get("/places/VAN-Q/").content)
    assert "Capacity grams 1200000 → 900000" in text.replace(".000", "")
    wrong = browser.post("/places/VAN-Q/", {**change, "capacity_grams": "much"})
    assert wrong.status_code == 422
    assert 'id="id_capacity_grams_error"' in wrong.content.decode()
    both = {"unit": "CUSTOMS/STORE", "capacity_grams": "much"}
    both["shown"] = shown(browser, "/places/VAN-Q/")
    assert browser.post("/places/VAN-Q/", both).status_code == 422
    assert Place.objects.get(pk="VAN-Q").unit_id == "CUSTOMS/QUAY"
    assert Entry.objects.filter(subject_type="place", subject_id="VAN-Q").count() == 1


def test_a_scale_is_calibrated_anew(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.administrator)
    assert browser.post("/places/", SCALE)["Location"] == "/scales/BENCH/"
    told = {name.removeprefix("scale-"): value for name, value in SCALE.items()}
    told |= {"calibrated_on": "2026-08-03", "shown": shown(browser, "/scales/BENCH/")}
    assert browser.post("/scales/BENCH/", told).status_code == 302
    assert str(Scale.objects.get(pk="BENCH").calibrated_on) == "2026-08-03"
    text = plain(browser.get("/scales/BENCH/").content)
    assert "Calibrated on 2026-02-03 → 2026-08-03" in text


def test_a_form_that_was_opened_before_somebody_else_changed_it_changes_nothing(
    cast: Cast, browse: Browser
) -> None:
    browser = browse(cast.administrator)
    van = {**PLACE, "code": "VAN-Q", "kind": "vehicle", "capacity_grams": "1200000"}
    browser.post("/places/", van), browser.post("/places/", SCALE)
    scale = {name.removeprefix("scale-"): value for name, value in SCALE.items()}
    for address, first, stale in (
        ("/places/VAN-Q/", {"unit": "CUSTOMS/STORE"}, {"unit": "CUSTOMS/QUAY"}),
        (
            "/places/VAN-Q/",
            {"unit": "CUSTOMS/STORE", "capacity_grams": "900000"},
            {"unit": "CUSTOMS/STORE", "capacity_grams": "1200000"},
        ),
        (
            "/scales/BENCH/",
            {**scale, "calibrated_on": "2026-08-03"},
            {**scale, "capacity_grams": "20000"},
        ),
    ):
        opened = {"shown": shown(browser, address)}
        assert browser.post(address, first | opened).status_code == 302
        before = Entry.objects.count()
        answer = browser.post(address, stale | opened)
        assert answer.status_code == 412, address
        assert "was changed since you opened this form" in plain(answer.content)
        assert Entry.objects.count() == before
        assert browser.post(address, stale).status_code == 409
    assert VehicleCapacity.objects.get(pk="VAN-Q").capacity_grams == 900_000
    assert browser.post("/places/", SCALE).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "the vault behind the church"}, "code"),
        ({"code": "PLANT-A"}, "code"),
        ({"unit": "KILN/NORTH"}, "unit"),
        ({"kind": "castle"}, "kind"),
        ({"code": "VAULT-A", "kind": "quay"}, "kind"),
    ],
)
def test_what_may_not_be_is_said_beside_its_field(
    cast: Cast, browse: Browser, change: dict[str, str], field: str
) -> None:
    before = Entry.objects.count()
    answer = browse(cast.administrator).post("/places/", {**PLACE, **change})
    assert 400 <= answer.status_code < 500
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    "change",
    [
        {"scale-readability_grams": "0"},
        {"scale-readability_grams": "40000"},
        {"scale-calibrated_on": "2999-01-01"},
        {"scale-code": "bench"},
    ],
)
def test_no_scale_is_impossible(cast: Cast, browse: Browser, change: dict[str, str]) -> None:
    answer = browse(cast.administrator).post("/places/", {**SCALE, **change})
    assert answer.status_code == 422
    assert not Scale.objects.filter(code__iexact="bench").exists()


def test_who_oversees_reads_and_nobody_else_changes(cast: Cast, browse: Browser) -> None:
    before = Entry.objects.count()
    for badge in ("supervisor", "officer", "outsider"):
        browser = browse(cast.officers[badge])
        seen = browser.get("/places/")
        assert seen.status_code == (200 if badge == "supervisor" else 403), badge
        assert "Take a place into use" not in seen.content.decode()
        assert browser.post("/places/", PLACE).status_code == 403
        assert browser.post("/places/QUAY-A/", {"unit": "CUSTOMS/STORE"}).status_code == 403
        assert browser.post("/scales/FLOOR/", {}).status_code == 403
    assert Entry.objects.count() == before
    far = browse(cast.far_supervisor)
    assert far.get("/places/QUAY-A/").status_code == 404
    assert far.get("/scales/FLOOR/").status_code == 404
    assert "QUAY-A" not in far.get("/places/").content.decode()


def test_what_an_officer_was_made_and_by_whom_is_told_inside_the_agency(
    cast: Cast, browse: Browser
) -> None:
    told = {"deed": "provision", "badge": "keeper", "name": "K", "unit": "CUSTOMS/STORE"}
    answer = browse(cast.administrator).post("/people/officers/", told | {"roles": ["officer"]})
    assert answer.status_code == 302
    text = plain(browse(cast.supervisor).get("/people/officers/keeper/").content)
    assert "Changed administrator (CUSTOMS/QUAY)" in text
    assert "Roles keeper → officer" in text
    assert "Name (kept beside the record) → (another one, kept beside the record)" in text
    assert browse(cast.far_supervisor).get("/people/officers/keeper/").status_code == 404
    assert browse(cast.officer).get("/people/officers/keeper/").status_code == 403
