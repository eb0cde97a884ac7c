"""WCAG 2.2 AA, judged by axe-core: every main page, in light, dark, high contrast and bright sun, and at twice the size.

A page is loaded once for each screen and judged by every rule. Then it puts on the other appearances, as the choice of
one does in place, and is judged by the rules that look at colours and sizes. To all others it is the same page:
that no appearance shows or hides anything is asked too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from custody.handling.hand_over import HandOver
from custody.handling.report import Report
from custody.people.models import Officer
from custody.web.appearance import THEMES
from tests.browser.conftest import DESK, PHONE
from tests.burning.paper import crew, permit
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import send

SignIn = Callable[[Officer, dict[str, int]], Page]
EVERY_RULE = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
#: All of axe's rules that ask for more of a style than whether it shows a thing.
OF_STYLE = ("color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable")
#: In bright sun letters are told from their ground at 7 to 1 (WCAG 1.4.6).
IN_THE_SUN = ("color-contrast-enhanced",)


@dataclass(frozen=True)
class Look:
    """How a device shows pages, and the theme that was chosen on it."""

    scheme: str
    contrast: str = "no-preference"
    theme: str = "device"

    @property
    def rules(self) -> dict[str, Any]:
        """Those of style, as this appearance is judged by them."""
        more = IN_THE_SUN if self.theme == "sun" else ()
        return {"type": "rule", "values": [*OF_STYLE, *more]}

    def put_on(self, page: Page) -> None:
        page.emulate_media(
            color_scheme=self.scheme,  # type: ignore[arg-type]
            contrast=self.contrast,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        page.evaluate(_PUT_ON, [self.theme, THEMES[self.theme][1]])


#: As looks.js does when a theme is chosen.
_PUT_ON = """([theme, scheme]) => {
  document.documentElement.dataset.theme = theme;
  document.querySelector("meta[name=color-scheme]").content = scheme;
}"""
_SHOWN = """() => [...document.querySelectorAll("body *")]
  .map(one => Number(one.checkVisibility({visibilityProperty: true}))).join("")"""
_JUDGED = (
    "rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(told => told.violations)"
)


def judge(page: Page, path: str, rules: dict[str, Any]) -> list[str]:
    """What axe finds wrong with a page as it lies there, rule by rule."""
    return [
        f"{path}: {one['id']} ({one['help']}): {node['html'][:200]}"
        for one in page.evaluate(_JUDGED, rules)
        for node in one["nodes"]
    ]


def opened(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state()
    page.evaluate(Axe().axe_script)


def violations(page: Page, path: str) -> list[str]:
    """What axe finds wrong with a page, opened anew and judged by every rule."""
    opened(page, path)
    return judge(page, path, EVERY_RULE)


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
    ("size", "looks"),
    [
        (PHONE, (Look("light"), Look("light", contrast="more"), Look("light", theme="dark"))),
        (DESK, (Look("dark"), Look("dark", contrast="more"), Look("dark", theme="sun"))),
    ],
    ids=["phone", "desk"],
)
def test_no_page_breaks_a_rule(
    cast: Cast, sign_in: SignIn, size: dict[str, int], looks: tuple[Look, ...]
) -> None:
    broken: list[str] = []
    for badge, paths in addresses(cast).items():
        page = sign_in(getattr(cast, badge), size)
        for path in paths:
            opened(page, path)
            shown: set[str] = set()
            for look in looks:
                look.put_on(page)
                rules = EVERY_RULE if look == looks[0] else look.rules
                broken += [f"{look}: {one}" for one in judge(page, path, rules)]
                shown.add(page.evaluate(_SHOWN))
            if len(shown) > 1:
                broken.append(f"{path}: not every appearance shows the same")
    assert broken == []


def test_the_way_in_breaks_no_rule(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.officer, PHONE)
    # with the badges that signed in there lately
    page.context.clear_cookies(name="custody")
    assert violations(page, "/sign-in/") == []


def test_at_twice_the_size_nothing_is_cut_off(cast: Cast, sign_in: SignIn) -> None:
    """200 % on a small desk is half as many CSS pixels (WCAG 1.4.4, 1.4.10)."""
    for badge, paths in addresses(cast).items():
        page = sign_in(getattr(cast, badge), {"width": 640, "height": 450})
        for path in paths:
            page.goto(path)
            page.wait_for_load_state()
            wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= screen, path
