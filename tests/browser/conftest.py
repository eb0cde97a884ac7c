"""A real browser on the server of ``make run``."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from config.settings import PASSWORD_HASHERS
from custody.people.models import Officer
from tests.cast import PASSWORD, Cast, let_sign_in
from tests.races.children import Web, child, until

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PHONE = {"width": 390, "height": 844}
#: The smallest that anybody is to work on.
SMALL = {"width": 360, "height": 740}
DESK = {"width": 1366, "height": 900}
#: In milliseconds. What does not come at all comes no sooner for a shorter wait.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The browser's driver keeps an event loop in this thread; the database is asked between its turns.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def cast(committed_cast: Cast, settings: Any) -> Cast:
    """Everybody, committed, with passwords that the server can read: the tests' own hashes are quicker."""
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    let_sign_in(committed_cast)
    return committed_cast


@pytest.fixture
def child_environment(child_environment: dict[str, str], album: Path) -> dict[str, str]:
    """The server keeps photographs where the test does, and the test where the server does."""
    return child_environment | {"CUSTODY_DATA": str(album.parent)}


@pytest.fixture
def web(child_environment: dict[str, str]) -> Iterator[Web]:
    server = Web(child_environment, "")
    with child(*server.command, environment=child_environment):
        until(server.alive, "the server is up")
        yield server


@pytest.fixture
def home(web: Web) -> str:
    """The address at which browsers ask."""
    return f"http://127.0.0.1:{web.port}"


#: What a browser said of a page that no page may make it say.
Complaints = list[str]


def _is_fault(told: ConsoleMessage) -> bool:
    """Whether the browser complains of the page, and not merely tells a refusal's status: of a form, or of a code."""
    refused = re.search(r"the server responded with a status of (403|409|412|422)", told.text) or (
        "the server responded with a status of 404" in told.text
        and "/scan/?" in told.location["url"]
    )
    return told.type == "error" and not refused


@pytest.fixture
def sign_in(browser: Browser, home: str) -> Iterator[Callable[[Officer, dict[str, int]], Page]]:
    """Signs somebody in on a screen of a size; no page may break its own rules or ask elsewhere for anything."""
    complaints: Complaints = []
    contexts: list[BrowserContext] = []

    def enter(officer: Officer, size: dict[str, int]) -> Page:
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            base_url=home,
            is_mobile=size in (PHONE, SMALL),
            has_touch=size in (PHONE, SMALL),
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda told: _is_fault(told) and complaints.append(told.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            # what the page itself made is shown from a blob of its own
            lambda one: (
                one.url.removeprefix("blob:").startswith(home)
                or complaints.append(f"asked for {one.url}")
            ),
        )
        page.goto("/sign-in/")
        page.get_by_label("Badge").fill(officer.badge)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []
