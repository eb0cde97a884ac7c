"""Forms that no browser sends: each is answered with what is wrong, none with an error of ours."""

from __future__ import annotations

import pytest

from custody.burning.models import Session
from custody.deadlines.models import Policy
from custody.law.models import DestructionOrder
from custody.people.models import Officer
from custody.reading.models import Read
from tests.burning.paper import permit
from tests.burning.scenes import confirmed
from tests.cast import Cast, catch
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db
#: Times at which zones and weeks cannot be counted.
BEYOND = ("0001-01-01T00:00", "0001-01-02T12:00", "9999-12-31T23:59")


@pytest.mark.parametrize("deed", ["retire", "password"])
def test_nobody_has_a_badge_with_a_nul_character(cast: Cast, browse: Browser, deed: str) -> None:
    told = {"deed": deed, "badge": "off\x00icer"}
    assert browse(cast.administrator).post("/people/officers/", told).status_code == 404


def test_no_field_of_any_form_holds_a_nul_character(cast: Cast, browse: Browser) -> None:
    order = {"seizure": "S\x00", "number": "NB-7", "reasons": "x", "key": "one-order"}
    browser = browse(cast.prosecutor)
    assert browser.post("/acts/give_order/", order).status_code == 404
    assert browser.post("/acts/give_order/", {"reasons": "x", "a\x00b": "x"}).status_code == 404
    supervisor = browse(cast.supervisor)
    told = {"column": ["x"], "to 0 a\x00b": "1", "key": "one-draft"}
    assert supervisor.post("/plans/board/", told).status_code == 404


def test_a_heat_of_more_digits_than_a_number_has_is_no_heat(cast: Cast, browse: Browser) -> None:
    permit()
    row = confirmed(cast)
    told = {"session": str(row.id), "temperature_celsius": "9" * 5_000, "key": "so hot a kiln"}
    browser = browse(cast.operator)
    answers = (browser.get("/acts/incinerate/", told), browser.post("/acts/incinerate/", told))
    assert [one.status_code for one in answers] == [200, 422]
    for one in answers:
        assert one.context["heat"].told is None


@pytest.mark.parametrize("badge", ["a/b", "a b", "..", "-1", "=1+1", "a%2fb", "é", "a\x7f"])
def test_a_badge_stands_in_addresses(cast: Cast, browse: Browser, badge: str) -> None:
    browser = browse(cast.administrator)
    told = {"deed": "provision", "badge": badge, "name": "N. N.", "unit": "CUSTOMS/QUAY"}
    answer = browser.post("/people/officers/", {**told, "roles": ["officer"]})
    assert answer.status_code == 422
    assert not Officer.objects.filter(pk=badge).exists()
    # what was in use before keeps its badge, and can be changed
    fine = browser.post("/people/officers/", {**told, "badge": "quay-77.b", "roles": ["officer"]})
    assert fine.status_code == 302


@pytest.mark.parametrize("at", BEYOND)
def test_a_policy_holds_from_a_time_that_can_be_counted(
    cast: Cast, browse: Browser, at: str
) -> None:
    page = browse(cast.supervisor).get("/policies/new/")
    form = page.context["form"]
    told = {bound.html_name: str(bound.value()) for rule in form.rules() for bound in rule.fields}
    before = Policy.objects.count()
    tried = browse(cast.supervisor).get("/policies/new/", {**told, "effective_at": at})
    assert tried.status_code == 200
    assert "between the years 2000 and 2200" in tried.content.decode()
    sent = browse(cast.administrator).post("/policies/new/", {**told, "effective_at": at})
    assert sent.status_code == 422
    assert Policy.objects.count() == before


@pytest.mark.parametrize("at", BEYOND)
def test_a_session_is_booked_at_a_time_that_can_be_counted(
    cast: Cast, browse: Browser, at: str
) -> None:
    permit()
    told = {"plant": "PLANT-A", "starts_at": at, "ends_at": at, "reason": "x", "key": "so long ago"}
    for act in ("book_session", "requisition"):
        answer = browse(cast.supervisor).post(f"/acts/{act}/", told)
        assert answer.status_code == 422, act
        assert "between the years 2000 and 2200" in answer.content.decode()
    assert not Session.objects.exists()


#: A second line, a bell, and a mark that turns the rest of the line about.
UNPRINTABLE = ("NB-7\r\nX-Evil: 1", "NB\x077", "NB-7\u202egnp.exe")


@pytest.mark.parametrize("told", UNPRINTABLE)
def test_a_code_is_one_line_that_can_be_printed(cast: Cast, browse: Browser, told: str) -> None:
    seizure, _ = catch(cast)
    order = {"seizure": seizure.reference, "number": told, "reasons": "x", "key": "one-order"}
    assert browse(cast.prosecutor).post("/acts/give_order/", order).status_code == 422
    assert not DestructionOrder.objects.exists()


@pytest.mark.parametrize("told", UNPRINTABLE)
def test_who_gets_a_bundle_is_named_in_one_line(cast: Cast, browse: Browser, told: str) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.prosecutor)
    address = f"/exhibits/{barrel.label}/bundle/"
    answer = browser.post(address, {"recipient": told, "language": "en"})
    assert answer.status_code == 422
    assert not Read.objects.filter(recipients__isnull=False).exists()
