"""``make walk``: a seizure's life on phones, from the catch to the ash, and then what a supervisor finds wrong.

It is the story that a test goes through, told once more at a moment that stands still: each picture is of a page that
somebody had before them just then.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from tests.browser.screens import PHONE, keep, screen, server

#: A night on the quay.
AT = "2026-11-24T21:40:00+00:00"


def main() -> int:
    """Take them all; 1 where there is nothing to take them with."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("make walk needs Chromium, and there is none on this machine.", file=sys.stderr)
        return 1
    # the browser's driver keeps an event loop in this thread; the database is asked between its turns
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with server(AT, _load) as home:
        _take_all(chromium, home)
    return 0


def _load(at: datetime) -> None:
    from custody.kit import clock
    from custody.ledger.append import open_ledger
    from tests.cast import enlist, let_sign_in

    with clock.simulated(at):
        open_ledger("test", "custody.example")
        let_sign_in(enlist())


def _take_all(chromium: str, home: str) -> None:
    from playwright.sync_api import Page, sync_playwright

    from custody.kit import clock
    from custody.people.models import Officer
    from tests.browser.story import Phone, from_catch_to_ash
    from tests.browser.test_supervisors_day import wrongs
    from tests.cast import PASSWORD, everybody

    cast = everybody()
    with ExitStack() as stack, clock.simulated(datetime.fromisoformat(AT)):
        browser: Any = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )

        def phone(officer: Officer) -> Phone:
            return Phone(stack.enter_context(screen(browser, home, officer.badge, PASSWORD, PHONE)))

        def show(name: str, page: Page) -> None:
            page.wait_for_load_state("networkidle")
            size = keep(f"walk-{name}", page.screenshot())
            print(f"walk-{name}.png, {size // 1000} KB", flush=True)

        from_catch_to_ash(cast, phone, show)
        found = wrongs(cast)
        supervisor = phone(cast.supervisor)
        supervisor.page.goto("/")
        show("board", supervisor.page)
        for name, unit in found.items():
            supervisor.unit(unit.label)
            show(name, supervisor.page)


if __name__ == "__main__":
    sys.exit(main())
