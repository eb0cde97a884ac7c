"""A supervisor arranges sessions in a real browser: by mouse, by keys alone, by finger, and beside a second supervisor."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from custody.burning.models import Session
from custody.people.models import Officer
from custody.planning.services import ask_what_if
from custody.seizures.models import Exhibit
from tests.browser.conftest import DESK, PHONE, SMALL
from tests.browser.test_accessibility import violations
from tests.browser.test_pages_in_a_browser import fits
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import HOUR, confirmed, fresh, plan, ready
from tests.cast import Cast

SignIn = Callable[[Officer, dict[str, int]], Page]


@pytest.fixture
def port(cast: Cast, files: Path) -> tuple[Cast, list[Exhibit], list[Session]]:
    """Six barrels that may burn, two sessions that take four each; two barrels are in the first."""
    permit(), crew(), vehicle()
    barrels = ready(cast, 6)
    sessions = [confirmed(cast, 3 * HOUR), confirmed(cast, 8 * HOUR)]
    sessions[0] = plan(cast, sessions[0], barrels[:2])
    return cast, barrels, sessions


Port = tuple[Cast, list[Exhibit], list[Session]]


def card(page: Page, unit: Exhibit) -> Locator:
    return page.locator(f"[data-card='{unit.label}']")


def column(page: Page, number: int) -> Locator:
    return page.locator(f"[data-column='{number}']")


def drag(page: Page, what: Locator, where: Locator) -> None:
    what.scroll_into_view_if_needed()
    held, aim = what.bounding_box(), where.bounding_box()
    assert held
    assert aim
    page.mouse.move(held["x"] + held["width"] / 2, held["y"] + held["height"] / 2)
    page.mouse.down()
    page.mouse.move(aim["x"] + 60, aim["y"] + 30, steps=8)
    page.mouse.up()


def record(page: Page) -> None:
    page.get_by_role("button", name="Record the draft").click()


def test_cards_are_dragged_and_what_does_not_fit_goes_back(port: Port, sign_in: SignIn) -> None:
    cast, barrels, (first, second) = port
    page = sign_in(cast.supervisor, DESK)
    assert violations(page, "/plans/board/") == []
    drag(page, card(page, barrels[2]).locator(".card-mass"), column(page, 2))
    expect(column(page, 2).locator("[data-card]")).to_have_count(1)
    expect(column(page, 2).locator("[data-percent]")).to_have_text("25")
    expect(page.locator("[data-count]")).to_have_text("1")
    # several at once, with the ticks
    for unit in barrels[3:6]:
        card(page, unit).get_by_role("checkbox").check()
    drag(page, card(page, barrels[3]).locator(".card-mass"), column(page, 1))
    expect(page.locator("[data-said]")).to_contain_text("over what its permit allows")
    expect(column(page, 1).locator("[data-card]")).to_have_count(2)
    card(page, barrels[5]).get_by_role("checkbox").uncheck()
    drag(page, card(page, barrels[3]).locator(".card-mass"), column(page, 1))
    expect(column(page, 1).locator("[data-card]")).to_have_count(4)
    expect(page.locator("[data-said]")).to_contain_text("100 % full")
    record(page)
    expect(page.get_by_text("Recorded: 3 units moved")).to_be_visible()
    assert set(fresh(first).units) == {one.id for one in (*barrels[:2], *barrels[3:5])}
    assert fresh(second).units == [barrels[2].id]


def test_keys_alone_do_all_of_it(port: Port, sign_in: SignIn) -> None:
    cast, barrels, (first, second) = port
    page = sign_in(cast.supervisor, DESK)
    page.goto("/plans/board/")
    grip = card(page, barrels[0]).get_by_role("button", name=re.compile("arrow keys"))
    grip.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-said]")).to_contain_text(f"{barrels[0].label} moved to")
    expect(grip).to_be_focused()
    assert column(page, 2).locator("[data-card]").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator("[data-count]")).to_have_text("0")
    expect(column(page, 1).locator("[data-card]")).to_have_count(2)
    # the select on the card says the same, and is what is sent
    chooser = card(page, barrels[2]).get_by_label(re.compile("Move to"))
    chooser.focus()
    chooser.select_option(label=column(page, 2).locator("h2").inner_text())
    expect(column(page, 2).locator("[data-card]")).to_have_count(1)
    expect(chooser).to_be_focused()
    page.get_by_role("button", name="Record the draft").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Recorded: 1 unit moved")).to_be_visible()
    assert fresh(second).units == [barrels[2].id]
    assert set(fresh(first).units) == {one.id for one in barrels[:2]}


#: Moves a card by its select, and tells where the button stood in the frames that were drawn after it.
MOVE_AND_LOOK = """([card, column]) => new Promise((tell) => {
  const select = document.querySelector(`[data-card='${card}'] .card-to select`);
  const button = document.querySelector(".recording .main"), seen = [];
  select.value = column;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  const look = () => {
    seen.push(Math.round(button.getBoundingClientRect().top));
    seen.length < 30 ? requestAnimationFrame(look) : tell(seen);
  };
  look();
})"""


@pytest.mark.parametrize("screen", [DESK, SMALL], ids=["desk", "phone"])
def test_the_button_stands_still_once_a_card_has_moved(
    port: Port, sign_in: SignIn, screen: dict[str, int]
) -> None:
    """Whoever presses it at once presses it: it does not slide away before they let go."""
    cast, barrels, _ = port
    page = sign_in(cast.supervisor, screen)
    for unit in barrels[2:4]:
        page.goto("/plans/board/")
        card(page, unit).scroll_into_view_if_needed()
        assert len(set(page.evaluate(MOVE_AND_LOOK, [unit.label, "2"]))) == 1


def test_of_two_supervisors_the_second_is_told(port: Port, sign_in: SignIn) -> None:
    cast, barrels, (first, second) = port
    one, other = sign_in(cast.supervisor, DESK), sign_in(cast.second_supervisor, DESK)
    for page in (one, other):
        page.goto("/plans/board/")
    card(one, barrels[2]).locator(".card-to select").select_option("1")
    record(one)
    expect(one.get_by_text("Recorded: 1 unit moved")).to_be_visible()
    card(other, barrels[2]).locator(".card-to select").select_option("2")
    card(other, barrels[3]).locator(".card-to select").select_option("2")
    with other.expect_response(lambda answer: answer.status == 409):
        record(other)
    expect(other.get_by_text(f"{barrels[2].label} was moved meanwhile")).to_be_visible()
    expect(column(other, 1).locator(f"[data-card='{barrels[2].label}']")).to_be_visible()
    expect(other.locator("[data-count]")).to_have_text("1")
    record(other)
    expect(other.get_by_text("Recorded: 1 unit moved")).to_be_visible()
    assert fresh(second).units == [barrels[3].id]
    assert barrels[2].id in fresh(first).units


def test_on_a_phone_it_is_a_list_with_headings(port: Port, sign_in: SignIn) -> None:
    cast, barrels, (_, second) = port
    page = sign_in(cast.supervisor, PHONE)
    page.goto("/plans/board/")
    fits(page)
    assert violations(page, "/plans/board/") == []
    tops = [column(page, number).bounding_box() for number in range(3)]
    assert all(tops)
    assert len({box["x"] for box in tops if box}) == 1
    page.get_by_label(f"Choose {barrels[3].label}").check()
    page.get_by_label("Move those ticked to").select_option("2")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(column(page, 2).locator("[data-card]")).to_have_count(1)
    record(page)
    expect(page.get_by_text("Recorded: 1 unit moved")).to_be_visible()
    assert fresh(second).units == [barrels[3].id]


def test_waiting_for_an_answer_is_no_use_of_the_session(port: Port, sign_in: SignIn) -> None:
    cast, _, _ = port
    row = ask_what_if(
        cast.supervisor,
        days=2,
        seconds=1,
        catch_kilograms=100,
        another_crew=False,
        another_plant=False,
    )
    page = sign_in(cast.supervisor, DESK)
    path = f"/plans/what-if/{row.pk}/"
    with page.expect_request(lambda one: path in one.url and one.resource_type == "fetch") as asked:
        page.goto(path)
    assert asked.value.url.endswith(f"{path}?live=")
