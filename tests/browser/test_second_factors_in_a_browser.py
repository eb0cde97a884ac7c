"""Officers set up and use second factors in a real browser, with an authenticator that Chromium plays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from playwright.sync_api import Browser, Locator, Page, expect

from custody.people.models import Officer
from tests.browser.conftest import PHONE
from tests.cast import PASSWORD, Cast
from tests.people.identity_providers import Liar, lying_provider
from tests.races.children import Web
from tests.web.test_second_factor import code

SignIn = Callable[[Officer, dict[str, int]], Page]


@pytest.fixture(scope="module")
def provider() -> Iterator[Liar]:
    with lying_provider() as liar:
        yield liar


@pytest.fixture
def child_environment(
    child_environment: dict[str, str], provider: Liar, tmp_path: Path
) -> dict[str, str]:
    told = {
        "provider_id": "agency",
        "name": "The agency",
        "client_id": "custody",
        "secret": "a secret of the tests",
        "server_url": provider.issuer,
    }
    file = tmp_path / "providers.json"
    file.write_text(json.dumps([told]))
    return child_environment | {
        "CUSTODY_SECOND_FACTOR": "required",
        "CUSTODY_OIDC_FILE": str(file),
    }


@pytest.fixture
def home(web: Web) -> str:
    """Browsers bind a passkey to a name; an address has none."""
    return f"http://localhost:{web.port}"


def authenticator(page: Page, *, verifies: bool = True) -> None:
    """Put a phone's own authenticator into the browser: it holds passkeys, and knows its owner's finger or not."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def prove(page: Page) -> None:
    """Give the password once more, if the page asks for it."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button").last.click()
        page.wait_for_url(lambda url: "/reauthenticate/" not in url)


def add_passkey(page: Page) -> None:
    page.goto("/account/second-factor/webauthn/add/")
    prove(page)
    page.get_by_label("Name").fill("The phone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()


def board(page: Page) -> Locator:
    """What only the signed in see."""
    return page.get_by_role("navigation", name="Main")


def sign_out(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")


def answer(page: Page, told: str) -> None:
    """Type a code where it is asked for after the password."""
    page.wait_for_url("**/second-factor/authenticate/")
    page.get_by_label("Code").fill(told)
    page.get_by_role("button", name="Sign In").first.click()


def test_an_officer_adds_a_passkey_and_signs_in_with_it_alone(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.officer, PHONE)
    page.wait_for_url("**/account/second-factor/")
    authenticator(page)
    add_passkey(page)
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.filter(user="officer", type="webauthn").count() == 1
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(board(page)).to_be_visible()
    expect(page.get_by_role("link", name="officer")).to_be_visible()


def test_a_phone_that_does_not_know_its_owners_finger_opens_nothing(
    cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.officer, PHONE)
    authenticator(page, verifies=False)
    page.on("dialog", lambda one: one.dismiss())
    page.goto("/account/second-factor/webauthn/add/")
    prove(page)
    refused = page.evaluate(
        """async () => {
            const told = JSON.parse(document.getElementById("js_data").textContent);
            return window.webauthnJSON.create(told.creation_options).then(() => "", error => error.name);
        }"""
    )
    assert refused == "NotAllowedError"
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_an_officer_sets_up_an_app_and_a_recovery_code_opens_once(
    cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.officer, PHONE)
    page.goto("/account/second-factor/totp/activate/")
    prove(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/recovery-codes/")
    codes = page.get_by_label("Unused codes").input_value().split()
    assert len(codes) == 10
    page.goto("/account/second-factor/recovery-codes/")
    expect(page.get_by_text(codes[0])).to_have_count(0)
    for times in range(2):
        again = sign_in(cast.officer, PHONE)
        answer(again, codes[0])
        if times:
            expect(board(again)).to_have_count(0)
        else:
            expect(board(again)).to_be_visible()


def test_a_form_leads_to_the_agencys_provider_and_back(
    browser: Browser, cast: Cast, provider: Liar, home: str
) -> None:
    """Browsers hold the redirects of a form against the page's content rules; no HTTP client does."""
    call_command(
        "link_identity",
        *("auditor", "--provider", "agency", "--subject", "s-1"),
        stdout=StringIO(),
    )
    complaints: list[str] = []
    context = browser.new_context(base_url=home)
    page = context.new_page()
    page.on("console", lambda told: told.type == "error" and complaints.append(told.text))
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in by The agency").click()
    expect(board(page)).to_be_visible()
    expect(page.get_by_role("link", name="auditor")).to_be_visible()
    context.close()
    assert complaints == []
