"""WCAG 2.2 AA, judged by axe-core: every main page, in light, dark and high contrast, and at twice the size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from custody.handling.hand_over import HandOver
from custody.handling.report import Report
from custody.people.models import Officer
from tests.browser.conftest import DESK, PHONE
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import send

SignIn = Callable[[Officer, dict[str, int]], Page]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def judge(page: Page, path: str) -> list[str]:
    """What axe finds wrong with a page, rule by rule."""
    page.goto(path)
    page.wait_for_load_state()
    found = Axe().run(page, options=RULES)
    return [
        f"{path}: {one['id']} ({one['help']}): {node['html'][:200]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def addresses(cast: Cast) -> dict[str, list[str]]:
    """The main pages with something on them, by who opens them."""
    seizure, (barrel, other, sent) = catch(cast, 3, seals=["HS-1"])
    send(cast, sent)
    report = Report(exhibit=barrel.label, what="mass", details="It is lighter.")
    receipt = do(cast.officer, report).act_id
    proposal = propose(cast.officer, HandOver(exhibits=(other.label,), taker="keeper"))
    acts = ("intercept", "weigh", "dispatch", "sample", "photograph", "pack", "neutralise")
    return {
        "officer": [
            "/",
            "/stages/intercepted/",
            "/seizures/",
            f"/seizures/{seizure.reference}/",
            f"/exhibits/{barrel.label}/",
            "/proposals/",
            "/hand-overs/",
            f"/proposals/{proposal}/",
            f"/receipts/{receipt}/",
            f"/receipts/{receipt}/undo/",
            f"/scan/?unit={barrel.label}&unit={other.label}&place=QUAY-A",
            "/labels/",
            "/help/",
            "/help/sample/",
            "/search/",
            *(f"/acts/{name}/?exhibit={barrel.label}" for name in acts),
        ],
        "supervisor": [
            "/",
            "/plans/",
            "/plans/board/",
            "/plans/what-if/",
            "/sessions/",
            "/inventories/",
            "/mass-drift/",
            f"/seizures/{seizure.reference}/masses/",
            "/flags/",
            "/fast-lane/",
            "/pictures/",
            *(f"/pictures/{name}/" for name in ("stock", "exposure", "flow", "slots", "seizures")),
            "/people/",
            "/webhooks/",
            "/reads/",
        ],
        "administrator": ["/people/officers/"],
        "keeper": [f"/proposals/{proposal}/", f"/proposals/{proposal}/manifest/", "/store/"],
        "driver": ["/run/", f"/acts/receive/?exhibit={sent.label}&place=VAULT-A"],
        "operator": ["/plant/"],
        "analyst": ["/laboratory/"],
    }


@pytest.mark.parametrize(
    ("scheme", "contrast"), [("light", None), ("dark", None), ("light", "more"), ("dark", "more")]
)
def test_no_page_breaks_a_rule(
    cast: Cast, sign_in: SignIn, scheme: str, contrast: str | None
) -> None:
    broken: list[str] = []
    for badge, paths in addresses(cast).items():
        page = sign_in(getattr(cast, badge), PHONE if scheme == "light" else DESK)
        page.emulate_media(
            color_scheme=scheme,  # type: ignore[arg-type]
            contrast=contrast,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        for path in paths:
            broken += judge(page, path)
    assert broken == []


def test_the_way_in_breaks_no_rule(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.officer, PHONE)
    # with the badges that signed in there lately
    page.context.clear_cookies(name="custody")
    assert judge(page, "/sign-in/") == []


def test_at_twice_the_size_nothing_is_cut_off(cast: Cast, sign_in: SignIn) -> None:
    """200 % on a small desk is half as many CSS pixels (WCAG 1.4.4, 1.4.10)."""
    for badge, paths in addresses(cast).items():
        page = sign_in(getattr(cast, badge), {"width": 640, "height": 450})
        for path in paths:
            page.goto(path)
            page.wait_for_load_state()
            wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= screen, path
