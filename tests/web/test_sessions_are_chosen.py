"""A session is chosen from those of which the act takes one now, and what is asked for besides is told of kindly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.burning.models import Session
from custody.handling.book import BookSession, CancelSession
from custody.handling.commands import describe
from custody.handling.register import ACTS
from custody.kit import clock, ids
from custody.people.models import Officer
from custody.web.session_choices import _TAKEN
from tests.burning.paper import permit
from tests.burning.scenes import HOUR, asked, confirmed, fresh, plan, ready, slot
from tests.cast import Cast, do
from tests.web.conftest import Browser
from tests.web.forms import send_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def offered(browse: Browser, officer: Officer, act: str, query: str = "") -> list[str]:
    """The sessions in the form's select, in their order."""
    page = browse(officer).get(f"/acts/{act}/{query}")
    assert page.status_code == 200
    field = page.context["form"]["session"]
    assert field.widget_type == "select"
    return [str(code) for code, _ in field.field.choices if code]


def test_every_act_in_a_session_says_which_sessions_it_takes() -> None:
    named = {one.name for one in ACTS.values() if "session" in dict(describe(one.command))}
    assert named == set(_TAKEN)


def test_each_act_offers_those_that_it_takes_now(cast: Cast, browse: Browser) -> None:
    permit()
    with clock.simulated(clock.now()) as time:
        old = confirmed(cast)
        time.advance(30 * HOUR)
        on = confirmed(cast)
        later = confirmed(cast, timedelta(days=2))
        open_ = asked(cast, timedelta(days=3))
        own = do(cast.operator, BookSession(plant="PLANT-A", **slot(timedelta(days=4))))
        given_back = asked(cast, timedelta(days=5))
        do(cast.supervisor, CancelSession(session=given_back.id, reason="Not needed."))
        ours = own.lines[0].subject_id
        for officer, act, expected in (
            # the next first, then what is over
            (cast.operator, "stage", [on, old]),
            (cast.operator, "certify", [on, old]),
            (cast.operator, "confirm_session", [open_]),
            (cast.second_operator, "confirm_session", [open_, ours]),
            (cast.supervisor, "plan_session", [on, later, open_, ours, old]),
            (cast.supervisor, "cancel_session", [on, later, open_, old]),
            (cast.supervisor, "miss_session", [old]),
            (cast.far_supervisor, "plan_session", [ours]),
            (cast.far_supervisor, "cancel_session", []),
        ):
            wanted = [str(getattr(one, "id", one)) for one in expected]
            assert offered(browse, officer, act) == wanted, (officer.badge, act)
        text = browse(cast.operator).get("/acts/stage/").content.decode()
        assert "PLANT-A · confirmed</option>" in text
        nothing = browse(cast.far_supervisor).get("/acts/cancel_session/").content.decode()
        assert "There is no session in which this can be done now." in nothing


def test_the_one_that_units_are_planned_into_is_chosen_and_is_sent(
    cast: Cast, browse: Browser
) -> None:
    permit()
    (barrel,) = ready(cast)
    row, another = confirmed(cast), confirmed(cast, 3 * HOUR)
    plan(cast, another, [barrel])
    query = f"?exhibit={barrel.label}"
    page = browse(cast.operator).get(f"/acts/load/{query}").content.decode()
    assert f'<option value="{another.id}" selected>' in page
    told = {
        "scale": "FLOOR",
        "session": str(another.id),
        "units-rows": "1",
        "units-0-exhibit": barrel.label,
        "units-0-gross_grams": "25000",
    }
    assert send_form(browse(cast.operator), "stage", told, query).status_code == 302
    assert fresh(another).staged == [barrel.id]
    assert fresh(row).staged == []


def test_one_that_takes_it_no_more_stays_in_sight_and_the_act_says_why(
    cast: Cast, browse: Browser
) -> None:
    permit()
    row = confirmed(cast)
    do(cast.supervisor, CancelSession(session=row.id, reason="The lorry broke down."))
    browser = browse(cast.operator)
    page = browser.get(f"/acts/certify/?session={row.id}").content.decode()
    assert f'<option value="{row.id}" selected>' in page
    assert "PLANT-A · cancelled</option>" in page
    answer = send_form(browser, "certify", {"session": str(row.id)})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "is cancelled: certifying it is not possible now" in text
    assert f'<option value="{row.id}" selected>' in text


@pytest.mark.parametrize("told", ["nonsense", "0" * 4_000, "ids", "another's"])
def test_one_that_nobody_knows_here_is_refused_beside_the_select(
    cast: Cast, browse: Browser, told: str
) -> None:
    permit()
    known = {"ids": str(ids.new_id()), "another's": str(asked(cast).id)}
    told = known.get(told, told)
    browser = browse(cast.far_supervisor)
    page = browser.get("/acts/cancel_session/", {"session": told})
    assert page.status_code == 200
    assert "is none that you can act on" in page.content.decode()
    answer = send_form(browser, "cancel_session", {"session": told, "reason": "?"})
    assert answer.status_code in {404, 422}
    assert 'id="id_session_error"' in answer.content.decode()
    assert not Session.objects.filter(state="cancelled").exists()


def test_a_form_asks_once_however_many_sessions_there_are(cast: Cast, browse: Browser) -> None:
    permit()
    browser = browse(cast.supervisor)
    browser.get("/acts/plan_session/")
    counts = []
    for more in (2, 3):
        for number in range(more):
            asked(cast, timedelta(days=3 * more + number), HOUR)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/acts/plan_session/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
