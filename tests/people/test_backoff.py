"""Guessing is slow; a stranger cannot lock an officer out."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from custody.people import backoff
from custody.people.backoff import TooManyFailures, forget_failures, note_failure, require_patience
from custody.people.models import Officer
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db

HERE, THERE = "192.0.2.1", "198.51.100.7"


def fail(times: int, badge: str = "officer", address: str = HERE, *, own: bool = False) -> None:
    for _ in range(times):
        note_failure(badge, address, own_device=own)


def wait(badge: str = "officer", address: str = HERE, *, own: bool = False) -> int:
    try:
        require_patience(badge, address, own_device=own)
    except TooManyFailures as error:
        return int(str(error.params["seconds"]))
    return 0


def test_each_failure_past_the_free_ones_doubles_the_wait() -> None:
    waits = []
    for _ in range(16):
        fail(1)
        waits.append(wait())
    assert waits[:3] == [0, 0, 0]
    assert waits[3:8] == [1, 2, 4, 8, 16]
    assert max(waits) == waits[-1] == 300


def test_whoever_fails_at_one_place_slows_nobody_at_another() -> None:
    fail(12)
    assert wait() > 0
    assert wait(address=THERE) == 0
    assert wait(own=True) == 0
    assert wait("colleague") == 0


def test_an_address_that_tries_many_badges_is_slowed_for_all() -> None:
    for number in range(40):
        fail(1, f"badge-{number}")
    assert wait("somebody-else") > 0
    assert wait("somebody-else", own=True) == 0


def test_signing_in_forgets() -> None:
    fail(8)
    forget_failures("officer", HERE, own_device=False)
    assert wait() == 0


def test_badges_and_addresses_are_kept_as_hashes() -> None:
    fail(3)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(custody_sign_in_failure::text, ' ') FROM custody_sign_in_failure"
        )
        text = cursor.fetchone()[0]
    assert "officer" not in text
    assert HERE not in text


@pytest.fixture
def officer(cast: Cast) -> Officer:
    cast.officer.set_password(PASSWORD)
    cast.officer.save(update_fields=["password"])
    return cast.officer


def sign_in(client: Client, password: str, badge: str = "officer", address: str = HERE):
    return client.post("/sign-in/", {"login": badge, "password": password}, REMOTE_ADDR=address)


def test_a_guesser_is_told_to_wait_and_the_officer_enters(officer: Officer) -> None:
    own, stranger = Client(), Client()
    assert sign_in(own, PASSWORD).status_code == 302
    own.post("/sign-out/")
    answers = [sign_in(stranger, f"guess {n}").status_code for n in range(7)]
    assert answers[:4] == [200] * 4
    refused = sign_in(stranger, PASSWORD)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) >= 1
    # at the same address, by the device that is known, and from elsewhere
    assert sign_in(own, PASSWORD).status_code == 302
    assert sign_in(Client(), PASSWORD, address=THERE).status_code == 302


def test_an_unknown_badge_is_slowed_and_answered_like_a_known_one(officer: Officer) -> None:
    known, unknown = Client(), Client()
    for number in range(7):
        first = sign_in(known, f"guess {number}")
        second = sign_in(unknown, f"guess {number}", "nobody", THERE)
        assert first.status_code == second.status_code
        if first.status_code == 200:
            assert first.context["form"].errors == second.context["form"].errors


def test_a_cookie_of_ones_own_making_makes_no_device_known(officer: Officer) -> None:
    stranger = Client()
    for value in ("officer", "officer:1:x", "", "officer:1wXYZa:AAAA"):
        stranger.cookies["custody-device"] = value
        for number in range(6):
            answer = sign_in(stranger, f"guess {number}")
    assert answer.status_code == 429


def test_free_failures_do_not_lock_a_shared_office_out() -> None:
    assert backoff.FREE_AT_ADDRESS > 5 * backoff.FREE
