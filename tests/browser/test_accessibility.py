"""WCAG 2.2 AA, judged by axe-core: every main page, in light, dark, high contrast and bright sun, and at twice the size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from custody.handling.hand_over import HandOver
from custody.handling.report import Report
from custody.people.models import Officer
from tests.browser.conftest import DESK, PHONE
from tests.burning.paper import crew, permit
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import send

SignIn = Callable[[Officer, dict[str, int]], Page]
RULES: dict[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


#: In bright sun letters are told from their ground at 7 to 1 (WCAG 1.4.6).
SUN_RULES = RULES | {"rules": {"color-contrast-enhanced": {"enabled": True}}}


def judge(page: Page, path: str, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds wrong with a page, rule by rule."""
    page.goto(path)
    page.wait_for_load_state()
    found = Axe().run(page, options=rules)
    return [
        f"{path}: {one['id']} ({one['help']}): {node['html'][:200]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def addresses(cast: Cast) -> dict[str, list[str]]:
    """The main pages with something on them, by who opens them."""
    permit(), crew("QUAY-1", unit="CUSTOMS/QUAY")
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
            "/help/first-steps/",
            "/help/sample/",
            "/search/",
            "/search/?q=NX-",
            f"/exhibits/{barrel.label}/verification/",
            f"/seizures/{seizure.reference}/verification/",
            *(f"/acts/{name}/?exhibit={barrel.label}" for name in acts),
        ],
        "supervisor": [
            "/",
            "/board/discrepancies/",
            f"/board/next/?seizure={seizure.reference}",
            f"/exhibits/{barrel.label}/",
            "/policies/",
            "/policies/new/",
            "/policies/clock/?number=1",
            "/policies/calendar/",
            "/law/",
            "/law/belgium/1/",
            "/permits/",
            "/permits/OVAM-1/",
            "/crews/",
            "/places/QUAY-A/",
            "/plans/",
            "/plans/board/",
            "/plans/what-if/",
            "/sessions/",
            "/inventories/",
            "/mass-drift/",
            f"/seizures/{seizure.reference}/masses/",
            "/flags/",
            f"/flags/?seizure={seizure.reference}",
            "/fast-lane/",
            "/pictures/",
            *(f"/pictures/{name}/" for name in ("stock", "exposure", "flow", "slots", "seizures")),
            "/people/",
            "/webhooks/",
            "/reads/",
        ],
        "keeper": [f"/proposals/{proposal}/", f"/proposals/{proposal}/manifest/", "/store/"],
        "driver": ["/run/", f"/acts/receive/?exhibit={sent.label}&place=VAULT-A"],
        "operator": ["/plant/"],
        "analyst": ["/laboratory/"],
        "prosecutor": [
            "/",
            "/decisions/",
            f"/acts/give_order/?seizure={seizure.reference}",
        ],
        "administrator": [
            *("/people/officers/", "/places/", "/scales/FLOOR/"),
            *("/permits/", "/crews/", "/crews/QUAY-1/", "/adopt/"),
        ],
    }


@pytest.mark.parametrize(
    ("scheme", "contrast", "theme"),
    [
        ("light", None, None),
        ("dark", None, None),
        ("light", "more", None),
        ("dark", "more", None),
        ("dark", None, "sun"),
        ("light", None, "dark"),
    ],
)
def test_no_page_breaks_a_rule(
    cast: Cast, sign_in: SignIn, scheme: str, contrast: str | None, theme: str | None
) -> None:
    broken: list[str] = []
    for badge, paths in addresses(cast).items():
        page = sign_in(getattr(cast, badge), PHONE if scheme == "light" else DESK)
        page.emulate_media(
            color_scheme=scheme,  # type: ignore[arg-type]
            contrast=contrast,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        if theme:
            page.context.add_cookies([{"name": "custody-theme", "value": theme, "url": page.url}])
        for path in paths:
            broken += judge(page, path, SUN_RULES if theme == "sun" else RULES)
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
