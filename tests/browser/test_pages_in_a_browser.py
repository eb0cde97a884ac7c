"""What an officer does on the quay, in a real browser, on a phone and at a desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from custody.handling.hand_over import HandOver
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.browser.conftest import DESK, PHONE, SMALL
from tests.cast import Cast, catch, propose

SignIn = Callable[[Officer, dict[str, int]], Page]
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
#: WCAG 2.2 asks for 24 CSS pixels; gloves ask for more.
TOUCH = 40


def fits(page: Page) -> None:
    """Assert that nothing sticks out of the screen, and that what is to be touched is large enough."""
    page.wait_for_load_state()
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= screen, page.url
    small = page.evaluate(
        """least => [...document.querySelectorAll("main button, main .button, main input, main select")]
            .filter(one => one.offsetParent && !one.matches(".unseen") && !["hidden", "radio", "checkbox"].includes(one.type))
            .filter(one => one.getBoundingClientRect().height < least).map(one => one.outerHTML)""",
        TOUCH,
    )
    assert small == [], page.url
    broken = page.evaluate(
        """() => [...document.querySelectorAll("main :is(a, b, span).label")].filter(one => {
            const range = document.createRange();
            range.selectNodeContents(one);
            return new Set([...range.getClientRects()].map(rect => Math.round(rect.top))).size > 1;
        }).map(one => one.textContent)"""
    )
    assert broken == [], page.url


@SIZES
def test_a_catch_is_recorded_and_its_clock_runs_on_the_board(
    cast: Cast, sign_in: SignIn, size: dict[str, int]
) -> None:
    page = sign_in(cast.officer, size)
    fits(page)
    page.get_by_role("link", name="Intercept").first.click()
    fits(page)
    page.get_by_label("Customs report number").fill("PV-1")
    page.get_by_label("Location (UN/LOCODE)").fill("beanr")
    page.get_by_label("Substance").fill("cocaine")
    page.get_by_text("Fast", exact=True).click()
    page.get_by_label("Scale").select_option("FLOOR")
    rows = page.get_by_label("Form", exact=True)
    before = rows.count()
    page.get_by_role("button", name="Add").click()
    expect(rows).to_have_count(before + 1)
    for number in range(2):
        rows.nth(number).select_option("barrel")
        page.get_by_label("Gross, in grams").nth(number).fill("25 000")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()
    fits(page)
    assert Exhibit.objects.count() == 2
    page.goto("/")
    face = page.get_by_text("left", exact=False).first
    expect(face).to_contain_text(re.compile(r"1\sh\s5\d\smin left"))
    fits(page)


@SIZES
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    cast: Cast, sign_in: SignIn, size: dict[str, int]
) -> None:
    _, (barrel,) = catch(cast)
    page = sign_in(cast.officer, size)
    page.goto(f"/acts/weigh/?exhibit={barrel.label}")
    page.get_by_label("Scale").select_option("FLOOR")
    page.get_by_label("Gross, in grams").fill("25001")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("it would show 25000 g or 25050 g").first).to_be_visible()
    expect(page.get_by_label("Gross, in grams")).to_have_value("25001")
    fits(page)


@SIZES
def test_a_driver_takes_over_on_a_phone_of_their_own(
    cast: Cast, sign_in: SignIn, size: dict[str, int]
) -> None:
    _, (barrel,) = catch(cast)
    page = sign_in(cast.officer, size)
    page.goto(f"/acts/dispatch/?exhibit={barrel.label}")
    page.get_by_label("Driver").select_option("driver")
    page.get_by_label("Vehicle").select_option("VAN-A")
    page.get_by_label("Destination").select_option("VAULT-A")
    page.get_by_role("button", name=re.compile("Record|Propose")).click()
    expect(page.get_by_text("Not recorded yet").first).to_be_visible()
    driver = sign_in(cast.driver, PHONE)
    driver.get_by_role("link", name="Waiting").first.click()
    driver.get_by_text("Dispatch").first.click()
    driver.get_by_label("Here, as listed").check()
    fits(driver)
    driver.get_by_role("button", name="Take over").click()
    expect(driver.get_by_text("1 unit is yours now.")).to_be_visible()
    barrel.refresh_from_db()
    assert barrel.stage == "in_transit"
    driver.goto(f"/exhibits/{barrel.label}/")
    expect(driver.get_by_role("heading", name=barrel.label)).to_be_visible()
    fits(driver)


def test_a_record_button_pressed_twice_records_once(cast: Cast, sign_in: SignIn) -> None:
    _, (barrel,) = catch(cast)
    page = sign_in(cast.officer, PHONE)
    page.goto(f"/acts/weigh/?exhibit={barrel.label}")
    page.get_by_label("Scale").select_option("FLOOR")
    page.get_by_label("Gross, in grams").fill("25000")
    page.get_by_role("button", name="Record").dblclick()
    expect(page.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()
    barrel.refresh_from_db()
    assert barrel.version == 2


def test_on_the_smallest_phone_what_the_bar_has_no_room_for_is_at_the_foot(
    cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.supervisor, SMALL)
    for name in ("Sessions", "Policies", "Help"):
        page.get_by_role("link", name=name, exact=True).tap()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        fits(page)


def test_who_withdraws_without_a_reason_stands_before_what_is_lacking(
    cast: Cast, sign_in: SignIn
) -> None:
    _, (barrel,) = catch(cast)
    waits = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    page = sign_in(cast.officer, SMALL)
    page.goto(f"/proposals/{waits}/")
    page.get_by_text("Withdraw it").tap()
    page.get_by_role("button", name="Withdraw, with this reason").tap()
    expect(page.get_by_text("Say why: it goes on record.")).to_be_in_viewport(ratio=1)
