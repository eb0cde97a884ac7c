"""From the catch to the ash through pages alone, on phones, each person on their own: what the law asks for included."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from custody.audit import replay
from custody.deadlines.models import Flag
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.browser.conftest import SMALL
from tests.browser.story import Phone, from_catch_to_ash
from tests.cast import Cast

SignIn = Callable[[Officer, dict[str, int]], Page]


def test_a_catch_becomes_ash_through_pages_alone(cast: Cast, sign_in: SignIn) -> None:
    here: dict[str, Page] = {}

    def phone(officer: Officer) -> Phone:
        return Phone(here.setdefault(officer.badge, sign_in(officer, SMALL)))

    barrel = from_catch_to_ash(cast, phone)
    assert Exhibit.objects.get(label=barrel).stage == "incinerated"
    for words in ("Packed", "HS-77", "Incinerated", "1100"):
        expect(here["officer"].get_by_text(words).first).to_be_visible()
    assert not Flag.objects.open().exists()
    replay.compare()
