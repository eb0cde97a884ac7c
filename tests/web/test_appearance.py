"""How pages look is a choice kept on the device, read by the server, and taken without any script."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


def test_a_choice_is_kept_and_leads_back_to_the_page(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    assert 'data-theme="device"' in browser.get("/flags/").content.decode()
    answer = browser.post("/appearance/", {"theme": "sun", "next": "/flags/?page=2"})
    assert (answer.status_code, answer["Location"]) == (302, "/flags/?page=2")
    kept = browser.cookies["custody-theme"]
    assert (kept.value, kept["httponly"], kept["samesite"]) == ("sun", True, "Lax")
    page = browser.get("/flags/").content.decode()
    assert 'data-theme="sun"' in page
    assert '<meta name="color-scheme" content="light">' in page
    assert 'value="sun" data-scheme="light" aria-pressed="true"' in page
    browser.post("/appearance/", {"theme": "device", "next": "/"})
    assert 'data-theme="device"' in browser.get("/").content.decode()


def test_it_is_offered_before_signing_in(client: Client) -> None:
    client.post("/appearance/", {"theme": "dark", "next": "/sign-in/"})
    assert 'data-theme="dark"' in client.get("/sign-in/").content.decode()
    assert 'data-theme="dark"' in client.get("/nothing-is-here/").content.decode()


@pytest.mark.parametrize(
    "away", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""]
)
def test_it_leads_nowhere_else(client: Client, away: str) -> None:
    answer = client.post("/appearance/", {"theme": "dark", "next": away})
    assert answer["Location"] == "/"


def test_what_is_no_theme_is_not_kept(client: Client) -> None:
    assert client.post("/appearance/", {"theme": 'x" onload="', "next": "/"}).status_code == 404
    assert client.get("/appearance/").status_code == 405
    client.cookies["custody-theme"] = 'x" onload="'
    assert 'data-theme="device"' in client.get("/sign-in/").content.decode()


def test_another_site_chooses_nothing(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/appearance/", {"theme": "sun", "next": "/"}).status_code == 403
