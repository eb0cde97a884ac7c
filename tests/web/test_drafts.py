"""The key to what an officer typed: theirs, on this device, until they sign out; never the next one's, nor for ever."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from custody.people.models import Officer
from custody.web import devices
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(cast: Cast) -> Cast:
    for one in (cast.officer, cast.colleague):
        one.set_password(PASSWORD)
        one.save(update_fields=["password"])
    return cast


def enter(client: Client, officer: Officer) -> Any:
    return client.post("/sign-in/", {"login": officer.badge, "password": PASSWORD})


def key(client: Client) -> str:
    """What a form of the signed-in officer is given to encrypt with."""
    page = client.get("/acts/weigh/").content.decode()
    found = re.search(r'data-draft="([A-Za-z0-9+/=]{44})"', page)
    assert found, page
    return found[1]


def ended_by_itself(client: Client) -> None:
    del client.cookies["custody"]


def test_it_is_one_key_as_long_as_the_session_lasts(everybody: Cast) -> None:
    phone = Client()
    enter(phone, everybody.officer)
    assert key(phone) == key(phone)


def test_who_comes_back_after_the_session_ended_by_itself_opens_what_they_typed(
    everybody: Cast,
) -> None:
    phone = Client()
    enter(phone, everybody.officer)
    first = key(phone)
    ended_by_itself(phone)
    enter(phone, everybody.colleague)
    assert key(phone) != first
    ended_by_itself(phone)
    enter(phone, everybody.officer)
    assert key(phone) == first


def test_after_signing_out_the_key_is_another_one(everybody: Cast) -> None:
    phone = Client()
    enter(phone, everybody.officer)
    first = key(phone)
    phone.post("/sign-out/")
    enter(phone, everybody.officer)
    assert key(phone) != first


def test_on_another_device_the_key_is_another_one(everybody: Cast) -> None:
    phone, desk = Client(), Client()
    for one in (phone, desk):
        enter(one, everybody.officer)
    assert key(phone) != key(desk)


def test_after_a_day_the_key_is_another_one(
    everybody: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Client()
    enter(phone, everybody.officer)
    first = key(phone)
    ended_by_itself(phone)
    now = devices.time.time()
    monkeypatch.setattr(devices.time, "time", lambda: now + 24 * 3600)
    enter(phone, everybody.officer)
    assert key(phone) != first


def test_the_cookie_alone_tells_no_key(everybody: Cast) -> None:
    phone = Client()
    enter(phone, everybody.officer)
    told = key(phone)
    assert told not in phone.cookies["custody-device"].value
    assert phone.cookies["custody-device"]["httponly"]
