"""The network goes in the middle of a form: nothing is lost, nothing doubled, and what is not known is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.browser.conftest import PATIENCE, SMALL
from tests.cast import PASSWORD, Cast, catch

KEPT = "Object.entries(localStorage).map(String).join()"
RESTORED = "What you had filled in is here again"
UNKNOWN = "Not known whether it arrived."


@pytest.fixture
def phone(browser: Browser, home: str) -> Iterator[BrowserContext]:
    """A phone, whose browser may complain of a lost network as loudly as it likes."""
    context = browser.new_context(
        viewport=SMALL,  # type: ignore[arg-type]
        base_url=home,
        is_mobile=True,
        has_touch=True,
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def barrel(cast: Cast) -> Exhibit:
    _, (found,) = catch(cast)
    return found


def enter(page: Page, officer: Officer) -> None:
    """Sign in where the page asks for it."""
    page.get_by_label("Badge").fill(officer.badge)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()


def opened(phone: BrowserContext, cast: Cast, barrel: Exhibit) -> Page:
    """The form of a reading in a tab of its own."""
    page = phone.new_page()
    page.goto(f"/acts/weigh/?exhibit={barrel.label}")
    if "/sign-in/" in page.url:
        enter(page, cast.officer)
    expect(page.get_by_label("Scale")).to_have_value("FLOOR")
    # what listens to fingers is loaded last
    page.wait_for_load_state()
    return page


def filled_in(phone: BrowserContext, cast: Cast, barrel: Exhibit) -> Page:
    """A reading on the screen, not sent."""
    page = opened(phone, cast, barrel)
    page.get_by_label("Gross, in grams").fill("25 000")
    return page


def readings() -> int:
    return Entry.objects.filter(kind="exhibit.weighed").count()


def record(page: Page) -> None:
    page.get_by_role("button", name="Record", exact=True).last.tap()


def receipt(page: Page) -> None:
    expect(page.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()


def test_without_a_network_it_waits_openly_and_is_sent_when_there_is_one(
    cast: Cast, phone: BrowserContext, barrel: Exhibit
) -> None:
    page = filled_in(phone, cast, barrel)
    phone.set_offline(True)
    record(page)
    expect(page.get_by_text(UNKNOWN)).to_be_visible()
    expect(page.get_by_role("heading", name="Recorded", exact=True)).to_have_count(0)
    assert readings() == 0
    phone.set_offline(False)
    receipt(page)
    assert readings() == 1
    # in place of the form: back leads to before it
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_an_answer_that_is_lost_after_it_was_recorded_records_nothing_twice(
    cast: Cast, phone: BrowserContext, barrel: Exhibit
) -> None:
    page = filled_in(phone, cast, barrel)

    def recorded_and_lost(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/acts/weigh/**", recorded_and_lost)
    record(page)
    expect(page.get_by_text(UNKNOWN)).to_be_visible()
    assert readings() == 1
    # neither a reload nor another tab forgets the key under which it was sent
    page.on("dialog", lambda one: one.accept())
    page.reload()
    expect(page.get_by_text(RESTORED)).to_be_visible()
    expect(page.get_by_label("Gross, in grams")).to_have_value("25 000")
    page.unroute("**/acts/weigh/**")
    record(page)
    receipt(page)
    assert readings() == 1


def test_a_form_is_mended_while_it_waits(
    cast: Cast, phone: BrowserContext, barrel: Exhibit
) -> None:
    page = filled_in(phone, cast, barrel)
    phone.set_offline(True)
    record(page)
    page.get_by_role("button", name="Stop, and change the form").tap()
    page.get_by_label("Gross, in grams").fill("24 950")
    phone.set_offline(False)
    record(page)
    receipt(page)
    assert readings() == 1
    barrel.refresh_from_db()
    assert barrel.gross_grams == 24_950


def draft(page: Page) -> str:
    """What the browser keeps, once it keeps something."""
    page.locator("form[data-typed]").wait_for()
    while not (kept := page.evaluate(KEPT)):
        page.wait_for_timeout(50)
    return str(kept)


def test_a_draft_outlives_its_tab_and_nobody_else_reads_it(
    cast: Cast, phone: BrowserContext, barrel: Exhibit
) -> None:
    page = filled_in(phone, cast, barrel)
    kept = draft(page)
    for told in ("25 000", "25000", "FLOOR", "officer", barrel.label):
        assert told not in kept
    page.close()
    page = phone.new_page()
    page.goto(f"/acts/weigh/?exhibit={barrel.label}")
    expect(page.get_by_label("Gross, in grams")).to_have_value("25 000")
    # a colleague on the same phone, after the session ended by itself
    phone.clear_cookies(name="custody")
    page.goto(f"/acts/weigh/?exhibit={barrel.label}")
    enter(page, cast.colleague)
    expect(page.get_by_label("Gross, in grams")).to_have_value("")
    expect(page.get_by_text(RESTORED)).to_have_count(0)
    # who typed it has it again
    phone.clear_cookies(name="custody")
    page.goto(f"/acts/weigh/?exhibit={barrel.label}")
    enter(page, cast.officer)
    expect(page.get_by_text(RESTORED)).to_be_visible()
    expect(page.get_by_label("Gross, in grams")).to_have_value("25 000")


def test_switching_asks_before_a_form_is_lost_and_leaves_nothing(
    cast: Cast, phone: BrowserContext, barrel: Exhibit
) -> None:
    page = filled_in(phone, cast, barrel)
    draft(page)
    asked: list[str] = []

    def no(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.once("dialog", no)
    page.get_by_role("button", name="Switch").tap()
    assert "not sent yet" in asked[0]
    expect(page.get_by_label("Gross, in grams")).to_have_value("25 000")
    page.once("dialog", lambda one: one.accept())
    page.get_by_role("button", name="Switch").tap()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate("localStorage.length") == 0
    # the badge is one tap, what is left is the password
    page.get_by_role("link", name="officer").tap()
    expect(page.get_by_label("Badge")).to_have_value("officer")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Gross, in grams")).to_have_value("")


def test_a_session_that_ended_meanwhile_leads_back_to_the_filled_form(
    cast: Cast, phone: BrowserContext, barrel: Exhibit
) -> None:
    page = filled_in(phone, cast, barrel)
    phone.clear_cookies(name="custody")
    record(page)
    page.wait_for_url("**/sign-in/**")
    enter(page, cast.officer)
    expect(page.get_by_text("your session ended")).to_be_visible()
    expect(page.get_by_label("Gross, in grams")).to_have_value("25 000")
    assert readings() == 0
    record(page)
    receipt(page)
    assert readings() == 1


def test_the_second_of_two_tabs_is_told_what_the_first_one_did(
    cast: Cast, phone: BrowserContext, barrel: Exhibit
) -> None:
    first, second = (opened(phone, cast, barrel) for _ in range(2))
    first.get_by_label("Gross, in grams").fill("25 000")
    record(first)
    receipt(first)
    second.get_by_label("Gross, in grams").fill("24 950")
    record(second)
    expect(second.get_by_text("something happened since you opened this form")).to_be_visible()
    expect(second.get_by_text("Weighed, officer (CUSTOMS/QUAY)")).to_be_visible()
    expect(second.get_by_label("Gross, in grams")).to_have_value("24 950")
    assert readings() == 1
    record(second)
    receipt(second)
    assert readings() == 2


def test_a_clock_that_is_off_says_so_before_anything_is_recorded(
    cast: Cast, phone: BrowserContext, barrel: Exhibit
) -> None:
    page = filled_in(phone, cast, barrel)
    expect(page.locator("[data-device-clock]")).to_be_hidden()
    phone.add_init_script(
        "{ const now = Date.now; Date.now = () => now() + 7 * 60000;"
        " const Real = Date; window.Date = class extends Real {"
        " constructor(...told) { super(...(told.length ? told : [Real.now()])); } }; }"
    )
    page = filled_in(phone, cast, barrel)
    expect(page.get_by_text("This device's clock is 7 min ahead")).to_be_visible()
    record(page)
    receipt(page)
    expect(page.get_by_text("keeps both")).to_be_visible()
