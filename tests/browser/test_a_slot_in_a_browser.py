"""A slot from its booking to the first scan on the smallest phones: nobody types the id of a session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from playwright.sync_api import Page, expect

from custody.burning.models import Session
from custody.kit import clock
from custody.people.models import Officer
from tests.browser.conftest import SMALL
from tests.browser.test_pages_in_a_browser import fits
from tests.burning.paper import permit
from tests.burning.scenes import ready
from tests.cast import Cast

SignIn = Callable[[Officer, dict[str, int]], Page]


def wall(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(settings.DISPLAY_TIME_ZONE)):%Y-%m-%dT%H:%M}"


def send(page: Page) -> None:
    fits(page)
    page.locator(".send button").tap()
    expect(page.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()


def test_a_slot_is_booked_confirmed_planned_and_scanned_by_its_name(
    cast: Cast, sign_in: SignIn
) -> None:
    permit()
    (barrel,) = ready(cast)
    operator = sign_in(cast.operator, SMALL)
    operator.goto("/plant/")
    operator.get_by_role("link", name="Book a session").tap()
    operator.get_by_label("Plant").select_option("PLANT-A")
    start = clock.now() - timedelta(minutes=30)
    operator.get_by_label("From").fill(wall(start))
    operator.get_by_label("To", exact=True).fill(wall(start + timedelta(hours=3)))
    send(operator)
    operator.goto("/plant/")
    expect(operator.get_by_text("a colleague of the plant confirms it")).to_be_visible()
    fits(operator)

    colleague = sign_in(cast.second_operator, SMALL)
    colleague.goto("/plant/")
    colleague.get_by_role("link", name="Confirm it").tap()
    row = Session.objects.get()
    expect(colleague.get_by_label("Session")).to_have_value(str(row.pk))
    send(colleague)

    supervisor = sign_in(cast.supervisor, SMALL)
    supervisor.goto("/sessions/")
    expect(supervisor.get_by_text("offered by the plant")).to_be_visible()
    fits(supervisor)
    # from the unit, where no session is known
    supervisor.goto(f"/acts/plan_session/?exhibit={barrel.label}")
    expect(supervisor.get_by_label("Session")).to_have_value(str(row.pk))
    send(supervisor)

    operator.goto("/plant/")
    expect(operator.get_by_role("link", name="Scan next: 1 unit")).to_be_visible()
    operator.goto(f"/acts/stage/?exhibit={barrel.label}")
    session = operator.get_by_label("Session")
    expect(session).to_have_value(str(row.pk))
    expect(session.locator("option:checked")).to_contain_text("PLANT-A · confirmed")
    fits(operator)
