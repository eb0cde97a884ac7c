"""Who sees what: one row an address, for somebody it concerns and for two whom it does not."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from custody.api import routes
from custody.handling.hold import PlaceHold
from custody.ledger.models import Entry
from custody.planning.services import ask
from custody.sampling.plans import Method
from custody.sampling.services import adopt_plan
from tests.api.callers import Caller, Callers
from tests.api.test_conventions import flagged
from tests.cast import catch, do
from tests.deadlines.scenes import send
from tests.neutralising.runs import as_rows

pytestmark = pytest.mark.django_db

#: Address → whether it is public ("open"), the same for all who sign in ("all"), or narrowed to what
#: concerns one: a list ("list"), one thing ("one"), a deed on one thing ("deed"), acts ("acts"), or for the
#: holders of a right alone ("right": tests/api/test_routes_by_role.py).
TABLE = {
    "index": "open",
    "openapi": "open",
    "docs": "open",
    "problems": "open",
    "problem": "open",
    "nothing": "open",
    "me": "all",
    "places": "all",
    "scales": "all",
    "protocols": "all",
    "units": "all",
    "officers": "all",
    "profiles": "all",
    "profile": "all",
    "retire": "right",
    "password": "right",
    "identify": "right",
    "acts": "all",
    # Its acts are judged one by one: tests/api/test_batches.py.
    "batches": "acts",
    # Nothing is signed here: tests/api/test_receipts.py.
    "receipt": "signed",
    "assignments": "all",
    "purposes": "all",
    "statistics": "right",
    "picture": "right",
    "picture-table": "right",
    "fast-lane": "right",
    "fast-lane-table": "right",
    "mass-drift": "right",
    "mass-drift-table": "right",
    "export": "right",
    "imports": "right",
    "reads": "right",
    "read-alerts": "right",
    "end-assignment": "right",
    "webhooks": "right",
    "webhook": "right",
    "rotate-secret": "right",
    "disable-webhook": "right",
    "deliveries": "right",
    "replay": "right",
    "replay-delivery": "right",
    "review": "right",
    "exhibit-bundle": "right",
    "seizure-bundle": "right",
    # Who may see a file is judged in tests/attachments.
    "attachments": "right",
    "attachment": "file",
    "original": "file",
    # Whose plan it is: tests/planning/test_plans_are_asked_for.py.
    "plans": "right",
    "plan": "right",
    "stop-plan": "right",
    "accept-plan": "right",
    # Who sees plants, crews and sessions: tests/api/test_sessions.py.
    "permits": "right",
    "crews": "right",
    "sessions": "right",
    "session": "right",
    "certificate": "right",
    "seizures": "list",
    "exhibits": "list",
    "events": "list",
    "flags": "list",
    "proposals": "list",
    "sampling-plans": "list",
    # Who is told of a count, and when: tests/inventories/test_blind.py and test_doors.py.
    "inventories": "right",
    "inventory": "right",
    "inventory-sample": "right",
    "inventory-findings": "right",
    "search-list": "right",
    "reagent-lots": "list",
    "runs": "list",
    "run": "one",
    "seizure": "one",
    "exhibit": "one",
    "trail": "one",
    "gate": "one",
    "epcis": "one",
    "seizure-epcis": "one",
    "mass-account": "one",
    "event": "one",
    "flag": "one",
    "proposal": "one",
    "sampling-plan": "one",
    "sampling-claim": "one",
    "acknowledge": "deed",
    "confirm": "deed",
    "accept": "deed",
    "refuse": "deed",
}
#: Addresses about one webhook.
WEBHOOK = (
    "webhook",
    "rotate-secret",
    "disable-webhook",
    "deliveries",
    "replay",
    "replay-delivery",
)
#: Addresses about one inventory; the world holds none.
COUNTS = ("inventory", "inventory-sample", "inventory-findings", "search-list")
ADDRESSES = [one for one in routes.urlpatterns if isinstance(one, URLPattern)]


class World:
    """A barrel with a flag and a proposal, and the address of each thing about it."""

    def __init__(self, callers: Callers) -> None:
        seizure, (barrel,) = catch(callers.cast)
        flag = flagged(callers.cast, barrel)
        told = {
            "exhibits": [barrel.label],
            "driver": "driver",
            "vehicle": "VAN-A",
            "destination": "VAULT-A",
        }
        proposal = callers.officer.act("dispatch", told, 202)["proposal"]
        event = Entry.objects.get(kind="exhibit.intercepted").event_id
        plan = adopt_plan(
            callers.cast.officer,
            seizure=seizure,
            labels=None,
            method=Method.HYPERGEOMETRIC,
            share=Decimal("0.9"),
            confidence=Decimal("0.95"),
        )
        proposed = str(ask(callers.cast.supervisor, days=1, seconds=1).id)
        self.label = barrel.label
        self.things = {
            "problem": "not_legal_now",
            "seizure": seizure.reference,
            "exhibit": barrel.label,
            "trail": barrel.label,
            "gate": barrel.label,
            "profile": "belgium",
            "epcis": barrel.label,
            "seizure-epcis": seizure.reference,
            "mass-account": seizure.reference,
            "exhibit-bundle": barrel.label,
            "seizure-bundle": seizure.reference,
            "event": str(event),
            "receipt": str(event),
            "flag": flag,
            "proposal": proposal,
            "sampling-plan": plan.code,
            "sampling-claim": plan.code,
            "run": str(as_rows(callers.cast, barrel).id),
            **dict.fromkeys(("plan", "stop-plan", "accept-plan"), proposed),
            "acknowledge": flag,
            "confirm": proposal,
            "accept": proposal,
            "refuse": proposal,
            "review": flag,
            "session": flag,
            "certificate": flag,
            "end-assignment": flag,
            "retire": "colleague",
            "password": "colleague",
            "identify": "colleague",
            **dict.fromkeys(COUNTS, str(plan.code)),
            "attachment": "0" * 64,
            "original": "0" * 64,
            **dict.fromkeys(("picture", "picture-table"), "stock"),
            **dict.fromkeys((*WEBHOOK, "delivery"), flag),
        }

    def path(self, name: str) -> str:
        """The address of this name, with the thing in it."""
        pattern = next(str(one.pattern) for one in ADDRESSES if one.name == name)
        start, _, rest = pattern.partition("<")
        found = start + (self.things[name] + rest.partition(">")[2] if rest else "")
        found = found.replace("<str:version>", "1")
        return found.replace("<str:delivery_id>", self.things.get("delivery", ""))


@pytest.fixture
def world(callers: Callers) -> World:
    return World(callers)


def test_every_address_has_a_row() -> None:
    names = {str(one.name) for one in ADDRESSES}
    assert {name for name in names if not name.startswith("act-")} == TABLE.keys()


STRANGERS = ("outsider", "far_supervisor", "second_driver", "analyst", "operator")


@pytest.mark.parametrize("name", [name for name, kind in TABLE.items() if kind == "list"])
def test_lists_hold_what_concerns_one(callers: Callers, world: World, name: str) -> None:
    assert callers.officer.get(world.path(name))["results"]
    for stranger in STRANGERS:
        found = getattr(callers, stranger).get(world.path(name))["results"]
        kinds = {one.get("subject", {}).get("type") for one in found}
        assert not kinds - {
            "agency",
            "unit",
            "officer",
            "place",
            "scale",
            "policy",
            "profile",
            "protocol",
            "ledger",
        }
        assert stranger == "far_supervisor" or not found


@pytest.mark.parametrize("name", [name for name, kind in TABLE.items() if kind == "one"])
def test_one_thing_is_there_for_whom_it_concerns(callers: Callers, world: World, name: str) -> None:
    callers.officer.get(world.path(name))
    for stranger in STRANGERS:
        getattr(callers, stranger).get(world.path(name), 404)


@pytest.mark.parametrize("name", [name for name, kind in TABLE.items() if kind == "deed"])
def test_deeds_on_what_one_does_not_see_find_nothing(
    callers: Callers, world: World, name: str
) -> None:
    told = None if name == "confirm" else {"reason": "?"}
    before = Entry.objects.count()
    for stranger in STRANGERS:
        getattr(callers, stranger).post(world.path(name), told, 404)
    assert Entry.objects.count() == before


def test_filters_do_not_lead_around_it(callers: Callers, world: World) -> None:
    for query in (
        "exhibits/?stage=intercepted",
        f"exhibits/?seizure={world.things['seizure']}",
        "seizures/?location=BEANR",
        f"flags/?exhibit={world.label}",
        "proposals/?waiting=me",
        "proposals/?state=open",
    ):
        assert callers.outsider.get(query)["results"] == []


ACTS: dict[str, Any] = {
    "report": {"what": "other", "details": "?"},
    "weigh": {"scale": "FLOOR", "gross_grams": "1"},
    "break_seal": {"number": "HS-1", "reason": "?"},
    "sample": {
        "scale": "FINE",
        "samples": [{"form": "sample", "gross_grams": "2", "tare_grams": "1"}],
    },
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_a_foreign_label_is_answered_as_on_one_that_nobody_has(
    callers: Callers, world: World, act: str
) -> None:
    nobodys = "NX-00000000-" + _check("NX00000000")
    answers = [
        callers.outsider.act(act, {"exhibit": label, **ACTS[act]}, 404)
        for label in (world.label, nobodys)
    ]
    assert answers[0] == {
        **answers[1],
        "detail": answers[1]["detail"].replace(nobodys, world.label),
    }


def _check(text: str) -> str:
    from custody.seizures.labels import check_character

    return check_character(text)


def test_who_was_refused_a_proposal_by_name_sees_no_exhibit(callers: Callers, world: World) -> None:
    callers.driver.get(world.path("proposal"))
    callers.driver.get(world.path("exhibit"), 404)
    callers.driver.get(world.path("trail"), 404)


def test_names_of_officers_are_told_to_nobody(callers: Callers, world: World) -> None:
    for who in ("officer", "supervisor", "auditor", "far_supervisor"):
        texts = [
            text
            for one in getattr(callers, who).get("events/?limit=500")["results"]
            for text in one["texts"].values()
        ]
        assert not set(texts) & {"Officer", "Driver", "Keeper"}


@pytest.mark.parametrize("name", list(TABLE))
def test_without_a_token_only_what_is_public_opens(
    callers: Callers, world: World, name: str
) -> None:
    if name == "nothing":
        return
    method = "POST" if TABLE[name] == "deed" else "GET"
    response = Caller(None, Client()).ask(method, world.path(name))
    assert response.status_code == (200 if TABLE[name] == "open" else 401), name


def test_without_a_token_no_act_is_done(callers: Callers) -> None:
    for one in callers.officer.get("acts/")["results"]:
        assert Caller(None).ask("POST", one["href"], {}).status_code == 401


def test_a_driver_learns_nothing_of_barrels_that_others_carry(callers: Callers) -> None:
    cast = callers.cast
    _, (carried, kept) = catch(cast, 2)
    send(cast, carried)
    do(cast.prosecutor, PlaceHold(exhibits=(kept.label,), reason="An informant named it."))
    do(cast.prosecutor, PlaceHold(exhibits=(carried.label,), reason="Counter-expertise."))
    told = json.dumps(callers.driver.get("events/"))
    assert "Counter-expertise." in told
    assert "informant" not in told
    assert kept.label not in told
    assert str(kept.pk) not in told
    assert "informant" in json.dumps(callers.officer.get("events/"))


def test_an_administrator_adopts_and_sees_no_custody(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    for path in ("seizures/", "exhibits/", "events/", "flags/", "proposals/"):
        assert callers.administrator.get(path)["results"] == [], path
    callers.administrator.get(f"exhibits/{barrel.label}", 404)
