"""Every page for every role: it renders, shows one's own, and nothing to an outsider."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import get_resolver, reverse

from custody.deadlines.models import Flag
from custody.handling.hand_over import HandOver
from custody.handling.report import Report
from custody.handling.split import Part, Split
from custody.seizures.models import Exhibit
from custody.web import routes
from tests.cast import OFFICERS, Cast, catch, do, propose
from tests.deadlines.scenes import receive, send
from tests.handling.test_one_barrel import to_plant
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

#: What nobody has to sign in for.
OPEN = {"appearance", "forget_badge", "set_language", "sign_in", "sign_out"}
ADDRESSES = {
    "board": {},
    "pressing": {"name": "late"},
    "stage": {"name": "stored"},
    "search": {},
    "plans": {},
    "planning_board": {},
    "what_ifs": {},
    "what_if": {"question_id": "00000000-0000-4000-8000-000000000000"},
    "plan": {"plan_id": "00000000-0000-4000-8000-000000000000"},
    "scan": {},
    "help": {},
    "help_act": {"name": "weigh"},
    "first_steps": {},
    "scanned_unit": {"label": "NX-00000000-0"},
    "scanned_place": {"code": "X"},
    "printings": {},
    "printing": {"code": "00000000-0000-4000-8000-000000000000"},
    "printing_pages": {"code": "00000000-0000-4000-8000-000000000000"},
    "exhibit": {"label": "NX-00000000-0"},
    "seizures": {},
    "seizure": {"reference": "X"},
    "sessions": {},
    "session": {"session_id": "00000000-0000-4000-8000-000000000000"},
    "certificate": {"session_id": "00000000-0000-4000-8000-000000000000"},
    "act": {"name": "weigh"},
    "officers": {},
    "officer_history": {"badge": "x"},
    "verification": {"label": "NX-00000000-0"},
    "decisions": {},
    "order": {"order_id": "00000000-0000-4000-8000-000000000000"},
    "policies": {},
    "new_policy": {},
    "policy_clock": {},
    "policy_calendar": {},
    "profiles": {},
    "profile": {"code": "x", "number": 1},
    "profile_file": {"code": "x", "number": 1},
    "adopt_file": {},
    "permits": {},
    "permit": {"code": "X"},
    "crews": {},
    "crew": {"code": "X"},
    "places": {},
    "place": {"code": "X"},
    "scale": {"code": "X"},
    "exhibit_bundle": {"label": "NX-00000000-0"},
    "seizure_bundle": {"reference": "X"},
    "seizure_verification": {"reference": "X"},
    "purpose": {"reference": "X"},
    "attachment": {"sha256": "0" * 64},
    "small-attachment": {"sha256": "0" * 64},
    "original": {"sha256": "0" * 64},
    "people": {},
    "webhooks": {},
    "webhook": {"code": "00000000-0000-4000-8000-000000000000"},
    "reads": {},
    "alert": {"alert_id": "00000000-0000-4000-8000-000000000000"},
    "receipt": {"act_id": "00000000-0000-4000-8000-000000000000"},
    "undo": {"act_id": "00000000-0000-4000-8000-000000000000"},
    "proposals": {},
    "proposal": {"proposal_id": "00000000-0000-4000-8000-000000000000"},
    "manifest": {"proposal_id": "00000000-0000-4000-8000-000000000000"},
    "hand_overs": {},
    "run": {},
    "store": {},
    "plant": {},
    "laboratory": {},
    "pictures": {},
    "picture": {"name": "stock"},
    "picture_table": {"name": "stock"},
    "fast_lane": {},
    "fast_lane_table": {},
    "inventories": {},
    "inventory": {"inventory_id": "00000000-0000-4000-8000-000000000000"},
    "mass_account": {"reference": "X"},
    "mass_drift": {},
    "mass_drift_table": {},
    "flags": {},
    "flag": {"flag_id": "00000000-0000-4000-8000-000000000000"},
}
LISTS = ("board", "seizures", "sessions", "proposals", "flags", "search", "scan", "inventories")


def test_every_page_is_in_the_table() -> None:
    assert {route.name for route in routes.urlpatterns} == set(ADDRESSES) | OPEN
    assert get_resolver().reverse_dict


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_stranger_is_sent_to_the_sign_in_page(client, name: str) -> None:
    address = reverse(name, kwargs=ADDRESSES[name])
    answers = [client.get(address), client.post(address)]
    assert [one.status_code for one in answers if one.status_code != 405] != []
    for answer in answers:
        if answer.status_code != 405:
            assert answer.status_code == 302
            assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("badge", sorted(OFFICERS))
def test_every_list_opens_for_every_role(cast: Cast, browse: Browser, badge: str) -> None:
    catch(cast, 2, seals=["HS-1"])
    browser = browse(cast.officers[badge])
    for name in LISTS:
        answer = browser.get(reverse(name))
        assert answer.status_code == 200, (name, answer.status_code)
        assert "no-store" in answer["Cache-Control"]
        assert b"<script>" not in answer.content
        assert b"style=" not in answer.content


def test_the_board_shows_ones_own_units_and_nothing_to_an_outsider(
    cast: Cast, browse: Browser
) -> None:
    seizure, (barrel, *_) = catch(cast, 2, seals=["HS-1"])
    page = browse(cast.officer).get("/").content.decode()
    assert barrel.label in page
    assert seizure.reference in page
    assert "HS-1" in page
    assert "25\N{NO-BREAK SPACE}kg" in page
    for stranger in (cast.outsider, cast.far_supervisor):
        page = browse(stranger).get("/").content.decode()
        assert barrel.label not in page
        assert seizure.reference not in page


def test_an_outsider_gets_404_for_whatever_is_not_theirs(cast: Cast, browse: Browser) -> None:
    seizure, (barrel,) = catch(cast)
    proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="colleague"))
    receipt = do(cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    flag = Flag.objects.get(exhibit=barrel)
    mine = [
        f"/exhibits/{barrel.label}/",
        f"/seizures/{seizure.reference}/",
        f"/stages/intercepted/?seizure={seizure.reference}",
        f"/proposals/{proposal}/",
        f"/receipts/{receipt.act_id}/",
        f"/flags/{flag.id}/",
        f"/acts/report/?exhibit={barrel.label}",
        f"/search/?q={barrel.label}",
        f"/search/?q={seizure.reference}",
    ]
    for address in mine:
        answer = browse(cast.officer).get(address, follow=True)
        assert answer.status_code == 200, address
        for stranger in (cast.outsider, cast.far_supervisor):
            answer = browse(stranger).get(address, follow=True)
            assert answer.status_code == 404, address
            told = answer.content.decode().replace(f'value="{barrel.label}"', "")
            if "search" not in address:
                assert barrel.label not in told
    for address in (f"/proposals/{proposal}/", f"/flags/{flag.id}/"):
        assert browse(cast.outsider).post(address, {"answer": "confirm"}).status_code == 404


def test_an_exhibit_tells_its_whole_story(cast: Cast, browse: Browser) -> None:
    seizure, (barrel,) = catch(cast)
    to_plant(cast, barrel.label, seizure.reference)
    page = browse(cast.operator).get(f"/exhibits/{barrel.label}/").content.decode()
    for words in (
        "Intercepted",
        "Sampled",
        "Handed to the driver",
        "Stored",
        "Withdrawn",
        "Received",
        "HS-1",
        "PLANT-A",
        "confirmed by keeper",
        "/acts/stage/?exhibit=",
    ):
        assert words in page, words
    barrel.refresh_from_db()
    assert barrel.head in page
    assert browse(cast.operator).get(f"/seizures/{seizure.reference}/").status_code == 200


def test_what_is_missing_is_told_with_its_rule(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    page = browse(cast.officer).get(f"/exhibits/{barrel.label}/").content.decode()
    assert "No sample of this seizure is kept" in page
    assert "a sample is kept before destruction (the bill of 2014 as announced)" in page


def test_pages_of_no_stage_no_act_and_no_label_are_404(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    for address in (
        "/stages/nowhere/",
        "/acts/fly/",
        "/exhibits/NX-1/",
        "/acts/weigh/?exhibit=x",
        "/acts/amend/?seizure=none",
        "/stages/stored/?seizure=none",
        "/nowhere/",
    ):
        assert browser.get(address).status_code == 404, address


def test_a_trail_shows_no_machinery(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    part = Part(form="bag", gross_grams=Decimal(24_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale="FLOOR", parts=(part,)))
    bag = Exhibit.objects.get(made_from=barrel)
    send(cast, bag)
    receive(cast, bag)
    page = browse(cast.keeper).get(f"/exhibits/{bag.label}/").content.decode()
    assert "Received" in page
    for name in ("leaf of", "Whole leaf", "Parted", "Samplers"):
        assert name not in page, name
