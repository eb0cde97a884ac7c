"""The board's countdown goes on in the browser, by the server's time, though no worker lives."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from custody.deadlines.models import SweepRun
from custody.kit import clock
from custody.people.models import Officer
from tests.browser.conftest import DESK, PHONE
from tests.cast import Cast, catch

SignIn = Callable[[Officer, dict[str, int]], Page]


def said(words: str) -> re.Pattern[str]:
    """The words with whatever kind of space is between them."""
    return re.compile(words.replace(" ", r"\s"))


@pytest.mark.parametrize("wrong_by", [timedelta(0), timedelta(hours=-7), timedelta(days=400)])
def test_it_runs_into_lateness_by_the_servers_time_whatever_the_phone_says(
    cast: Cast, sign_in: SignIn, wrong_by: timedelta
) -> None:
    catch(cast)
    page = sign_in(cast.officer, PHONE)
    page.clock.install(time=clock.now() + wrong_by)
    page.goto("/")
    face = page.locator(".face").first
    expect(face).to_contain_text(said(r"1 h 5\d min left"))
    for minutes, words in ((60, r"^5\d min left"), (40, r"^only 1\d min left")):
        page.clock.fast_forward(minutes * 60_000)
        expect(face.locator(".face-words")).to_have_text(said(words))
    assert "soon" in (face.get_attribute("class") or "")
    page.clock.fast_forward(25 * 60_000)
    expect(face.locator(".face-words")).to_have_text(said(r"^late by \d min"))
    assert "late" in (face.get_attribute("class") or "")
    assert not SweepRun.objects.exists()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_report_fits_the_screen_and_is_reached_from_the_flags(
    cast: Cast, sign_in: SignIn, size: dict[str, int]
) -> None:
    catch(cast, 3)
    page = sign_in(cast.supervisor, size)
    page.goto("/flags/")
    page.get_by_role("link", name="How fast the fast lane is").click()
    expect(page.get_by_role("heading", name="Fast lane")).to_be_visible()
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= screen
    with page.expect_download() as told:
        page.get_by_role("link", name="As a table").click()
    assert told.value.suggested_filename.startswith("fast-lane-")
