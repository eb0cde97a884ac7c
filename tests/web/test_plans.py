"""Plans on the desk: asked for, watched, read beside the simple rule, accepted by fresh proof."""

from __future__ import annotations

import pytest

from custody.burning.models import Session
from custody.planning.making import make_next
from custody.planning.models import SessionPlan
from custody.reading.models import Read
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import ready
from tests.cast import Cast
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def port(cast: Cast, files: object) -> Cast:
    permit(), crew(), vehicle()
    return cast


def test_a_plan_is_asked_for_made_and_accepted(port: Cast, browse: Browser) -> None:
    labels = sorted(one.label for one in ready(port, 2, at_plant=False))
    browser = browse(port.supervisor)
    page = browser.post("/plans/", {"days": "3", "seconds": "5"})["Location"]
    assert "It waits for its turn" in browser.get(page).content.decode()
    make_next()
    shown = browser.get(page).content.decode()
    for words in (*labels, "PLANT-A", "to be booked", "Fetch 2 from", "No plan can do better than"):
        assert words in shown, words
    assert Read.objects.filter(badge="supervisor", route__contains="plans").exists()
    assert page in browser.get("/plans/").content.decode()
    assert browser.post(page, {"do": "accept"})["Location"] == page
    assert len(Session.objects.get().units) == 2
    assert browser.post(page, {"do": "accept"}).status_code == 409


def test_it_is_stopped_and_seen_by_who_asked_alone(port: Cast, browse: Browser) -> None:
    browser = browse(port.supervisor)
    page = browser.post("/plans/", {"days": "3", "seconds": "5"})["Location"]
    assert browse(port.second_supervisor).get(page).status_code == 404
    assert browse(port.second_supervisor).post(page, {"do": "stop"}).status_code == 404
    assert browse(port.officer).get(page).status_code == 403
    assert browser.post(page, {"do": "stop"}).status_code == 302
    assert SessionPlan.objects.get().stop_asked
    assert browser.post(page, {"do": "dance"}).status_code == 404


def test_what_makes_no_sense_is_told_in_the_form(port: Cast, browse: Browser) -> None:
    assert browse(port.supervisor).post("/plans/", {"days": "0"}).status_code == 422
    assert not SessionPlan.objects.exists()
