"""What if on the desk: asked by a form, watched while it is thought through, read as curves with their table."""

from __future__ import annotations

import pytest

from custody.planning.making import make_next
from custody.planning.models import SessionPlan
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import ready
from tests.cast import Cast
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/what-if/"
ASKED = {"catch_kilograms": "7500", "another_crew": "on", "days": "10"}


@pytest.fixture
def port(cast: Cast, files: object) -> Cast:
    permit(), crew(), vehicle()
    return cast


def test_it_is_asked_watched_and_read(port: Cast, browse: Browser) -> None:
    ready(port, 2, at_plant=False)
    browser = browse(port.supervisor)
    page = browser.post(ADDRESS, ASKED)["Location"]
    waiting = browser.get(page).content.decode()
    assert "It waits for its turn" in waiting
    assert "thinking.js" in waiting
    SessionPlan.objects.update(progress={"done": 3, "of": 30})
    assert "3 of 30 mornings are planned" in browser.get(page).content.decode()
    make_next()
    text = browser.get(page).content.decode()
    assert text.count("<polyline") == 3 * 3 * 2
    for words in (
        "as it stands",
        "with the catch",
        "and another crew",
        "Units late",
        "Day by day",
        "What it counts",
        "7\N{NO-BREAK SPACE}500",
    ):
        assert words in text, words
    assert "thinking.js" not in text
    assert "style=" not in text
    assert page in browser.get(ADDRESS).content.decode()
    assert page not in browser.get("/plans/").content.decode()


def test_it_is_hurried(port: Cast, browse: Browser) -> None:
    browser = browse(port.supervisor)
    page = browser.post(ADDRESS, ASKED)["Location"]
    assert browser.post(page)["Location"] == page
    assert SessionPlan.objects.get().stop_asked
    make_next()
    assert browser.post(page).status_code == 409


def test_a_question_that_came_to_nothing_says_so(port: Cast, browse: Browser) -> None:
    browser = browse(port.supervisor)
    page = browser.post(ADDRESS, ASKED)["Location"]
    SessionPlan.objects.update(state="failed")
    assert "It came to nothing" in browser.get(page).content.decode()


def test_what_makes_no_sense_is_told_in_the_form(port: Cast, browse: Browser) -> None:
    browser = browse(port.supervisor)
    nothing = browser.post(ADDRESS, {"catch_kilograms": "0", "days": "10"})
    assert nothing.status_code == 422
    assert "Say what would be otherwise" in nothing.content.decode()
    for wrong in ({"days": "0"}, {"catch_kilograms": "-1"}, {"catch_kilograms": "much"}):
        assert browser.post(ADDRESS, {**ASKED, **wrong}).status_code == 422
    assert not SessionPlan.objects.exists()


def test_it_is_its_askers_alone(port: Cast, browse: Browser) -> None:
    page = browse(port.supervisor).post(ADDRESS, ASKED)["Location"]
    for officer, status in ((port.second_supervisor, 404), (port.officer, 403)):
        assert browse(officer).get(page).status_code == status
        assert browse(officer).post(page).status_code == status
    assert page not in browse(port.second_supervisor).get(ADDRESS).content.decode()
    plan = page.replace("what-if/", "")
    assert browse(port.supervisor).get(plan).status_code == 404


def test_who_asks_again_too_soon_is_told_when_to_come_back(port: Cast, browse: Browser) -> None:
    browser = browse(port.supervisor)
    browser.post(ADDRESS, ASKED)
    answer = browser.post(ADDRESS, ASKED)
    assert answer.status_code == 422
    assert "ask again when one of them is done" in answer.content.decode()
    assert SessionPlan.objects.count() == 1
