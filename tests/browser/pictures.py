"""``make pictures``: the main pages as they look on the demonstration, for the README and the documents.

The demonstration is loaded from one seed up to one moment, and pages are shown at that moment: a picture changes when a
page does.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.browser.screens import DESK, IMAGES, MOST, PHONE, keep, screen, server

AT = "2023-11-24T13:40:00+00:00"
TONNES, SEED = 40, 2023


@dataclass(frozen=True)
class Facts:
    """Things of the demonstration that pages are about, by label or number."""

    late: str
    told: str
    own: Sequence[str]
    proposal: str
    place: str


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes:
        name: of its file.
        badge: who looks.
        size: of the screen.
        visit: the address, of the facts; or what leads to the page, by hand.
        theme: how it is to look.
    """

    name: str
    badge: str
    size: tuple[int, int]
    visit: str | Callable[[Any, Facts], None]
    theme: str = "light"


def _receipt(page: Any, facts: Facts) -> None:
    """A unit is weighed, as its label says."""
    page.goto(f"/acts/weigh/?exhibit={facts.own[0]}")
    page.get_by_label("Scale").select_option("FLOOR-1")
    page.get_by_label("Gross, in grams").fill("48000")
    page.get_by_role("button", name="Record").last.click()
    page.wait_for_url("**/receipts/**")


PICTURES = (
    Picture("board", "quay-chief", DESK, "/"),
    Picture("board-phone", "quay-1", PHONE, "/"),
    Picture("board-sun", "quay-1", PHONE, "/", theme="sun"),
    Picture("board-dark", "quay-1", PHONE, "/", theme="dark"),
    Picture("scan-phone", "quay-1", PHONE, "/scan/?unit={own[0]}&unit={own[1]}"),
    Picture("exhibit-phone", "quay-1", PHONE, "/exhibits/{own[0]}/"),
    Picture("act-phone", "quay-1", PHONE, "/acts/weigh/?exhibit={own[0]}"),
    Picture("hand-over", "driver-1", PHONE, "/proposals/{proposal}/"),
    Picture("exhibit", "quay-chief", DESK, "/exhibits/{told}/#trail"),
    Picture("flags", "quay-chief", DESK, "/flags/"),
    Picture("fast-lane", "quay-chief", DESK, "/fast-lane/"),
    Picture("first-steps", "quay-1", PHONE, "/help/first-steps/"),
    Picture("pictures", "quay-chief", DESK, "/pictures/"),
    Picture("planning", "quay-chief", DESK, "/plans/board/"),
    Picture("run", "driver-1", PHONE, "/run/"),
    Picture("decisions", "prosecutor", DESK, "/decisions/"),
    # last, for it records something
    Picture("receipt-phone", "quay-1", PHONE, _receipt),
)


class Missing(Exception):
    """A page that there is none of, or that fails."""


def main(names: Sequence[str]) -> int:
    """Take the named pictures, or all; 1 if a page is missing."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("make pictures needs Chromium, and there is none on this machine.", file=sys.stderr)
        return 1
    wanted = [one for one in PICTURES if not names or one.name in names]
    unknown = set(names) - {one.name for one in wanted}
    if unknown:
        print(f"There is no picture called {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 1
    with server(AT, _load) as home:
        return _take_all(chromium, home, wanted, _facts())


def _load(at: datetime) -> None:
    from custody.demo.loading import load

    load(tonnes=TONNES, seed=SEED, as_of=at)


def _facts() -> Facts:
    """What the pages are about; the connection is closed before the browser comes."""
    from django.db import connections

    from custody.deadlines.sweeping import sweep
    from custody.handling.models import Proposal, ProposalState
    from custody.kit import clock
    from custody.ledger.models import Entry
    from custody.seizures.models import Exhibit

    with clock.simulated(datetime.fromisoformat(AT)):
        sweep()
    quay = Exhibit.objects.filter(stage="intercepted", within=None, custodian_unit="CUSTOMS/QUAY")
    corrected = Entry.objects.filter(kind="event.corrected").order_by("seq").first()
    assert corrected
    waiting = Proposal.objects.filter(state=ProposalState.OPEN, awaits_badges=["driver-1"]).first()
    assert waiting
    facts = Facts(
        late=quay.order_by("intercepted_at", "label")[0].label,
        told=Exhibit.objects.get(pk=corrected.subject_id).label,
        own=[
            one.label for one in quay.filter(form="barrel").order_by("-intercepted_at", "label")[:2]
        ],
        proposal=str(waiting.pk),
        place="HERON",
    )
    connections.close_all()
    return facts


def _take_all(chromium: str, home: str, wanted: Sequence[Picture], facts: Facts) -> int:
    from playwright.sync_api import Error, sync_playwright

    status = 0
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in wanted:
            try:
                size = _take(browser, home, picture, facts)
            except (Error, Missing) as fault:
                print(f"{picture.name}: {str(fault).splitlines()[0]}", file=sys.stderr)
                status = 1
            else:
                print(f"{picture.name}.png, {size // 1000} KB")
                if size > MOST:
                    print(f"{picture.name} is larger than {MOST // 1000} KB", file=sys.stderr)
                    status = 1
        browser.close()
    return status


def _take(browser: Any, home: str, picture: Picture, facts: Facts) -> int:
    from custody.demo.cast import PASSWORD

    with screen(browser, home, picture.badge, PASSWORD, picture.size, picture.theme) as page:
        if isinstance(picture.visit, str):
            address = picture.visit.format_map(vars(facts))
            answer = page.goto(address, wait_until="networkidle")
            if answer is not None and answer.status != 200:
                raise Missing(f"{address} answered {answer.status}")
        else:
            picture.visit(page, facts)
            page.wait_for_load_state("networkidle")
        return keep(picture.name, page.screenshot())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
