"""People come, lose their password and leave: by page, by the REST interface, and by command."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from custody.audit import replay
from custody.kit import clock
from custody.ledger.models import Entry
from custody.people.assigning import assign
from custody.people.models import AssignmentKind, Officer
from custody.people.provisioning import provision
from custody.people.rights import Role, RolesApart
from tests.api.callers import Callers
from tests.cast import Cast, catch
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

NEW = {"badge": "K7", "name": "A. Newcomer", "unit": "CUSTOMS/STORE", "roles": ["keeper"]}
OWN = "a password of one's own"


def by_command(callers: Callers, browse: Browser, folder: Path) -> None:
    file = folder / "people.json"
    file.write_text(json.dumps({"officers": [NEW]}))
    call_command("adopt", str(file), stdout=StringIO())


def by_rest(callers: Callers, browse: Browser, folder: Path) -> None:
    key = {"idempotency-key": "a-newcomer-1"}
    first = callers.administrator.post("officers/", NEW, 201, **key)
    assert callers.administrator.post("officers/", NEW, 201, **key) == first
    assert "name" not in first


def by_page(callers: Callers, browse: Browser, folder: Path) -> None:
    browser = browse(callers.cast.administrator)
    assert browser.post("/people/officers/", {"deed": "provision"}).status_code == 422
    answer = browser.post("/people/officers/", {"deed": "provision", **NEW})
    assert answer.status_code == 302
    assert ">K7</a>" in browser.get("/people/officers/").content.decode()


@pytest.mark.parametrize("door", [by_command, by_rest, by_page])
def test_an_officer_is_taken_into_service(
    door, callers: Callers, browse: Browser, tmp_path: Path
) -> None:
    before = Entry.objects.filter(kind="officer.adopted").count()
    door(callers, browse, tmp_path)
    officer = Officer.objects.get(pk="K7")
    assert (officer.unit_id, officer.roles, officer.is_active) == (
        "CUSTOMS/STORE",
        ["keeper"],
        True,
    )
    assert Entry.objects.filter(kind="officer.adopted").count() == before + 1
    assert b"Newcomer" not in b"".join(bytes(one.body) for one in Entry.objects.all())
    replay.compare()


def leave_by_command(callers: Callers, browse: Browser, folder: Path) -> None:
    file = folder / "people.json"
    told = {
        "badge": "keeper",
        "name": "Keeper",
        "unit": "CUSTOMS/STORE",
        "roles": ["keeper"],
        "active": False,
    }
    file.write_text(json.dumps({"officers": [told]}))
    call_command("adopt", str(file), stdout=StringIO())
    call_command("revoke", "keeper", stdout=StringIO())


def leave_by_rest(callers: Callers, browse: Browser, folder: Path) -> None:
    callers.administrator.post("officers/keeper/retire")


def leave_by_page(callers: Callers, browse: Browser, folder: Path) -> None:
    answer = browse(callers.cast.administrator).post(
        "/people/officers/", {"deed": "retire", "badge": "keeper"}
    )
    assert answer.status_code == 302


@pytest.mark.parametrize("door", [leave_by_command, leave_by_rest, leave_by_page])
def test_a_leaver_is_out_from_the_next_request_on(
    door, callers: Callers, browse: Browser, tmp_path: Path
) -> None:
    at_desk = browse(callers.cast.keeper)
    assert at_desk.get("/").status_code == 200
    callers.keeper.get("me")
    door(callers, browse, tmp_path)
    assert not Officer.objects.get(pk="keeper").is_active
    assert at_desk.get("/").status_code == 302
    callers.keeper.get("me", 401)
    replay.compare()


def test_an_administrator_reaches_their_own_agency_and_not_themselves(callers: Callers) -> None:
    ask = callers.administrator.post
    for badge, code in (("driver", "not_your_officer"), ("nobody", "not_your_officer")):
        for deed in ("retire", "password"):
            assert ask(f"officers/{badge}/{deed}", status=404)["code"] == code
    for deed in ("retire", "password"):
        assert ask(f"officers/administrator/{deed}", status=403)["code"] == "not_yourself"
    for change, status, code in (
        ({"badge": "administrator"}, 403, "not_yourself"),
        ({"badge": "driver"}, 403, "other_agency"),
        ({"unit": "HAULIER/ROAD"}, 422, "not_your_unit"),
        ({"roles": ["officer", "auditor"]}, 409, "roles_apart"),
    ):
        found = ask("officers/", NEW | change, status, **{"idempotency-key": f"wrong-{code}"})
        assert found["code"] == code
    assert not Officer.objects.filter(pk="K7").exists()


def first_password(callers: Callers, badge: str = "officer") -> str:
    told = callers.administrator.post(f"officers/{badge}/password")
    return str(told["password"])


def enter(badge: str, password: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": badge, "password": password})
    return client


def test_a_first_password_opens_the_page_that_sets_another_and_nothing_else(
    callers: Callers,
) -> None:
    password = first_password(callers)
    assert len(password) >= 15
    client = enter("officer", password)
    for address in ("/", "/flags/", "/account/second-factor/", "/account/sessions/"):
        assert client.get(address)["Location"] == "/account/password/", address
    refused = client.get("/api/v1/exhibits/")
    assert (refused.status_code, refused.json()["code"]) == (403, "first_password")
    told = {"oldpassword": password, "password1": OWN, "password2": OWN}
    assert client.post("/account/password/", told).status_code == 302
    assert client.get("/").status_code == 200
    assert enter("officer", password).get("/").status_code == 302
    assert enter("officer", OWN).get("/").status_code == 200


def test_a_first_password_waits_three_days(callers: Callers) -> None:
    password = first_password(callers)
    Officer.objects.filter(pk="officer").update(password_until=clock.now() - timedelta(seconds=1))
    client = enter("officer", password)
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_who_gave_a_first_password_is_on_record_and_the_password_is_not(callers: Callers) -> None:
    password = first_password(callers)
    given = Entry.objects.get(kind="officer.password_given")
    assert given.actor == "administrator"
    assert b'"badge":"officer"' in bytes(given.body)
    assert password.encode() not in bytes(given.body)
    replay.compare()


def test_a_first_password_ends_what_was_open(callers: Callers) -> None:
    callers.officer.get("me")
    first = enter("officer", first_password(callers))
    told = {"oldpassword": "", "password1": OWN, "password2": OWN}
    assert first.post("/account/password/", told).status_code == 200  # the old one is asked for
    callers.officer.get("me", 401)
    first_password(callers)
    assert first.get("/account/password/").status_code == 302


def test_a_first_password_is_shown_on_the_page_once(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.administrator)
    told = {"deed": "password", "badge": "officer"}
    shown = browser.post("/people/officers/", told).content.decode()
    password = re.search(r"<code>([\w-]{15,})</code>", shown)
    assert password
    assert password[1] not in browser.get("/people/officers/").content.decode()
    assert enter("officer", password[1]).get("/")["Location"] == "/account/password/"


def test_the_link_from_a_badge_to_a_person_is_a_right_of_its_own_and_asking_is_an_event(
    callers: Callers, browse: Browser
) -> None:
    why = {"reason": "A court asks"}
    for badge in ("officer", "supervisor", "auditor", "administrator"):
        getattr(callers, badge).post("officers/colleague/identify", why, 403)
    assert not Entry.objects.filter(kind="officer.identified").exists()
    found = callers.protector.post("officers/colleague/identify", why)
    assert found == {"badge": "colleague", "name": "Colleague"}
    callers.protector.post("officers/driver/identify", why, 404)
    page = browse(callers.cast.protector).post(
        "/people/officers/", {"deed": "identify", "badge": "colleague", **why}
    )
    assert "colleague is Colleague" in page.content.decode()
    assert Entry.objects.filter(kind="officer.identified", actor="protector").count() == 2
    assert b"court asks" not in b"".join(bytes(one.body) for one in Entry.objects.all())
    call_command("verify_ledger", stdout=StringIO())
    Officer.objects.filter(pk="colleague").update(name_commitment="erased")
    refused = callers.protector.post("officers/colleague/identify", why, 409)
    assert refused["code"] == "name_erased"


@pytest.mark.parametrize("badge", ["officer", "supervisor", "auditor", "prosecutor"])
def test_names_are_on_no_page_and_in_no_answer(
    callers: Callers, browse: Browser, badge: str
) -> None:
    Officer.objects.filter(pk="colleague").update(roles=["officer"])
    assert browse(callers.cast.officers[badge]).get("/people/officers/").status_code == 403
    told = getattr(callers, badge).ask("GET", "officers/").content.decode()
    assert "Colleague" not in told


#: What each kind of assignment needs: as the file and REST say it, and as the page does.
ASSIGNED = {
    "case": ({}, {}),
    "duty": ({"unit": "CUSTOMS/STORE"}, {"unit": "CUSTOMS/STORE"}),
    "delegation": (
        {"stands_for": "supervisor", "roles": ["supervisor"]},
        {"stands_for": "supervisor"},
    ),
}


@pytest.mark.parametrize("kind", ASSIGNED)
def test_every_assignment_has_three_doors(
    callers: Callers, browse: Browser, tmp_path: Path, kind: str
) -> None:
    seizure, _ = catch(callers.cast)
    by_data, by_form = ASSIGNED[kind]
    until = clock.now() + timedelta(days=2)
    told = {"kind": kind, "officer": "second_supervisor", "until": clock.to_text(until)}
    case = {"case": str(seizure.id)} if kind == "case" else {}
    file = tmp_path / "roster.json"
    entry = told | by_data | case | {"since": clock.to_text(clock.now())}
    file.write_text(json.dumps({"assignments": [entry]}))
    call_command("adopt", str(file), stdout=StringIO())
    reference = {"seizure": seizure.reference} if kind == "case" else {}
    callers.supervisor.post(
        "assignments/", told | by_data | reference, 201, **{"idempotency-key": f"assign-{kind}"}
    )
    page = {"kind": kind, "officer": "second_supervisor", "days": "2"} | by_form
    page |= {"case": seizure.reference} if kind == "case" else {}
    assert browse(callers.cast.supervisor).post("/people/", page).status_code == 302
    listed = callers.supervisor.get(f"assignments/?kind={kind}")["results"]
    assert [one["officer"] for one in listed] == ["second_supervisor"] * 3
    replay.compare()


def test_nobody_comes_by_two_ways_to_roles_that_nobody_holds_at_once(cast: Cast) -> None:
    driver = provision(
        cast.administrator, **{**NEW, "unit": "CUSTOMS/QUAY", "roles": [Role.DRIVER]}
    )

    def stands_for(one: Officer, role: Role, begins: timedelta) -> None:
        assign(
            cast.supervisor,
            kind=AssignmentKind.DELEGATION,
            officer=driver,
            since=clock.now() + begins,
            until=clock.now() + begins + timedelta(hours=8),
            stands_for=one,
            roles=[role],
        )

    stands_for(cast.officer, Role.OFFICER, timedelta(0))
    with pytest.raises(RolesApart):
        stands_for(cast.second_supervisor, Role.SUPERVISOR, timedelta(hours=7))
    with pytest.raises(RolesApart):
        provision(cast.administrator, **{**NEW, "unit": "CUSTOMS/QUAY", "roles": [Role.SUPERVISOR]})
    stands_for(cast.second_supervisor, Role.SUPERVISOR, timedelta(hours=9))
