"""The guided first run: offered in a demonstration, put away for good, ticked by what was really done."""

from __future__ import annotations

import re
from typing import Any

import pytest

from custody.people.rights import Role
from custody.web import first_steps
from custody.web.tours import TOURS
from tests.cast import OFFICERS, PASSWORD, Cast, catch, let_sign_in
from tests.web.conftest import Browser
from tests.web.forms import send_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_steps, "purpose", lambda: "demonstration")


def ticked(browser: Any) -> int:
    return browser.get("/help/first-steps/").content.decode().count('<li class="done">')


def test_every_role_has_a_tour_and_every_step_leads_somewhere(
    cast: Cast, browse: Browser, demonstration: None
) -> None:
    catch(cast, 2)
    assert set(TOURS) == set(Role)
    for badge in OFFICERS:
        browser = browse(cast.officers[badge])
        page = browser.get("/help/first-steps/").content.decode()
        steps = re.findall(r'<li(?: class="done")?><a href="([^"]+)"', page)
        assert 2 <= len(steps) <= 8, badge
        for address in steps:
            answer = browser.get(address.replace("&amp;", "&"))
            assert answer.status_code == 200, (badge, address)


def test_nothing_is_ticked_before_it_is_done(
    cast: Cast, browse: Browser, demonstration: None
) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.officer)
    assert ticked(browser) == 0
    browser.get("/")
    assert ticked(browser) == 1
    browser.get(f"/scan/?unit={barrel.label}")
    assert ticked(browser) == 2
    told = {"exhibit": barrel.label, "scale": "FLOOR", "gross_grams": "25000"}
    assert send_form(browser, "weigh", told).status_code == 302
    assert ticked(browser) == 3


def test_on_a_ledger_that_counts_nobody_is_asked_to_record_anything(
    cast: Cast, browse: Browser
) -> None:
    catch(cast)
    page = browse(cast.officer).get("/help/first-steps/").content.decode()
    assert "/acts/" not in page.partition('<ol class="steps">')[2]
    assert "record that counts" in page


def test_it_is_offered_once_and_put_away_for_good(
    cast: Cast, client: Any, demonstration: None
) -> None:
    let_sign_in(cast)

    def enter() -> str:
        client.post("/sign-out/")
        client.post("/sign-in/", {"login": "officer", "password": PASSWORD})
        return str(client.get("/").content.decode())

    assert "A few steps show you" in enter()
    away = client.post("/help/first-steps/")
    assert away["Location"] == "/"
    assert "officer" not in away.cookies["custody-toured"].value
    assert "A few steps show you" not in client.get("/").content.decode()
    assert "A few steps show you" not in enter()


def test_no_tour_is_offered_on_a_ledger_that_counts(cast: Cast, client: Any) -> None:
    let_sign_in(cast)
    client.post("/sign-in/", {"login": "officer", "password": PASSWORD})
    assert "A few steps show you" not in client.get("/").content.decode()
