"""Two administrators adopt at once what only one of them may have: the second is told, and takes nothing over."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client

from custody.adopting import files
from custody.burning.managing import manage_crew, manage_permit
from custody.burning.models import Crew, Permit
from custody.deadlines.errors import PolicyAdoptedMeanwhile
from custody.deadlines.models import Policy
from custody.deadlines.services import adopt_policy
from custody.kit import clock
from custody.ledger.adoption import OnRecordAlready
from custody.ledger.events import SYSTEM
from custody.people.assigning import OtherAgency
from custody.people.models import Officer
from custody.people.provisioning import OfAnotherAgency, provision
from custody.people.rights import Role
from custody.places.models import Place, PlaceKind
from custody.places.services import adopt_place
from tests.burning.paper import ALWAYS, chief_of_the_plant, told
from tests.cast import Cast
from tests.races.threads import refusals, together, wait_to_be_wanted

pytestmark = pytest.mark.usefixtures("the_record_is_whole")

CREW = {"size": 1, "hours": ALWAYS, "valid_from": "2026-01-01", "valid_until": None}


@pytest.fixture
def chief(committed_cast: Cast) -> Officer:
    return chief_of_the_plant()


def while_it_lasts(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """What both gave or met: the second begins while the first is done and not committed."""
    done = Event()

    def begun() -> Any:
        with transaction.atomic():
            found = first()
            done.set()
            wait_to_be_wanted()
            return found

    def joined() -> Any:
        done.wait()
        return second()

    return together(begun, joined)


def test_a_crew_that_two_agencies_put_down_at_once_is_of_the_first(
    committed_cast: Cast, chief: Officer
) -> None:
    ours = {"unit": "CUSTOMS/QUAY", **CREW}
    theirs = {"unit": "KILN/NORTH", **CREW}
    results = while_it_lasts(
        lambda: manage_crew(committed_cast.administrator, code="DAWN-1", told=ours),
        lambda: manage_crew(chief, code="DAWN-1", told=theirs),
    )
    assert refusals(results) == {OfAnotherAgency}
    row = Crew.objects.get()
    assert (row.unit_id, row.version) == ("CUSTOMS/QUAY", 1)


def test_a_permit_that_two_agencies_put_down_at_once_is_of_the_first(
    committed_cast: Cast, chief: Officer
) -> None:
    adopt_place(code="PLANT-Q", kind=PlaceKind.PLANT, unit="CUSTOMS/QUAY", actor=SYSTEM)
    results = while_it_lasts(
        lambda: manage_permit(
            committed_cast.administrator, code="OVAM-1", told=told(plant="PLANT-Q")
        ),
        lambda: manage_permit(chief, code="OVAM-1", told=told()),
    )
    assert refusals(results) == {OfAnotherAgency}
    row = Permit.objects.get()
    assert (row.plant_id, row.version) == ("PLANT-Q", 1)


def test_an_officer_whom_two_agencies_enrol_at_once_is_of_the_first(
    committed_cast: Cast, chief: Officer
) -> None:
    told: dict[str, Any] = {"badge": "new-1", "name": "N. N."}
    ours = {**told, "unit": "CUSTOMS/QUAY", "roles": [Role.OFFICER]}
    theirs = {**told, "unit": "KILN/NORTH", "roles": [Role.OPERATOR]}
    results = while_it_lasts(
        lambda: provision(committed_cast.administrator, **ours), lambda: provision(chief, **theirs)
    )
    assert refusals(results) == {OtherAgency}
    assert Officer.objects.get(pk="new-1").unit_id == "CUSTOMS/QUAY"


def test_a_form_of_something_new_that_is_sent_twice_at_once_puts_it_down_once(
    committed_cast: Cast,
) -> None:
    ours = {"unit": "CUSTOMS/QUAY", **CREW}

    def sent() -> Crew:
        return manage_crew(committed_cast.administrator, code="DAWN-1", told=ours, shown="")

    assert refusals(while_it_lasts(sent, sent)) == {OnRecordAlready}
    assert Crew.objects.get().version == 1


def test_of_two_changes_of_one_policy_at_once_the_second_is_told(committed_cast: Cast) -> None:
    base = Policy.objects.get()

    def changed(days: int) -> Callable[[], Policy]:
        content = deepcopy(base.content)
        content["effective_at"] = clock.to_text(clock.now() + timedelta(days=days))
        actor = committed_cast.administrator.person
        return lambda: adopt_policy(content, actor, base=base.key)

    results = while_it_lasts(changed(2), changed(3))
    assert refusals(results) == {PolicyAdoptedMeanwhile}
    assert Policy.objects.count() == 2


def test_of_a_file_and_a_form_that_wait_for_each_other_one_is_asked_to_come_again(
    committed_cast: Cast,
) -> None:
    chief = committed_cast.administrator
    for code in ("VAN-P", "VAN-Q"):
        adopt_place(code=code, kind=PlaceKind.VEHICLE, unit="CUSTOMS/QUAY", actor=SYSTEM)
    entries = {
        "vehicle_capacities": [
            {"place": code, "capacity_grams": "1200000"} for code in ("VAN-P", "VAN-Q")
        ]
    }
    begun = Event()

    def by_file() -> str:
        """Has the ledger from its first entry on, and wants what the form has for its second."""
        try:
            with transaction.atomic():
                for _ in files._adopt(entries, chief):
                    if not begun.is_set():
                        begun.set()
                        wait_to_be_wanted()
        except OperationalError:
            return "given up"
        return "adopted"

    def by_form() -> int:
        begun.wait()
        browser = Client()
        browser.force_login(chief)
        head = Place.objects.get(pk="VAN-Q").head
        told = {"unit": "CUSTOMS/STORE", "shown": f"{head} "}
        return browser.post("/places/VAN-Q/", told).status_code

    assert together(by_file, by_form) in (["adopted", 409], ["given up", 302])
