"""Sessions as pages: booked by a form in the plant's own hours, followed unit by unit, certified."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from custody.burning.models import Session
from custody.handling.book import BookSession
from custody.kit import clock
from custody.reading.models import Read
from tests.burning.paper import permit
from tests.burning.scenes import HOUR, asked, burn, certify, confirmed, log, plan, ready, slot
from tests.cast import Cast, do
from tests.web.conftest import Browser
from tests.web.forms import send_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def test_a_session_is_booked_by_a_form_on_the_clock_of_the_house(
    cast: Cast, browse: Browser
) -> None:
    permit()
    browser = browse(cast.supervisor)
    assert "/acts/book_session/" in browser.get("/sessions/").content.decode()
    start = (clock.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    wall = start.astimezone(ZoneInfo(settings.DISPLAY_TIME_ZONE))
    told = {
        "plant": "PLANT-A",
        "starts_at": f"{wall:%Y-%m-%dT%H:%M}",
        "ends_at": f"{wall + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    }
    answer = send_form(browser, "book_session", told)
    assert answer.status_code == 302, answer.content.decode()
    assert Session.objects.get().starts_at == start
    assert timezone.is_aware(start)


def test_a_session_shows_its_units_to_whom_it_concerns(cast: Cast, browse: Browser) -> None:
    permit()
    barrel, absent = ready(cast)[0], ready(cast, at_plant=False)[0]
    row = plan(cast, confirmed(cast), [barrel, absent])
    page = browse(cast.operator).get(f"/sessions/{row.id}/").content.decode()
    assert barrel.label in page
    assert absent.label not in page
    assert "1 unit that you do not see" in page
    assert f"/acts/stage/?session={row.id}" in page
    form = browse(cast.operator).get(f"/acts/stage/?session={row.id}").context["form"]
    assert form.initial["session"] == str(row.id)
    form = browse(cast.operator).get(f"/acts/stage/?exhibit={barrel.label}").context["form"]
    assert form.initial["session"] == str(row.id)
    for stranger in (cast.outsider, cast.far_supervisor, cast.analyst):
        assert str(row.id) not in browse(stranger).get("/sessions/").content.decode()
        assert browse(stranger).get(f"/sessions/{row.id}/").status_code == 404


def test_a_certificate_is_taken_along_and_that_is_on_record(cast: Cast, browse: Browser) -> None:
    permit()
    (barrel,) = ready(cast)
    row = burn(cast, plan(cast, confirmed(cast), [barrel]), [barrel])
    address = f"/sessions/{row.id}/certificate/"
    assert browse(cast.operator).get(address).status_code == 404
    log(cast, row)
    certify(cast, row)
    assert address in browse(cast.operator).get(f"/sessions/{row.id}/").content.decode()
    answer = browse(cast.operator).get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert list(Read.objects.latest("read_at").objects_shown) == [barrel.id]
    assert browse(cast.outsider).get(address).status_code == 404


def test_the_list_says_what_is_booked(cast: Cast, browse: Browser) -> None:
    permit()
    row = asked(cast)
    page = browse(cast.operator).get("/sessions/").content.decode()
    assert f"/sessions/{row.id}/" in page
    assert "100\N{NO-BREAK SPACE}kg" in page


def test_who_asked_for_a_slot_is_told_that_a_colleague_confirms_it(
    cast: Cast, browse: Browser
) -> None:
    permit()
    done = do(cast.operator, BookSession(plant="PLANT-A", **slot(HOUR, 2 * HOUR)))
    row = Session.objects.get(pk=done.lines[0].subject_id)
    page, confirming = f"/sessions/{row.id}/", f"/acts/confirm_session/?session={row.id}"
    own = browse(cast.operator).get(page).content.decode()
    assert confirming not in own
    assert "You asked for it: a colleague of the plant confirms it" in own
    theirs = browse(cast.second_operator).get(page).content.decode()
    assert confirming in theirs
    assert "You asked for it" not in theirs
