"""The common acts take three taps at most from landing on the unit by its label to the receipt.

A tap is a finger on the glass, counted by the browser. Typing a mass is none, and neither is a scan. What was chosen
the last time (a scale, a shelf, a driver) is chosen again by the form, so that each act is done once before it is counted.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.browser.conftest import SMALL
from tests.cast import Cast, catch
from tests.deadlines.scenes import receive, send
from tests.handling.burning import carry, keep_samples, order, photograph

SignIn = Callable[[Officer, dict[str, int]], Page]

MOST = 3
RECEIPT = "main h1"
COUNT = "addEventListener('pointerdown', (event) => event.isTrusted && tapped(), true)"


class Finger:
    """An officer's finger on their phone, which counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0
        page.expose_function("tapped", self._count)
        page.add_init_script(COUNT)

    def _count(self) -> None:
        self.taps += 1

    def scan(self, label: str) -> None:
        """The code on a label is an address; counting begins where it leads."""
        self.page.goto(f"/i/{label}")
        expect(self.page.get_by_role("heading", name=label)).to_be_visible()
        self.taps = 0

    def act(self, name: str) -> None:
        self.page.locator(".acts a.act").filter(has_text=name).first.tap()
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()

    def choose(self, label: str, value: str) -> None:
        self.page.get_by_label(label).first.select_option(value)

    def type(self, grams: str) -> None:
        field = self.page.get_by_label("Gross, in grams").first
        field.focus()
        field.press_sequentially(grams)

    def send(self) -> None:
        self.page.locator(".send button").tap()
        expect(self.page.locator(RECEIPT)).to_contain_text("Recorded")

    def propose(self) -> None:
        self.page.locator(".send button").tap()
        expect(self.page.get_by_text("Not recorded yet").first).to_be_visible()


@pytest.fixture
def finger(sign_in: SignIn) -> Callable[[Officer], Finger]:
    return lambda officer: Finger(sign_in(officer, SMALL))


Fingers = Callable[[Officer], Finger]


def test_an_officer_weighs_checks_a_seal_dispatches_and_hands_over(
    cast: Cast, finger: Fingers
) -> None:
    _, units = catch(cast, 6, seals=[f"HS-{number}" for number in range(6)])
    one = finger(cast.officer)
    taps: dict[str, int] = {}

    def weigh(unit: Exhibit, *, first: bool) -> None:
        one.act("Weigh")
        if first:
            one.choose("Scale", "FLOOR")
        one.type("25000")
        one.send()

    def check_seal(_: Exhibit, *, first: bool) -> None:
        one.act("Check seal")
        one.page.get_by_text("Intact", exact=True).tap()
        one.send()

    def dispatch(_: Exhibit, *, first: bool) -> None:
        one.act("Dispatch")
        if first:
            for name, value in (
                ("Driver", "driver"),
                ("Vehicle", "VAN-A"),
                ("Destination", "VAULT-A"),
            ):
                one.choose(name, value)
        one.propose()

    def hand_over(_: Exhibit, *, first: bool) -> None:
        one.act("Hand over")
        if first:
            one.choose("Who takes them", "colleague")
        one.propose()

    for does, pair in (
        (weigh, units[:2]),
        (check_seal, units[:2]),
        (dispatch, units[2:4]),
        (hand_over, units[4:6]),
    ):
        for first, unit in zip((True, False), pair, strict=True):
            one.scan(unit.label)
            does(unit, first=first)
        taps[does.__name__] = one.taps
    assert taps == {"weigh": 2, "check_seal": 3, "dispatch": 2, "hand_over": 2}
    assert max(taps.values()) <= MOST


def test_a_keeper_receives_and_stores(cast: Cast, finger: Fingers) -> None:
    _, units = catch(cast, 4)
    send(cast, *units)
    receive(cast, *units[:3])
    one = finger(cast.keeper)
    one.scan(units[3].label)
    one.act("Receive")
    one.propose()
    assert one.taps == 2
    one.scan(units[0].label)
    one.act("Store")
    one.choose("Store", "VAULT-A")
    one.send()
    one.scan(units[1].label)
    one.act("Store")
    one.send()
    assert one.taps == 2


def test_a_unit_and_a_shelf_scanned_are_stored(cast: Cast, finger: Fingers) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    receive(cast, unit)
    one = finger(cast.keeper)
    one.page.goto("/scan/")
    one.taps = 0
    for code in (f"http://127.0.0.1/i/{unit.label}", "http://127.0.0.1/p/VAULT-B"):
        one.page.keyboard.type(code)
        one.page.keyboard.press("Enter")
        one.page.wait_for_url(f"**{code.rpartition('/')[2]}**")
    one.act("Store")
    one.send()
    assert one.taps == 2
    unit.refresh_from_db()
    assert (unit.stage, unit.place_id) == ("stored", "VAULT-B")


def test_an_operator_stages_and_loads(cast: Cast, finger: Fingers) -> None:
    seizure, units = catch(cast, 3)
    keep_samples(cast, units[2].label)
    order(cast, seizure)
    both = [unit.label for unit in units[:2]]
    photograph(cast.officer, *both)
    carry(cast, both, "PLANT-A", cast.operator)
    one = finger(cast.operator)
    taps = {}
    for first, label in zip((True, False), both, strict=True):
        one.scan(label)
        one.act("Stage")
        if first:
            one.choose("Scale", "FLOOR")
        one.type("25000")
        one.send()
    taps["stage"] = one.taps
    for first, label in zip((True, False), both, strict=True):
        one.scan(label)
        one.act("Load")
        if first:
            one.page.get_by_label("Kiln").fill("K1")
        one.send()
    taps["load"] = one.taps
    assert taps == {"stage": 2, "load": 2}
