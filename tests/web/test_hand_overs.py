"""Hand-overs as pages: the sender's manifest, the taker's checklist, and what became of every unit."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from custody.deadlines.models import Flag
from custody.handling.hand_over import HandOver
from custody.handling.models import Proposal
from custody.handling.pack import Pack
from custody.handling.photograph import Photograph
from custody.handling.presence import Miss
from custody.handling.proposals import refuse
from custody.handling.transport import Dispatch, Receive
from custody.handling.weigh import Weigh
from custody.ledger.models import Entry
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.files import brought, picture
from tests.handling.burning import GROSS
from tests.web.conftest import Browser
from tests.web.forms import key_of

pytestmark = pytest.mark.django_db


def handed(cast: Cast, units: int = 3) -> tuple[UUID, list[Exhibit]]:
    """Sealed barrels, HS-0 the first by label, that the officer proposes to hand to the keeper."""
    seals = [f"HS-{number}" for number in range(units)]
    _, barrels = catch(cast, units, seals=seals)
    labels = tuple(one.label for one in barrels)
    return propose(cast.officer, HandOver(exhibits=labels, taker="keeper")), barrels


def ticked(*exhibits: Exhibit) -> dict[str, str]:
    return {f"{one.label}-listed": "on" for one in exhibits}


def otherwise(exhibit: Exhibit, what: str, **more: str) -> dict[str, str]:
    told = {"otherwise": what, **more}
    return {f"{exhibit.label}-{name}": value for name, value in told.items()}


def send(browser: Client, proposal: UUID, told: dict[str, str], **more: Any) -> Any:
    """What the checklist answers to this, sent as the page has it."""
    page = browser.get(f"/proposals/{proposal}/")
    assert page.status_code == 200
    seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())
    form = {"answer": "accept", "key": key_of(page), "seen": seen, **told, **more}
    return browser.post(f"/proposals/{proposal}/", form)


def hands(*exhibits: Exhibit) -> list[str]:
    for one in exhibits:
        one.refresh_from_db()
    return [one.custodian_id for one in exhibits]


def test_the_sender_sees_what_passes_before_proposing_it(
    cast: Cast, browse: Browser, files: None
) -> None:
    _, (barrel, bag, other) = catch(cast, 3, seals=["HS-1"])
    do(
        cast.officer,
        Photograph(exhibit=other.label, photographs=(brought(cast.officer, picture()),)),
    )
    do(cast.officer, Weigh(exhibit=other.label, scale=FLOOR_SCALE, gross_grams=GROSS))
    do(cast.officer, Pack(exhibits=(barrel.label, bag.label), form="pallet"))
    pallet = Exhibit.objects.get(form="pallet")
    browser = browse(cast.officer)
    page = browser.get(f"/acts/dispatch/?exhibit={pallet.label}&exhibit={other.label}")
    text = page.content.decode()
    for words in (
        pallet.label,
        "2 \N{MULTIPLICATION SIGN} barrel",
        "1 photograph shows it",
        "weighed",
        "Seals on them",
    ):
        assert words in text, words
    assert page.context["manifest"].inside == 2
    listed = browser.get("/hand-overs/").content.decode()
    assert pallet.label in listed
    assert "/acts/dispatch/" in listed


def test_some_are_taken_some_are_not_and_both_sides_see_which(cast: Cast, browse: Browser) -> None:
    proposal, (good, broken, absent, cut) = handed(cast, 4)
    keeper, officer = browse(cast.keeper), browse(cast.officer)
    page = keeper.get(f"/proposals/{proposal}/").content.decode()
    assert "4 units to check" in page
    assert "Here, sealed with HS-0, unbroken" in page
    told = {
        **ticked(good),
        **otherwise(broken, "seal_broken"),
        **otherwise(absent, "missing"),
        **otherwise(cut, "tampered HS-3", gross_grams="25 000"),
        "scale": FLOOR_SCALE,
    }
    answer = send(keeper, proposal, told)
    assert answer.status_code == 302, answer.content.decode()
    assert hands(good, broken, absent, cut) == ["keeper", "officer", "officer", "keeper"]
    page = keeper.get(answer["Location"]).content.decode()
    assert "2 units are yours now." in page
    assert "2 units stay with CUSTOMS/QUAY" in page
    assert "its seal is broken" in page
    causes = Flag.objects.filter(cause="discrepancy").values_list("exhibit__label", flat=True)
    assert set(causes) == {broken.label, absent.label, cut.label}
    for address in ("/proposals/", "/hand-overs/"):
        mine = officer.get(address).content.decode()
        assert "2 units were not taken" in mine, address
        assert f"/proposals/{proposal}/" in mine
    paper = officer.get(f"/proposals/{proposal}/manifest/").content.decode()
    assert "it is not here" in paper
    assert "HS-0" in paper


def test_a_unit_of_which_nothing_is_said_is_asked_for_and_the_rest_is_kept(
    cast: Cast, browse: Browser
) -> None:
    proposal, (good, open_one, both) = handed(cast)
    before = Entry.objects.count()
    told = {**ticked(good, both), **otherwise(both, "other", details="It drips.")}
    answer = send(browse(cast.keeper), proposal, told)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert Entry.objects.count() == before
    assert "Say whether it is here." in text
    assert "Either it is as listed, or it is not." in text
    assert "It drips." in text
    assert f'name="{good.label}-listed" id="id_{good.label}-listed" checked' in text
    assert f'href="#unit-{open_one.label}"' in text
    assert f'href="#unit-{good.label}"' not in text


@pytest.mark.parametrize("what", ["seal_differs", "mass_differs", "other"])
def test_an_objection_that_says_too_little_is_told_beside_its_unit(
    cast: Cast, browse: Browser, what: str
) -> None:
    proposal, (good, bad) = handed(cast, 2)
    answer = send(browse(cast.keeper), proposal, {**ticked(good), **otherwise(bad, what)})
    assert answer.status_code == 422
    faults = answer.context["checklist"].faults
    assert [row.item.exhibit.label for row in faults] == [bad.label]
    assert Proposal.objects.get().state == "open"


def test_a_mass_needs_its_scale(cast: Cast, browse: Browser) -> None:
    proposal, (good,) = handed(cast, 1)
    told = {**ticked(good), f"{good.label}-gross_grams": "25000"}
    answer = send(browse(cast.keeper), proposal, told)
    assert answer.status_code == 422
    assert "scale is missing" in answer.content.decode()


def test_what_was_stolen_meanwhile_is_named_and_the_rest_can_be_taken(
    cast: Cast, browse: Browser
) -> None:
    proposal, (good, gone) = handed(cast, 2)
    keeper = browse(cast.keeper)
    page = keeper.get(f"/proposals/{proposal}/")
    seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())
    do(cast.officer, Miss(exhibits=(gone.label,), searched="Everywhere"))
    told = {"answer": "accept", "key": key_of(page), "seen": seen, **ticked(good, gone)}
    answer = keeper.post(f"/proposals/{proposal}/", told)
    assert answer.status_code in {409, 412}
    assert [row.item.exhibit.label for row in answer.context["checklist"].faults] == [gone.label]
    assert hands(good, gone) == ["officer", "officer"]
    assert send(keeper, proposal, ticked(good, gone)).status_code == 409
    answer = send(keeper, proposal, {**ticked(good), **otherwise(gone, "missing")})
    assert answer.status_code == 302
    assert hands(good, gone) == ["keeper", "officer"]


def test_a_second_tap_records_nothing_more_and_another_answer_is_told(
    cast: Cast, browse: Browser
) -> None:
    proposal, (good, bad) = handed(cast, 2)
    keeper = browse(cast.keeper)
    page = keeper.get(f"/proposals/{proposal}/")
    seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())
    told = {"answer": "accept", "key": key_of(page), "seen": seen, **ticked(good)}
    told |= otherwise(bad, "missing")
    first = keeper.post(f"/proposals/{proposal}/", told)
    count = Entry.objects.count()
    again = keeper.post(f"/proposals/{proposal}/", told)
    assert (first.status_code, again.status_code) == (302, 302)
    other = keeper.post(
        f"/proposals/{proposal}/",
        {"answer": "accept", "key": "another-key-1", "seen": seen, **ticked(good, bad)},
    )
    assert other.status_code == 409
    assert "The proposal is recorded already." in other.content.decode()
    assert Entry.objects.count() == count
    assert hands(good, bad) == ["keeper", "officer"]


def test_what_the_sender_withdrew_meanwhile_is_told(cast: Cast, browse: Browser) -> None:
    proposal, (good,) = handed(cast, 1)
    keeper = browse(cast.keeper)
    page = keeper.get(f"/proposals/{proposal}/")
    refuse(cast.officer, proposal, "Wrong barrel.")
    told = {"answer": "accept", "key": key_of(page), "seen": [good.head], **ticked(good)}
    answer = keeper.post(f"/proposals/{proposal}/", told)
    assert answer.status_code == 409
    assert "The proposal is withdrawn already." in answer.content.decode()
    assert hands(good) == ["officer"]


def test_only_the_taker_gets_a_checklist_and_the_giver_confirms_as_before(
    cast: Cast, browse: Browser
) -> None:
    proposal, (barrel,) = handed(cast, 1)
    assert browse(cast.officer).get(f"/proposals/{proposal}/").context["checklist"] is None
    posted = browse(cast.officer).post(
        f"/proposals/{proposal}/", {"answer": "accept", "key": "a-key-of-12", **ticked(barrel)}
    )
    assert posted.status_code == 422
    assert hands(barrel) == ["officer"]
    refuse(cast.officer, proposal, "By van.")
    do(
        cast.officer,
        Dispatch(exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"),
        cast.driver,
    )
    asked = propose(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"))
    page = browse(cast.driver).get(f"/proposals/{asked}/")
    assert page.context["checklist"] is None
    assert "You confirm as" in page.content.decode()
    answer = browse(cast.driver).post(f"/proposals/{asked}/", {"answer": "confirm"})
    assert answer.status_code == 302
    assert hands(barrel) == ["keeper"]


def test_it_is_nobody_elses_business_and_every_look_is_logged(cast: Cast, browse: Browser) -> None:
    proposal, barrels = handed(cast)
    addresses = (f"/proposals/{proposal}/", f"/proposals/{proposal}/manifest/")
    for address in addresses:
        for stranger in (cast.outsider, cast.far_supervisor, cast.driver, cast.second_keeper):
            assert browse(stranger).get(address).status_code == 404, (address, stranger)
        before = Read.objects.count()
        assert browse(cast.keeper).get(address).status_code == 200
        assert Read.objects.count() == before + 1
        assert {*Read.objects.latest("read_at").objects_shown} >= {one.pk for one in barrels}
    text = browse(cast.outsider).get("/hand-overs/").content.decode()
    for one in barrels:
        assert one.label not in text
    assert browse(cast.prosecutor).get("/hand-overs/").status_code == 403
