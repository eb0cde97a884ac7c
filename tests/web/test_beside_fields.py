"""Beside a field stands what its title cannot say; a form that is refused keeps its units beside it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from custody.handling.intercept import Amend
from custody.handling.transport import Receive
from custody.ledger.events import SYSTEM
from custody.people.services import adopt_unit
from custody.places.models import PlaceKind
from custody.places.services import adopt_place
from custody.seizures.models import Seizure
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import send
from tests.web.conftest import Browser
from tests.web.forms import INTERCEPT, send_form
from tests.web.test_board import labels, plain

pytestmark = pytest.mark.django_db

AS_LAST_TIME = "As last time: change it if it is not so."
UNHEARD_OF = "nobody can order its destruction"


def help_of(page: str, field: str) -> str:
    found = re.search(rf'id="id_{field}_helptext">([^<]*)', page)
    return unescape(found[1]) if found else ""


def test_the_one_prosecutors_office_is_filled_in_and_an_empty_one_said_to_mean(
    cast: Cast, browse: Browser
) -> None:
    page = browse(cast.officer).get("/acts/intercept/")
    assert page.context["form"].initial["prosecutor_unit"] == "COURT/PORT"
    told = help_of(page.content.decode(), "prosecutor_unit")
    assert UNHEARD_OF in told
    assert AS_LAST_TIME not in told


def test_of_several_offices_the_one_of_last_time_is_filled_in_and_said_to_be(
    cast: Cast, browse: Browser
) -> None:
    adopt_unit(agency="COURT", code="INLAND", name="Inland", actor=SYSTEM)
    browser = browse(cast.officer)
    first = browser.get("/acts/intercept/").context["form"].initial
    assert "prosecutor_unit" not in first
    send_form(browser, "intercept", INTERCEPT)
    page = browser.get("/acts/intercept/")
    assert page.context["form"].initial["prosecutor_unit"] == "COURT/PORT"
    told = help_of(page.content.decode(), "prosecutor_unit")
    assert UNHEARD_OF in told
    assert AS_LAST_TIME in told
    seizure = Seizure.objects.get()
    amending = browser.get(f"/acts/amend/?seizure={seizure.reference}").context["form"]
    assert "prosecutor_unit" not in amending.initial


def test_a_seizure_that_no_office_knows_of_says_so_until_one_does(
    cast: Cast, browse: Browser
) -> None:
    browser = browse(cast.officer)
    send_form(browser, "intercept", INTERCEPT | {"prosecutor_unit": ""})
    seizure = Seizure.objects.get()
    address = f"/seizures/{seizure.reference}/"
    page = browser.get(address).content
    assert UNHEARD_OF in plain(page)
    assert f"/acts/amend/?seizure={seizure.reference}" in page.decode()
    page = browse(cast.supervisor).get(address).content
    assert UNHEARD_OF in plain(page)
    assert "/acts/amend/" not in page.decode()
    do(cast.officer, Amend(seizure=seizure.reference, prosecutor_unit="COURT/PORT"))
    assert UNHEARD_OF not in plain(browser.get(address).content)
    assert seizure.reference in browse(cast.prosecutor).get("/decisions/").content.decode()


def test_where_it_goes_and_who_takes_it_are_said_to_be_as_last_time(
    cast: Cast, browse: Browser
) -> None:
    adopt_place(code="VAN-B", kind=PlaceKind.VEHICLE, unit="HAULIER/ROAD", actor=SYSTEM)
    _, (first, second) = catch(cast, 2)
    send(cast, first)
    page = browse(cast.officer).get(f"/acts/dispatch/?exhibit={second.label}")
    known = page.context["form"].initial
    assert (known["destination"], known["driver"], known["vehicle"]) == (
        "VAULT-A",
        "driver",
        "VAN-A",
    )
    text = page.content.decode()
    for field in ("destination", "driver", "vehicle"):
        assert help_of(text, field) == AS_LAST_TIME, field
    asked = browse(cast.officer).get(f"/acts/dispatch/?exhibit={second.label}&destination=VAULT-A")
    assert help_of(asked.content.decode(), "destination") == ""


def test_a_driver_who_delivers_is_asked_who_takes_it_and_a_keeper_is_not(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    send(cast, barrel)
    driver = browse(cast.driver)
    page = driver.get(f"/acts/receive/?exhibit={barrel.label}&place=VAULT-A").content.decode()
    assert "Who takes them over" in page
    assert "you, if left out" not in page
    assert "<h1>Deliver</h1>" in page
    assert "confirm it from their own login" in help_of(page, "taker")
    told = {"exhibits": barrel.label, "place": "VAULT-A", "taker": ""}
    answer = driver.post("/acts/receive/", told)
    assert answer.status_code == 422
    assert "Who takes them over: this is missing." in answer.content.decode()
    page = browse(cast.keeper).get(f"/acts/receive/?exhibit={barrel.label}").content.decode()
    assert "<h1>Receive</h1>" in page
    assert "Who takes them (you, if left out)" in page
    waits = propose(cast.driver, Receive(exhibits=(barrel.label,), place="VAULT-A", taker="keeper"))
    for reader in (cast.driver, cast.keeper):
        page = browse(reader).get(f"/proposals/{waits}/").content
        assert "Who takes them keeper" in plain(page)
        assert "if left out" not in plain(page)


def test_a_refused_form_keeps_its_units_beside_it(cast: Cast, browse: Browser) -> None:
    _, (barrel, other) = catch(cast, 2)
    _, (hidden,) = catch(cast)
    browser = browse(cast.officer)
    told = {"exhibit": barrel.label, "scale": "FLOOR", "gross_grams": "nothing"}
    answer = browser.post("/acts/weigh/", told)
    assert answer.status_code == 422
    assert [card.exhibit for card in answer.context["cards"]] == [barrel]
    assert f'<a class="label" href="/exhibits/{barrel.label}/">' in answer.content.decode()
    assert other.label not in answer.content.decode()
    answer = browser.post("/acts/weigh/", told | {"gross_grams": "25010"})
    assert ">25010 g is not a multiple of 50" in answer.content.decode()
    assert [card.exhibit for card in answer.context["cards"]] == [barrel]
    named = f"{barrel.label} {other.label} NX-0000"
    answer = browser.post("/acts/pack/", {"exhibits": named})
    assert [card.exhibit for card in answer.context["cards"]] == [barrel, other]
    # what is not one's own to see is no card, whatever is typed
    answer = browse(cast.outsider).post("/acts/weigh/", told | {"exhibit": hidden.label})
    assert answer.context["cards"] == []
    assert labels(answer.content) == []


def test_a_refusal_is_told_once(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    told = {"exhibits": barrel.label, "place": "VAULT-A"}
    answer = browse(cast.keeper).post("/acts/store/", told)
    assert answer.status_code in {404, 409}
    assert answer.context["obstacles"] == []


def test_as_witnesses_those_are_offered_who_may_witness(cast: Cast, browse: Browser) -> None:
    form = browse(cast.operator).get("/acts/incinerate/").context["form"]
    for name in ("first_witness", "second_witness"):
        offered = {badge for badge, _ in form.fields[name].choices if badge}
        assert {"second_operator", "keeper"} <= offered
        assert not {"operator", "driver", "analyst", "prosecutor"} & offered
