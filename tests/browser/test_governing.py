"""An administrator changes the law by a file, and gives a clock its holidays: seen first, then adopted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from custody.deadlines.models import Policy
from custody.kit import clock
from custody.law.models import Profile
from custody.people.models import Officer
from tests.browser.conftest import DESK, SMALL
from tests.cast import Cast, catch

SignIn = Callable[[Officer, dict[str, int]], Page]


def test_the_law_is_read_taken_as_a_file_and_changed_by_it(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.administrator, SMALL)
    page.goto("/law/belgium/1/")
    expect(page.get_by_text("art. 28novies: the prosecutor's written")).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("link", name="This profile as a file").click()
    told = json.loads(waited.value.path().read_text())
    (law,) = told["profiles"]
    law["effective_at"] = clock.to_text(clock.now() + timedelta(days=2))
    law["deeds"]["incinerate"]["order"]["by"] = ["pirates"]

    def bring() -> None:
        content = json.dumps(told).encode()
        file = {"name": "law.json", "mimeType": "application/json", "buffer": content}
        page.get_by_label("The file").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Show what it would change").click()

    page.get_by_role("link", name="Adopt its next version from a file").click()
    bring()
    expect(page.get_by_role("alert")).to_contain_text("profiles[0].deeds.incinerate.order.by")
    law["deeds"]["incinerate"]["order"] |= {"by": ["prosecution"], "valid_days": 30}
    bring()
    expect(page.get_by_text("Deeds · Incinerate · Order · Valid days")).to_be_visible()
    assert Profile.objects.count() == 1
    page.get_by_role("button", name="Adopt this 1 entry").click()
    expect(page.get_by_role("status").first).to_contain_text("adopted")
    page.goto("/law/belgium/2/")
    expect(page.get_by_text("It is 30 days old at most.")).to_be_visible()


def test_holidays_are_tried_by_one_and_adopted_by_another(cast: Cast, sign_in: SignIn) -> None:
    catch(cast)
    page = sign_in(cast.supervisor, DESK)
    page.goto("/policies/")
    page.get_by_role("link", name="A new calendar").click()
    later = clock.now() + timedelta(days=2)
    page.get_by_label("In force from").fill(later.strftime("%Y-%m-%dT12:00"))
    for name in ("In store: fast", "In store: standard"):
        page.get_by_label(name).check()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        page.get_by_label(day).fill("08:00-17:00")
    page.get_by_label("Days on which it stays shut").fill("2026-12-25\n2027-01-01")
    page.get_by_role("button", name="Try it on the record").click()
    expect(page.get_by_text("What it would have made of the record")).to_be_visible()
    address = page.url
    page = sign_in(cast.administrator, SMALL)
    page.goto(address)
    page.get_by_role("button", name="Adopt, to hold from").click()
    expect(page.get_by_text("Monday\N{EN DASH}Friday 08:00-17:00").first).to_be_visible()
    clocks = Policy.objects.latest("effective_at").content["clocks"]
    assert [one["calendar"]["closed_on"] for one in clocks if "calendar" in one] == [
        ["2026-12-25", "2027-01-01"]
    ] * 2
