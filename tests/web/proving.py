"""Browsers whose officers prove who they are: by a password, by a code, afresh, or too long ago."""

from __future__ import annotations

import re

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from custody.people.models import Officer
from tests.cast import PASSWORD


def enter(officer: Officer) -> Client:
    client = Client()
    assert (
        client.post("/sign-in/", {"login": officer.badge, "password": PASSWORD}).status_code == 302
    )
    return client


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def prove(client: Client) -> None:
    """Give a fresh proof, as the library asks for."""
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


def set_up(client: Client) -> str:
    """Set up an authenticator app by its page; the secret."""
    prove(client)
    page = client.get("/account/second-factor/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page)
    assert secret, page
    answer = client.post("/account/second-factor/totp/activate/", {"code": code(secret[1])})
    assert answer.status_code == 302, answer.content
    return secret[1]


def grow_stale(client: Client) -> None:
    """Let the last proof be ten minutes old."""
    session = client.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - 600} for one in session["account_authentication_methods"]
    ]
    session.save()


def proved(officer: Officer) -> Client:
    """A browser whose officer signed in with a password and set up an app a moment ago."""
    officer.set_password(PASSWORD)
    officer.save(update_fields=["password"])
    client = enter(officer)
    set_up(client)
    return client
