"""In each language an officer chooses it, signs in and works; the pages speak it, and the browser has nothing to complain of."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from custody.people.models import Officer
from tests.browser.conftest import PHONE
from tests.cast import Cast, catch

#: Addresses, and the heading that each has.
HEADINGS = {
    "/flags/": "Flags",
    "/proposals/": "Waiting",
    "/seizures/": "Seizures",
    "/scan/": "Scan",
    "/help/": "Help",
}
NAMES = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en-gb": "English"}

SignIn = Callable[[Officer, dict[str, int]], Page]


def test_the_pages_speak_the_language_that_the_officer_chose(sign_in: SignIn, cast: Cast) -> None:
    unit = catch(cast)[1][0]
    page = sign_in(cast.officer, PHONE)
    expect(page.get_by_role("link", name="Flags", exact=True)).to_be_visible()
    for language, name in NAMES.items():
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        with translation.override(language):
            for address, heading in HEADINGS.items():
                page.goto(address)
                expect(page.locator("html")).to_have_attribute("lang", language)
                expect(page.get_by_role("heading", level=1)).to_contain_text(_(heading))
            page.goto(f"/exhibits/{unit.label}/")
            expect(page.get_by_role("heading", name=_("State"), exact=True)).to_be_visible()
            page.goto("/acts/intercept/")
            grams = page.locator("[data-grams]").first
            grams.fill("12500,5")
            mark = "." if language == "en-gb" else ","
            expect(page.locator("output.hint").first).to_contain_text(f"12{mark}5005")
