"""Signing in with badge and password; out by a button; who they are is told on demonstrations alone."""

from __future__ import annotations

import pytest
from django.test import Client

from custody.demo.cast import PASSWORD as DEMONSTRATION_PASSWORD
from custody.people.models import Officer
from custody.web import signing
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast: Cast) -> Officer:
    cast.officer.set_password(PASSWORD)
    cast.officer.save(update_fields=["password"])
    return cast.officer


def sign_in(client: Client, badge: str, password: str, **more: str) -> object:
    return client.post("/sign-in/", {"login": badge, "password": password, **more})


def test_badge_and_password_lead_to_where_one_was_going(client: Client, officer: Officer) -> None:
    answer = sign_in(client, officer.badge, PASSWORD, next="/flags/")
    assert answer["Location"] == "/flags/"
    assert officer.badge in client.get("/").content.decode()
    assert client.get("/sign-in/")["Location"] == "/"


def test_nobody_is_sent_elsewhere(client: Client, officer: Officer) -> None:
    answer = sign_in(client, officer.badge, PASSWORD, next="https://example.org/")
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("badge", "password"),
    [("officer", "wrong"), ("nobody", PASSWORD), ("", ""), ("officer\x00", PASSWORD)],
)
def test_a_wrong_pair_is_told_kindly_and_not_which_part(
    client: Client, officer: Officer, badge: str, password: str
) -> None:
    answer = sign_in(client, badge, password)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "error" in text or "do not fit together" in text
    assert client.get("/").status_code == 302


def test_out_of_service_means_out(client: Client, officer: Officer) -> None:
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    sign_in(client, officer.badge, PASSWORD)
    assert client.get("/").status_code == 302


def test_signing_out_takes_a_button(client: Client, officer: Officer) -> None:
    sign_in(client, officer.badge, PASSWORD)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_logins_are_told_on_a_demonstration_alone(
    client: Client, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DEMONSTRATION_PASSWORD not in client.get("/sign-in/").content.decode()
    monkeypatch.setattr(signing, "purpose", lambda: "demonstration")
    text = client.get("/sign-in/").content.decode()
    assert DEMONSTRATION_PASSWORD in text
    assert officer.badge in text


def test_a_form_without_its_token_is_refused_and_says_so(officer: Officer) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    answer = client.post("/acts/intercept/", {})
    assert answer.status_code == 403
    assert "nothing was recorded" in answer.content.decode()
