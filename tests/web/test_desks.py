"""Desks: the driver's run, the store, the plant and the laboratory, each shown to who has that task."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from custody.handling.analyse import Analyse
from custody.handling.hand_over import HandOver
from custody.handling.order import GiveOrder
from custody.handling.pack import Pack
from custody.handling.presence import Miss
from custody.handling.stocks import stocks
from custody.handling.transport import Receive
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from tests.burning.paper import CAP, crew, permit
from tests.burning.scenes import confirmed, plan, ready
from tests.burning.scenes import load as loading
from tests.burning.scenes import stage as staging
from tests.cast import OFFICERS, Cast, catch, do, propose
from tests.deadlines.scenes import send
from tests.handling.burning import carry, take_samples
from tests.inventories.scenes import closed, opened, scan, stored
from tests.web.conftest import Browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]

#: Whose desk each is, who else may open it, and that all others are refused.
DESKS = {
    "/run/": ({"driver", "second_driver"}, "transfer"),
    "/store/": ({"keeper", "second_keeper"}, "keep"),
    "/plant/": ({"operator", "second_operator"}, "burn"),
    "/laboratory/": ({"analyst", "second_analyst"}, "assay"),
}


@pytest.mark.parametrize("address", sorted(DESKS))
def test_a_desk_is_linked_for_whose_it_is_and_refused_to_who_lacks_the_right(
    cast: Cast, browse: Browser, address: str
) -> None:
    owners, right = DESKS[address]
    for badge in OFFICERS:
        officer = cast.officers[badge]
        browser = browse(officer)
        frame = browser.get("/help/").content.decode()
        assert (f'href="{address}"' in frame) == (badge in owners), badge
        status = browser.get(address).status_code
        assert status == (200 if right in officer.rights else 403), badge


def test_what_the_bar_of_a_phone_has_no_room_for_is_linked_at_the_foot(
    cast: Cast, browse: Browser
) -> None:
    for badge in OFFICERS:
        frame = browse(cast.officers[badge]).get("/help/").content.decode()
        far = set(re.findall(r'<a class="desk" href="([^"]+)"', frame))
        foot = frame.partition('<nav class="far">')[2].partition("</nav>")[0]
        assert set(re.findall(r'href="([^"]+)"', foot)) == far, badge
        assert "/help/" in far


def ways(page: str) -> set[str]:
    return {one for one in ("receive", "dispatch", "miss") if f"/acts/{one}/?exhibit=" in page}


def test_the_run_shows_what_is_aboard_to_where_and_by_when(cast: Cast, browse: Browser) -> None:
    _, (first, second, other) = catch(cast, 3)
    send(cast, first, second)
    send(cast, other, to="PLANT-A")
    page = browse(cast.driver).get("/run/")
    text = page.content.decode()
    assert [(stop.destination, len(stop.cards)) for stop in page.context["stops"]] == [
        ("VAULT-A", 2),
        ("PLANT-A", 1),
    ]
    assert {"On the road", "Make harmless"} >= {stop.face.name for stop in page.context["stops"]}
    assert ways(text) == {"receive", "dispatch", "miss"}
    assert "VAN-A" in text
    assert {first.pk, second.pk, other.pk} <= {*Read.objects.latest("read_at").objects_shown}
    for stranger in (cast.second_driver, cast.officer, cast.outsider):
        assert first.label not in browse(stranger).get("/run/").content.decode()


def test_the_buttons_of_the_run_lead_to_forms_that_know_the_load(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    send(cast, barrel)
    browser = browse(cast.driver)
    stop = browser.get("/run/").context["stops"][0]
    deliver, back, breakdown, attack = (browser.get(way.address) for way in stop.ways)
    assert deliver.context["form"].initial["place"] == "VAULT-A"
    assert "place" not in back.context["form"].initial
    assert breakdown.context["form"].initial["destination"] == "VAULT-A"
    for form in (deliver, back, breakdown, attack):
        assert form.context["form"].initial["exhibits"] == [barrel.label]
        assert form.context["obstacles"] == []


def test_the_run_says_what_comes_what_waits_and_what_came_back(cast: Cast, browse: Browser) -> None:
    _, (barrel, other) = catch(cast, 2)
    coming = propose(cast.officer, HandOver(exhibits=(other.label,), taker="driver"))
    send(cast, barrel)
    out = propose(cast.driver, Receive(exhibits=(barrel.label,), place="VAULT-A", taker="keeper"))
    text = browse(cast.driver).get("/run/").content.decode()
    assert f"/proposals/{coming}/" in text
    assert f"/proposals/{out}/" in text
    assert "Until somebody takes it, it is yours." in text


def test_the_store_says_how_full_it_is_what_came_and_what_lies_longest(
    cast: Cast, browse: Browser
) -> None:
    labels = stored(cast, 3)
    seizure = Exhibit.objects.get(label=labels[0]).seizure
    order = GiveOrder(
        seizure=seizure.reference, exhibits=(labels[0],), number="D-1", reasons="No need"
    )
    do(cast.prosecutor, order)
    page = browse(cast.keeper).get("/store/")
    text = page.content.decode()
    first, second = page.context["stocks"]
    assert (first.place.code, first.units, first.gross_grams) == ("VAULT-A", 3, 75_000)
    assert (first.waiting_grams, first.ordered, first.uncounted) == (50_000, 1, 3)
    assert (second.place.code, second.units, second.percent) == ("VAULT-B", 0, 0)
    assert page.context["arrived_count"] == 3
    assert len(page.context["longest"]) == 3
    for label in labels:
        assert label in text
        assert label not in browse(cast.outsider).get("/hand-overs/").content.decode()
    assert {*Read.objects.latest("read_at").objects_shown} == set(
        Exhibit.objects.filter(label__in=labels).values_list("pk", flat=True)
    )


def test_whatever_the_store_names_as_leaving_is_in_the_read_log(
    cast: Cast, browse: Browser
) -> None:
    permit(caps=[{**CAP, "grams": "500000"}])
    crew(unit="CUSTOMS/STORE")
    for hours in (2, 6, 10):
        units = ready(cast, 10, at_plant=False)
        carry(cast, [one.label for one in units], "VAULT-A", cast.keeper)
        plan(cast, confirmed(cast, after=timedelta(hours=hours)), units, crew="CREW-1")
    page = browse(cast.keeper).get("/store/")
    named = {one.pk for _, units, _ in page.context["leaving"] for one in units}
    assert len(named) == 30
    assert named <= {*Read.objects.latest("read_at").objects_shown}


def test_what_a_count_did_not_scan_is_counted_as_not_counted(cast: Cast) -> None:
    labels = stored(cast, 2)
    inventory = opened(cast)
    scan(cast.officer, inventory, labels[:1])
    closed(cast.second_supervisor, inventory)
    stored(cast, 1)
    stock = stocks(cast.keeper)[0]
    assert stock.counted is not None
    # one was missed and is missing now; what came later nobody counted
    assert (stock.units, stock.uncounted) == (2, 1)


def test_too_much_before_an_order_is_said(cast: Cast, browse: Browser) -> None:
    _, barrels = catch(cast, 2, gross="800000", tare=None)
    carry(cast, [one.label for one in barrels], "VAULT-A", cast.keeper)
    browser = browse(cast.keeper)
    told = {"exhibits": [one.label for one in barrels], "place": "VAULT-A", "key": "store-both-1"}
    assert browser.post("/acts/store/", told).status_code == 302
    page = browser.get("/store/")
    assert page.context["stocks"][0].room_grams == Decimal(-100_000)
    assert "over the limit" in page.content.decode()


def test_the_plant_sees_its_session_of_today_and_what_to_scan_next(
    cast: Cast, browse: Browser
) -> None:
    permit(caps=[{**CAP, "grams": "500000"}])
    here, staged, loaded, gone, late = ready(cast, 5)
    absent = ready(cast, at_plant=False)[0]
    row = plan(
        cast,
        confirmed(cast, after=timedelta(minutes=1)),
        [here, staged, loaded, gone, late, absent],
    )
    do(cast.operator, staging([staged, loaded], row.id))
    do(cast.operator, loading([loaded], row.id))
    do(cast.operator, Miss(exhibits=(gone.label,), searched="In the hall"))
    _, (stranger,) = catch(cast)
    page = browse(cast.operator).get("/plant/")
    text = page.content.decode()
    (burn,) = page.context["burns"]
    steps = {step.name: {one.label for one in step.units} for step in burn.steps if step.units}
    assert steps == {
        "here": {here.label, late.label},
        "staged": {staged.label},
        "loaded": {loaded.label},
        "missing": {gone.label},
    }
    assert (burn.hidden, burn.count, burn.burnt) == (1, 6, 0)
    assert burn.next.name == "loaded"
    form = browse(cast.operator).get(burn.next.address)
    assert form.context["form"].initial["session"] == str(row.id)
    assert absent.label not in text
    assert stranger.label not in text


def test_a_plant_without_a_session_today_is_told_of_the_next(cast: Cast, browse: Browser) -> None:
    permit()
    row = confirmed(cast, after=timedelta(days=3))
    page = browse(cast.operator).get("/plant/")
    assert page.context["burns"] == []
    assert page.context["coming"] == row


def test_the_laboratory_sees_what_to_analyse_what_to_return_and_what_is_kept(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel, other) = catch(cast, 2)
    labels = take_samples(cast, barrel.label)
    carry(cast, labels, "LAB-A", cast.analyst)
    sample = Exhibit.objects.get(label__in=labels, form="sample")
    counter = Exhibit.objects.get(label__in=labels, form="counter_sample")
    bagged = take_samples(cast, other.label)
    do(cast.officer, Pack(exhibits=tuple(bagged), form="bag"))
    bag = Exhibit.objects.get(form="bag")
    do(cast.officer, HandOver(exhibits=(bag.label,), taker="analyst"), cast.analyst)

    def groups() -> dict[str, list[str]]:
        told = browse(cast.analyst).get("/laboratory/").context["groups"]
        return {
            name: [card.exhibit.label for card in shown]
            for name, (shown, _) in told.items()
            if shown
        }

    assert groups() == {
        "to_analyse": [sample.label],
        "to_open": [bag.label],
        "kept": [counter.label],
    }
    do(
        cast.analyst,
        Analyse(exhibit=sample.label, result="found", method="GC-MS", report_number="R-1"),
    )
    assert groups() == {
        "to_open": [bag.label],
        "to_return": [sample.label],
        "kept": [counter.label],
    }
    text = browse(cast.analyst).get("/laboratory/").content.decode()
    assert f"/acts/dispatch/?{urlencode({'exhibit': sample.label})}" in text
    assert "kept until" in text
    assert barrel.label not in text


@pytest.mark.parametrize(
    ("address", "badge", "words"),
    [
        ("/hand-overs/", "officer", "What is handed to you shows up here"),
        ("/run/", "driver", "What somebody dispatches with you shows up here"),
        ("/store/", "keeper", "Nothing is stored."),
        ("/laboratory/", "analyst", "No sample waits for an analysis."),
        ("/plant/", "operator", "No session of yours is booked for today."),
    ],
)
def test_an_empty_desk_says_what_will_be_there(
    cast: Cast, browse: Browser, address: str, badge: str, words: str
) -> None:
    page = browse(cast.officers[badge]).get(address)
    assert page.status_code == 200
    assert words in page.content.decode()
