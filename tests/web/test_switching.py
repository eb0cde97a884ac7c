"""A shared phone passes from hand to hand: one session ends for good, and the next badge is one tap away."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from custody.handling.hand_over import HandOver
from custody.people.models import Officer
from custody.web.devices import badges_of
from tests.cast import PASSWORD, Cast, catch, propose

pytestmark = pytest.mark.django_db

SIX = ("officer", "colleague", "keeper", "second_keeper", "driver", "supervisor")


@pytest.fixture
def everybody(cast: Cast) -> Cast:
    for badge in SIX:
        cast.officers[badge].set_password(PASSWORD)
        cast.officers[badge].save(update_fields=["password"])
    return cast


def enter(client: Client, officer: Officer, **more: str) -> Any:
    return client.post("/sign-in/", {"login": officer.badge, "password": PASSWORD, **more})


def test_switching_ends_the_session_and_the_next_one_comes_back_to_the_page(
    everybody: Cast,
) -> None:
    client = Client()
    enter(client, everybody.officer)
    old = client.session.session_key
    assert 'name="next" value="/proposals/"' in client.get("/proposals/").content.decode()
    answer = client.post("/sign-out/", {"next": "/proposals/"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/sign-in/?next=/proposals/"
    assert not Session.objects.filter(session_key=old).exists()
    assert enter(client, everybody.colleague, next="/proposals/")["Location"] == "/proposals/"
    assert "<b>colleague</b>" in client.get("/proposals/").content.decode()


def test_nobody_switches_to_another_site(everybody: Cast) -> None:
    client = Client()
    enter(client, everybody.officer)
    answer = client.post("/sign-out/", {"next": "https://example.org/"})
    assert answer["Location"] == "/sign-in/"


def test_the_last_five_badges_of_this_device_are_offered_and_no_others(everybody: Cast) -> None:
    phone, other = Client(), Client()
    for badge in SIX:
        enter(phone, everybody.officers[badge])
        phone.post("/sign-out/")
    text = phone.get("/sign-in/").content.decode()
    assert [badge for badge in SIX if f'data-badge="{badge}"' in text] == list(SIX[1:])
    assert "data-badge" not in other.get("/sign-in/").content.decode()
    forged = Client()
    forged.cookies["custody-device"] = "officer:x:y"
    assert "data-badge" not in forged.get("/sign-in/").content.decode()


def test_of_more_than_five_badges_the_first_is_a_stranger_again(everybody: Cast) -> None:
    phone = Client()
    for badge in SIX:
        enter(phone, everybody.officers[badge])
        phone.post("/sign-out/")
    request = RequestFactory().get("/")
    request.COOKIES["custody-device"] = phone.cookies["custody-device"].value
    assert badges_of(request) == list(reversed(SIX[1:]))


def test_a_tap_on_a_badge_fills_it_in_without_any_script(everybody: Cast) -> None:
    client = Client()
    enter(client, everybody.officer)
    client.post("/sign-out/")
    assert 'value="officer"' in client.get("/sign-in/?badge=officer").content.decode()
    assert 'value="keeper"' not in client.get("/sign-in/?badge=keeper").content.decode()


def test_a_badge_is_taken_off_the_list(everybody: Cast) -> None:
    client = Client()
    for badge in ("officer", "keeper"):
        enter(client, everybody.officers[badge])
        client.post("/sign-out/")
    assert client.get("/sign-in/forget/").status_code == 405
    assert client.post("/sign-in/forget/", {"badge": "officer"})["Location"] == "/sign-in/"
    text = client.get("/sign-in/").content.decode()
    assert 'data-badge="keeper"' in text
    assert 'data-badge="officer"' not in text


def test_what_one_was_not_told_yet_is_not_told_to_the_next(everybody: Cast) -> None:
    _, (barrel, other) = catch(everybody, 2)
    client = Client()
    for unit, same in ((barrel, True), (other, False)):
        waits = propose(everybody.officer, HandOver(exhibits=(unit.label,), taker="keeper"))
        enter(client, everybody.keeper)
        told = {"answer": "refuse", "reason": "It is not for me"}
        assert client.post(f"/proposals/{waits}/", told).status_code == 302
        if not same:
            client.post("/sign-out/")
            enter(client, everybody.driver)
        assert ("Refused; your reason" in client.get("/help/").content.decode()) is same
