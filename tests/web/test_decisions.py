"""The prosecutor's desk: what waits for a decision, with what the law still asks, and what an order covers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from custody.handling.analyse import Analyse
from custody.handling.hold import PlaceHold
from custody.handling.order import RefuseOrder
from custody.handling.pack import Pack
from custody.handling.photograph import Photograph
from custody.kit import clock
from custody.law.jurisdictions import belgium
from custody.law.models import DestructionOrder, Hold
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.people.models import Officer
from custody.people.rights import Role
from custody.people.services import adopt_unit, enrol
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do
from tests.files import brought, picture
from tests.handling.burning import carry, keep_samples, take_samples
from tests.web.conftest import Browser
from tests.web.forms import key_of, send_form
from tests.web.test_board import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def test_a_seizure_waits_until_one_act_orders_the_whole_of_it(cast: Cast, browse: Browser) -> None:
    seizure, units = catch(cast, 3)
    keep_samples(cast, units[0].label)
    browser = browse(cast.prosecutor)
    page = browser.get("/decisions/").content
    text = plain(page)
    assert seizure.reference in text
    assert "3 units without an order" in text
    assert "No photograph shows" in text
    assert "and so for 3 units in all" in text
    assert "no destruction order" not in text
    assert "counter-sample: 1" in text
    assert "Make harmless" in text
    told = {"seizure": seizure.reference, "number": "NB-7", "reasons": "Nothing left to prove"}
    answer = send_form(browser, "give_order", told, f"?seizure={seizure.reference}")
    assert answer.status_code == 302
    order = DestructionOrder.objects.get()
    assert set(order.exhibits) == {unit.id for unit in units}
    text = plain(browser.get("/decisions/").content)
    assert "without an order" not in text
    assert f"NB-7 3 units of {seizure.reference}" in text
    page = browser.get(f"/decisions/orders/{order.id}/").content.decode()
    assert all(unit.label in page for unit in units)
    assert "It covers 3 units" in page
    assert "/acts/revoke_order/?number=NB-7" in page


def test_what_runs_out_first_stands_first_and_what_was_refused_last(
    cast: Cast, browse: Browser
) -> None:
    refused, _ = catch(cast)
    unhurried, _ = catch(cast, lane="standard")
    pressing, _ = catch(cast)
    do(
        cast.prosecutor,
        RefuseOrder(seizure=refused.reference, exhibits=None, reasons="The trial is next week."),
    )
    page = browse(cast.prosecutor).get("/decisions/").content.decode()
    places = [page.index(one.reference) for one in (pressing, unhurried, refused)]
    assert places == sorted(places)
    assert "refused: 1" in page


def test_a_hold_is_placed_on_the_whole_of_a_seizure_and_lifted_from_the_desk(
    cast: Cast, browse: Browser
) -> None:
    seizure, units = catch(cast, 3)
    browser = browse(cast.prosecutor)
    form = browser.get(f"/acts/place_hold/?seizure={seizure.reference}&whole=1")
    page = form.content.decode()
    assert all(f'value="{unit.label}" checked' in page for unit in units)
    told = {"key": key_of(form), "exhibits": [one.label for one in units], "reason": "The defence"}
    assert browser.post("/acts/place_hold/", told).status_code == 302
    hold = Hold.objects.get()
    assert len(hold.exhibits) == 3
    page = browser.get("/decisions/").content.decode()
    assert "on hold: 3" in page
    assert f"/acts/lift_hold/?hold={hold.id}" in page


def test_the_desk_is_the_prosecutors_and_shows_their_office_alone(
    cast: Cast, browse: Browser
) -> None:
    seizure, (unit,) = catch(cast)
    do(cast.prosecutor, PlaceHold(exhibits=(unit.label,), reason="The defence"))
    for stranger in (cast.officer, cast.supervisor, cast.outsider, cast.administrator):
        answer = browse(stranger).get("/decisions/")
        assert answer.status_code == 403
        assert seizure.reference not in answer.content.decode()
    assert "/decisions/" in browse(cast.prosecutor).get("/").content.decode()
    assert "/decisions/" not in browse(cast.supervisor).get("/").content.decode()


def test_an_order_is_nothing_to_an_outsider(cast: Cast, browse: Browser) -> None:
    seizure, units = catch(cast, 2)
    told = {"seizure": seizure.reference, "number": "NB-7", "reasons": "Nothing left to prove"}
    send_form(browse(cast.prosecutor), "give_order", told, f"?seizure={seizure.reference}")
    address = f"/decisions/orders/{DestructionOrder.objects.get().id}/"
    for stranger in (cast.outsider, cast.far_supervisor):
        assert browse(stranger).get(address).status_code == 404
    page = browse(cast.officer).get(address).content.decode()
    assert units[0].label in page
    assert "revoke_order" not in page
    assert Exhibit.objects.filter(orders__len=1).count() == 2


def test_who_decides_reads_what_is_in_the_seizure_beside_the_form(
    cast: Cast, browse: Browser
) -> None:
    seizure, units = catch(cast, 3)
    carry(cast, take_samples(cast, units[0].label), "LAB-A", cast.analyst)
    sample = Exhibit.objects.get(form="sample")
    do(cast.prosecutor, PlaceHold(exhibits=(units[1].label,), reason="The defence"))
    finding = Analyse(
        exhibit=sample.label,
        result="found",
        substance=None,
        purity_percent="83.5",
        method="GC-MS",
        report_number="R-7",
    )
    do(cast.analyst, finding)
    browser = browse(cast.prosecutor)
    for act in ("give_order", "refuse_order"):
        page = browser.get(f"/acts/{act}/?seizure={seizure.reference}")
        text = plain(page.content)
        assert f"What is in {seizure.reference}" in text
        assert '<p class="trace"><a href="/decisions/">' in page.content.decode()
        assert "barrel · cocaine 3" in text
        assert f"{sample.label} : cocaine 83.5 % (R-7)" in text
        assert "on hold: 1" in text
        assert "What the law still asks before it may burn" in text
        assert "Photographs of no unit yet" in text
    shown = {*Read.objects.latest("read_at").objects_shown}
    assert {seizure.pk, sample.pk} <= shown
    told = {"seizure": seizure.reference, "number": "", "reasons": "Nothing left to prove"}
    answer = send_form(browser, "give_order", told, f"?seizure={seizure.reference}")
    assert answer.status_code == 422
    assert f"What is in {seizure.reference}" in plain(answer.content)
    # the reference of a case that is not one's own tells nothing
    adopt_unit(agency="COURT", code="INLAND", name="Inland", actor=SYSTEM)
    enrol(
        badge="far_prosecutor",
        name="Far",
        unit="COURT/INLAND",
        roles=[Role.PROSECUTOR],
        actor=SYSTEM,
    )
    answer = browse(Officer.objects.get(pk="far_prosecutor")).post("/acts/give_order/", told)
    assert answer.context["dossier"] is None
    assert "barrel" not in plain(answer.content)


def test_a_receipt_names_the_order_once_and_leads_back_to_the_desk(
    cast: Cast, browse: Browser
) -> None:
    seizure, (unit,) = catch(cast)
    browser = browse(cast.prosecutor)
    told = {"seizure": seizure.reference, "number": "NB-7", "reasons": "Nothing left to prove"}
    answer = send_form(browser, "give_order", told, f"?seizure={seizure.reference}")
    page = browser.get(answer["Location"]).content
    assert "Order given NB-7" in plain(page)
    assert f"Order given {unit.label}" in plain(page)
    assert "Order given order" not in plain(page)
    order = DestructionOrder.objects.get()
    assert f'href="/decisions/orders/{order.pk}/"' in page.decode()
    receipt = page.decode().partition('class="receipt"')[2]
    assert 'href="/decisions/">Decisions</a>' in receipt
    # to who has no such desk it leads to the board alone
    receipt = browse(cast.officer).get(answer["Location"]).content.decode()
    assert '/decisions/"' not in receipt


def photographs(page: bytes) -> str:
    """What a case says of its photographs."""
    told = plain(page).partition("Photographs ")[2]
    return told.partition(" Lawful owner")[0]


def test_photographs_are_counted_as_the_law_counts_them(cast: Cast, browse: Browser) -> None:
    _, bricks = catch(cast, 2, form="block", gross="1000", tare=None)
    keep_samples(cast, bricks[0].label)
    browser = browse(cast.prosecutor)
    assert photographs(browser.get("/decisions/").content) == "of no unit yet"
    shown = (brought(cast.officer, picture()),)
    do(cast.officer, Photograph(exhibit=bricks[0].label, photographs=shown))
    assert photographs(browser.get("/decisions/").content) == "of 1 of 2 units"
    do(cast.officer, Photograph(exhibit=bricks[1].label, photographs=shown))
    assert photographs(browser.get("/decisions/").content) == "of every unit"
    # nobody photographed the bag: everything in it was
    do(cast.officer, Pack(exhibits=tuple(one.label for one in bricks), form="bag"))
    page = browser.get("/decisions/").content
    assert "With an order the law asks nothing more." in plain(page)
    assert photographs(page) == "of every unit, 1 of them by its contents"


def test_where_the_law_asks_for_no_photographs_it_is_said(cast: Cast, browse: Browser) -> None:
    catch(cast)
    soon = clock.now() + timedelta(minutes=10)
    told = belgium(effective_at=clock.to_text(soon))
    told["deeds"]["incinerate"].pop("photographs")
    adopt_profile(content=told | {"code": "lenient"}, actor=SYSTEM)
    browser = browse(cast.prosecutor)
    words = "; the law in force asks for none before it burns"
    assert words not in plain(browser.get("/decisions/").content)
    with clock.simulated(soon + timedelta(minutes=1)):
        page = browse(cast.prosecutor).get("/decisions/").content
        assert photographs(page) == f"of no unit yet{words}"
