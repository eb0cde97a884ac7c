"""Pages on which the work stops say what comes next, and forms know what was done just before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from custody.handling.book import BookSession, ConfirmSession
from custody.handling.pack import Pack
from custody.handling.transport import Receive
from custody.seizures.models import Exhibit
from tests.burning.paper import permit
from tests.burning.scenes import slot
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import send
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def test_a_plant_without_a_session_books_one(cast: Cast, browse: Browser) -> None:
    page = browse(cast.operator).get("/plant/").content.decode()
    assert "No session of yours is booked for today" in page
    assert 'href="/acts/book_session/"' in page


def test_a_session_in_which_nothing_is_says_who_confirms_it_and_who_plans_it(
    cast: Cast, browse: Browser
) -> None:
    permit()
    done = do(cast.operator, BookSession(plant="PLANT-A", **slot()))
    session = done.lines[0].subject_id
    own = browse(cast.operator).get("/plant/").content.decode()
    assert "You asked for it: a colleague of the plant confirms it" in own
    assert "/acts/confirm_session/" not in own
    assert f"/acts/plan_session/?session={session}" in own
    assert "they see it among their sessions" in own
    page = browse(cast.second_operator).get("/plant/").content.decode()
    assert "Asked for by operator, and not confirmed yet" in page
    assert f"/acts/confirm_session/?session={session}" in page
    do(cast.second_operator, ConfirmSession(session=session))
    page = browse(cast.second_operator).get("/plant/").content.decode()
    assert "not confirmed yet" not in page
    assert f"/acts/plan_session/?session={session}" in page


def test_the_supervisor_finds_that_slot_on_the_planning_board_and_plans_it_by_a_link(
    cast: Cast, browse: Browser
) -> None:
    permit()
    done = do(cast.operator, BookSession(plant="PLANT-A", **slot()))
    session = done.lines[0].subject_id
    browser = browse(cast.supervisor)
    assert f'name="column" value="{session}"' in browser.get("/plans/board/").content.decode()
    listed = browser.get("/sessions/").content.decode()
    assert f"/sessions/{session}/" in listed
    assert "asked, offered by the plant" in listed
    assert "offered by the plant" not in browse(cast.operator).get("/sessions/").content.decode()
    page = browser.get(f"/sessions/{session}/").content.decode()
    assert "The plant offers this slot" in page
    assert f"/acts/plan_session/?session={session}" in page
    assert "/acts/cancel_session/" not in page
    assert browse(cast.officer).get(f"/sessions/{session}/").status_code == 404
    assert browse(cast.driver).get(f"/sessions/{session}/").status_code == 404


def test_what_was_received_into_a_store_is_stored_there(cast: Cast, browse: Browser) -> None:
    _, (barrel, other) = catch(cast, 2)
    send(cast, barrel, other, to="VAULT-B")
    labels = (barrel.label, other.label)
    do(cast.keeper, Receive(exhibits=labels, place="VAULT-B"), cast.driver)
    form = browse(cast.keeper).get(f"/acts/store/?exhibit={barrel.label}").context["form"]
    assert form.initial["place"] == "VAULT-B"
    # another store that was scanned goes before it
    scanned = browse(cast.keeper).get(f"/acts/store/?exhibit={barrel.label}&place=VAULT-A")
    assert scanned.context["form"].initial["place"] == "VAULT-A"


def test_the_receipt_of_packing_goes_on_with_the_container(cast: Cast, browse: Browser) -> None:
    _, bricks = catch(cast, 2, form="block", gross="1000", tare=None)
    done = do(cast.officer, Pack(exhibits=tuple(one.label for one in bricks), form="bag"))
    bag = Exhibit.objects.get(pk=done.lines[0].subject_id)
    page = browse(cast.officer).get(f"/receipts/{done.act_id}/").content.decode()
    assert f'<a class="button main" href="/acts/apply_seal/?exhibit={bag.label}">Apply seal' in page
    assert f"/acts/weigh/?exhibit={bag.label}" in page
    assert f"Next act on {bag.label}" in plain(page.encode())
    assert page.count('class="button main"') == 1
    _, more = catch(cast, 2, form="block", gross="1000", tare=None)
    told = Pack(
        exhibits=tuple(one.label for one in more),
        form="bag",
        scale="FLOOR",
        gross_grams=Decimal(2100),
        tare_grams=Decimal(100),
        seal_number="HS-1",
        seal_class="H",
    )
    done = do(cast.officer, told)
    page = browse(cast.officer).get(f"/receipts/{done.act_id}/").content.decode()
    assert "/acts/apply_seal/" not in page
    assert "/acts/weigh/" not in page
    assert "/acts/dispatch/?exhibit=" in page
