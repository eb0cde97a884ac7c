"""Who can write needs a second factor; recovery codes and sessions are in the officer's own hands."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from custody.law.models import DestructionOrder
from custody.notices.models import Webhook
from custody.people.models import Assignment, Officer
from tests.burning.paper import crew
from tests.cast import OFFICERS, PASSWORD, Cast, catch, let_sign_in
from tests.web.proving import code, enter, enter_long_ago, grow_stale, prove, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_force(settings) -> None:
    settings.SECOND_FACTOR = "required"


@pytest.fixture
def officer(cast: Cast) -> Officer:
    let_sign_in(cast)
    return cast.officer


NOBODY = "0" * 8 + "-0000-4000-8000-" + "0" * 12
READERS = {"statistician"}
ORDER = {
    "number": "NB-7",
    "reasons": "Nothing left to prove",
    "key": "an-order-of-one",
}


@pytest.mark.parametrize("badge", sorted(OFFICERS))
def test_whoever_can_write_or_disclose_sees_nothing_without_one(cast: Cast, badge: str) -> None:
    client = Client()
    client.force_login(cast.officers[badge])
    for address in (
        "/",
        "/exhibits/NX-00000000-0/",
        "/acts/weigh/",
        "/api/v1/exhibits/",
        "/reads/",
    ):
        answer = client.get(address)
        if badge in READERS:
            assert answer.status_code in {200, 403, 404}, address
            assert b"second_factor_missing" not in answer.content
        elif address.startswith("/api/"):
            assert answer.status_code == 403
            assert answer.json()["code"] == "second_factor_missing"
        else:
            assert answer["Location"] == "/account/second-factor/", address


def test_with_an_app_the_password_alone_opens_nothing(officer: Officer) -> None:
    client = enter(officer)
    assert client.get("/")["Location"] == "/account/second-factor/"
    assert client.get("/account/second-factor/").status_code == 200
    secret = set_up(client)
    assert client.get("/").status_code == 200
    fresh = enter(officer)
    assert fresh.get("/").status_code == 302
    wrong = fresh.post("/account/second-factor/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert fresh.get("/").status_code == 302
    Authenticator.objects.get(type="totp")
    cache.clear()  # the code was used a moment ago to set it up
    right = fresh.post("/account/second-factor/authenticate/", {"code": code(secret)})
    assert right.status_code == 302
    assert fresh.get("/").status_code == 200


def test_a_code_is_good_once(officer: Officer) -> None:
    secret = set_up(enter(officer))
    fresh = enter(officer)
    cache.clear()  # the code was used a moment ago to set it up
    used = code(secret)
    fresh.post("/account/second-factor/authenticate/", {"code": used})
    assert fresh.get("/").status_code == 200
    again = enter(officer)
    again.post("/account/second-factor/authenticate/", {"code": used})
    assert again.get("/").status_code == 302


def test_secrets_are_not_in_the_database(officer: Officer) -> None:
    secret = set_up(enter(officer))
    row = Authenticator.objects.get(type="totp")
    assert secret not in str(row.data)


def test_a_recovery_code_opens_once(officer: Officer) -> None:
    client = enter(officer)
    set_up(client)
    client.post("/account/second-factor/recovery-codes/generate/")
    page = client.get("/account/second-factor/recovery-codes/").content.decode()
    row = Authenticator.objects.get(type="recovery_codes")
    codes = row.wrap().get_unused_codes()
    assert len(codes) == 10
    assert page
    for expected in (200, 302):
        fresh = enter(officer)
        fresh.post("/account/second-factor/authenticate/", {"code": codes[0]})
        assert fresh.get("/").status_code == expected


def test_a_session_is_ended_from_another_one(officer: Officer, settings) -> None:
    settings.SECOND_FACTOR = "off"
    phone, desk = enter(officer), enter(officer)
    assert desk.get("/account/sessions/").content.decode().count("127.0.0.1") == 2
    assert phone.get("/").status_code == 200
    desk.post("/account/sessions/")
    assert phone.get("/").status_code == 302
    assert desk.get("/").status_code == 200


def test_what_cannot_be_taken_back_takes_a_fresh_proof(cast: Cast, officer: Officer) -> None:
    _, (barrel,) = catch(cast)
    client = enter(cast.prosecutor)
    set_up(client)
    address = f"/acts/give_order/?exhibit={barrel.label}"
    assert client.get(address).status_code == 200
    grow_stale(client)
    for answer in (client.get(address), client.post(address, {})):
        assert "/reauthenticate/" in answer["Location"]
    prove(client)
    assert client.get(address).status_code == 200
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/adopt/", {"shown": "0", "text": "{}"}),
        ("/permits/", {}),
        ("/crews/", {}),
        ("/crews/QUAY-1/", {"deed": "end"}),
        ("/crews/QUAY-1/", {"deed": "change"}),
        ("/policies/new/", {}),
        ("/policies/clock/", {}),
        ("/policies/calendar/", {}),
    ],
)
def test_what_governs_takes_a_fresh_proof(
    cast: Cast, officer: Officer, address: str, told: dict[str, str]
) -> None:
    crew("QUAY-1", unit="CUSTOMS/QUAY")
    cast.administrator.set_password(PASSWORD)
    cast.administrator.save(update_fields=["password"])
    client = enter(cast.administrator)
    set_up(client)
    assert client.post(address, told).status_code in {409, 412, 422}
    grow_stale(client)
    assert "/reauthenticate/" in client.post(address, told)["Location"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/people/", {"kind": "duty"}),
        ("/people/", {"end": NOBODY}),
        ("/webhooks/", {}),
        (f"/webhooks/{NOBODY}/", {"do": "rotate"}),
        (f"/webhooks/{NOBODY}/", {"do": "disable"}),
    ],
)
def test_who_sees_more_and_which_systems_are_told_takes_a_fresh_proof(
    cast: Cast, officer: Officer, address: str, told: dict[str, str]
) -> None:
    client = enter(cast.supervisor)
    set_up(client)
    assert client.post(address, told).status_code in {404, 422}
    grow_stale(client)
    assert "/reauthenticate/" in client.post(address, told)["Location"]


def test_what_was_assigned_before_the_proof_is_assigned_after_it(
    cast: Cast, officer: Officer
) -> None:
    client = enter_long_ago(cast.supervisor)
    told = {"kind": "duty", "officer": "keeper", "unit": "CUSTOMS/STORE", "days": "1"}
    assert "/reauthenticate/" in client.post("/people/", told)["Location"]
    assert not Assignment.objects.exists()
    assert client.get("/people/").status_code == 200
    answer = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/people/"})
    assert answer["Location"] == "/people/"
    assert "Assigned, by an event." in client.get("/people/").content.decode()
    assert Assignment.objects.get().officer == cast.keeper


def test_the_secret_of_a_webhook_is_shown_after_the_proof(cast: Cast, officer: Officer) -> None:
    client = enter_long_ago(cast.supervisor)
    told = {"url": "http://127.0.0.1:9/", "officer": "auditor"}
    assert "/reauthenticate/" in client.post("/webhooks/", told)["Location"]
    assert not Webhook.objects.exists()
    answer = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/webhooks/"})
    assert answer.status_code == 201
    assert "whsec_" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Webhook.objects.get().is_active


def test_there_is_no_way_to_sign_up_or_to_reset_by_mail(client: Client) -> None:
    for address in ("/account/signup/", "/account/password/reset/", "/account/email/"):
        assert client.get(address).status_code == 404
    assert client.get("/account/by/signup/").status_code in {302, 404}


def test_who_lost_everything_starts_again_with_the_password(officer: Officer) -> None:
    client = enter(officer)
    set_up(client)
    call_command("reset_second_factor", officer.badge, stdout=StringIO())
    assert client.get("/").status_code == 302
    assert enter(officer).get("/")["Location"] == "/account/second-factor/"


def test_what_a_script_sent_before_the_proof_leads_to_its_receipt_after_it(
    cast: Cast, officer: Officer
) -> None:
    seizure, _ = catch(cast)
    client, told = enter_long_ago(cast.prosecutor), {**ORDER, "seizure": seizure.reference}
    asked = client.post("/acts/give_order/", told, headers={"X-Sent-By": "script"})
    assert "/reauthenticate/" in asked["Location"]
    assert not DestructionOrder.objects.exists()
    # the page of the proof is no script's: what it leads to is shown
    answer = client.post(
        "/account/reauthenticate/", {"password": PASSWORD, "next": "/acts/give_order/"}
    )
    assert DestructionOrder.objects.exists()
    assert answer.status_code == 302
    assert answer["Location"].startswith("/receipts/")


def test_a_proof_given_to_read_a_form_does_not_send_what_was_left_unproved_before(
    cast: Cast, officer: Officer
) -> None:
    seizure, _ = catch(cast)
    client, told = enter_long_ago(cast.prosecutor), {**ORDER, "seizure": seizure.reference}
    client.post("/acts/give_order/", told)
    # they thought better of it, and open the form again later
    assert "/reauthenticate/" in client.get("/acts/give_order/")["Location"]
    answer = client.post(
        "/account/reauthenticate/", {"password": PASSWORD, "next": "/acts/give_order/"}
    )
    assert answer["Location"] == "/acts/give_order/"
    assert not DestructionOrder.objects.exists()
