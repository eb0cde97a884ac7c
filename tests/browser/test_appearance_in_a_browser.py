"""Themes, paper, progress and the first run, as a browser shows them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from custody.people.models import Officer
from tests.browser.conftest import DESK, PHONE
from tests.cast import Cast, catch

SignIn = Callable[[Officer, dict[str, int]], Page]
_GROUND = "getComputedStyle(document.body).backgroundColor"


def test_bright_sun_is_two_taps_away_and_takes_nothing_from_a_form(
    cast: Cast, sign_in: SignIn
) -> None:
    _, (barrel,) = catch(cast)
    page = sign_in(cast.officer, PHONE)
    page.emulate_media(color_scheme="dark")
    page.goto(f"/acts/weigh/?exhibit={barrel.label}")
    page.get_by_label("Gross, in grams").fill("25 000")
    assert page.evaluate(_GROUND) == "rgb(14, 20, 25)"
    page.locator(".looks summary").tap()
    page.get_by_role("button", name="Bright sun").tap()
    expect(page.locator("html")).to_have_attribute("data-theme", "sun")
    assert page.evaluate(_GROUND) == "rgb(255, 255, 255)"
    expect(page.get_by_label("Gross, in grams")).to_have_value("25 000")
    page.goto("/")
    assert page.evaluate(_GROUND) == "rgb(255, 255, 255)"


def test_it_is_chosen_without_a_script_too(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.officer, DESK)
    page.route("**/*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto("/flags/")
    page.locator(".looks summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/flags/")


@pytest.mark.parametrize("theme", ["dark", "sun"])
def test_on_paper_it_is_black_on_white_with_what_for_whom_and_as_of_when(
    cast: Cast, sign_in: SignIn, theme: str
) -> None:
    seizure, (barrel, _) = catch(cast, 2, seals=["HS-1", "HS-2"])
    page = sign_in(cast.officer, DESK)
    page.context.add_cookies([{"name": "custody-theme", "value": theme, "url": page.url}])
    for path, words in (
        ("/", ("Board", seizure.reference)),
        (f"/exhibits/{barrel.label}/", (barrel.label, "Intercepted", "HS-", "seq ")),
        (f"/seizures/{seizure.reference}/", (seizure.reference, barrel.label)),
    ):
        page.goto(path)
        page.emulate_media(media="print")
        expect(page.locator(".printed")).to_contain_text("for officer, CUSTOMS/QUAY")
        expect(page.locator(".printed")).to_contain_text("the record up to event")
        for hidden in (".top", ".ways", "button", ".legal", ".looks"):
            assert page.locator(hidden).locator("visible=true").count() == 0, hidden
        assert page.evaluate(_GROUND) == "rgb(255, 255, 255)"
        text = page.inner_text("main")
        for word in words:
            assert word in text, word
        page.emulate_media(media="screen")


def test_a_button_says_that_it_works(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.supervisor, PHONE)
    page.goto("/plans/")
    # the browser stays where it is, as it does while an answer is long in coming
    page.evaluate("addEventListener('submit', event => event.preventDefault())")
    button = page.locator("form[data-once] button.main")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_be_disabled()
    expect(page.get_by_role("status").filter(has_text="Working")).to_be_visible()
