"""Every page for every role on a small phone: it keeps its own rules, and an outsider reads of nothing in it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from custody.handling.register import ACTS
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import TABLE
from custody.web import routes
from tests.browser.scene import FILES, Scene, furnish
from tests.cast import Cast

#: One of each role; whoever comes first opens an act's form for all.
ROLES = (
    *("officer", "keeper", "driver", "prosecutor", "analyst", "operator", "supervisor"),
    *("auditor", "administrator", "statistician", "protector"),
)
#: What lies open; acts are opened as far as each role may.
OPEN = {"sign_in", "sign_out", "forget_badge", "appearance", "set_language", "act"}
SMALL = {"width": 360, "height": 740}
#: A page that breaks its content rules says so as an error, whatever it is that it breaks.
_TELL = """addEventListener("securitypolicyviolation", one =>
  console.error(`content rule ${one.violatedDirective} broken by ${one.blockedURI || one.sourceFile}`));"""
_LOOK = """() => ({
  lang: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  title: document.title.trim(),
  wide: document.documentElement.scrollWidth,
  doubled: [...document.querySelectorAll("[id]")].map(one => one.id).filter((one, at, all) => all.indexOf(one) !== at),
  small: [...document.querySelectorAll("main a.button, main button, main summary, main input, main select, .ways a, .top a, .top summary")]
    .filter(one => one.checkVisibility() && !one.closest(".unseen, label, .logins") && !one.matches(".unseen"))
    .filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 120)),
})"""


@pytest.fixture
def child_environment(child_environment: dict[str, str]) -> dict[str, str]:
    return child_environment | {"CUSTODY_SECOND_FACTOR": "off"}


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return furnish(cast)


def phone_of(browser: Browser, home: str, officer: Officer) -> BrowserContext:
    """A small phone on which an officer is signed in."""
    client = Client()
    client.force_login(officer)
    context = browser.new_context(base_url=home, viewport=SMALL, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": home}])
    context.add_init_script(_TELL)
    return context


def listened(page: Page, home: str) -> list[str]:
    """What the page's browser complains of, and what it asks others for."""
    told: list[str] = []
    page.on(
        "console",
        # what is refused is told by its status; that the browser says so too is no fault of the page
        lambda one: (
            (one.type == "error" and "responded with a status of 4" not in one.text)
            and told.append(one.text)
        ),
    )
    page.on("pageerror", lambda one: told.append(str(one)))
    page.on(
        "request", lambda one: one.url.startswith((home, "data:", "blob:")) or told.append(one.url)
    )
    return told


def faults(page: Page, address: str) -> list[str]:
    """What is wrong with a page as it lies there."""
    seen = page.evaluate(_LOOK)
    checks = (
        (bool(seen["lang"]), "no language"),
        (seen["headings"] == 1, f"{seen['headings']} first headings"),
        (not seen["title"].startswith("·") and len(seen["title"]) > 3, "no title"),
        (seen["wide"] <= SMALL["width"], f"{seen['wide']} pixels wide"),
        (not seen["doubled"], f"ids twice: {seen['doubled']}"),
        (not seen["small"], f"too small to touch: {seen['small']}"),
    )
    return [f"{address}: {words}" for good, words in checks if not good]


def test_every_page_keeps_its_rules_for_every_role(
    cast: Cast, scene: Scene, browser: Browser, home: str
) -> None:
    assert {one.name for one in routes.urlpatterns} == set(scene.addresses) | OPEN
    broken: list[str] = []
    opened: set[str] = set()
    acts = dict(ACTS)
    for badge in ROLES:
        officer = cast.officers[badge]
        context = phone_of(browser, home, officer)
        page = context.new_page()
        told = listened(page, home)
        own = [name for name, act in acts.items() if Right(TABLE[act.kind].right) in officer.rights]
        for name in own:
            del acts[name]
        asked = {
            **scene.addresses,
            "act": [f"/acts/{name}/?exhibit={scene.unit}" for name in own]
            + [f"/acts/{name}/" for name in own],
        }
        for name, address in ((name, one) for name, several in asked.items() for one in several):
            # asked for first without being shown: of what is refused there is nothing to look at
            asked_for = context.request.get(address, max_redirects=0 if name in FILES else 20)
            status = asked_for.status
            assert status in {200, 302, 403, 404, 409}, (badge, address, status)
            if status == 200 and name not in FILES:
                answer = page.goto(address)
                assert answer
                assert answer.status == 200, (badge, address)
                broken += [f"{badge} {one}" for one in faults(page, address)]
                broken += [f"{badge} {address}: {one}" for one in told]
                told.clear()
            if status in {200, 302}:
                opened.add(name)
        context.close()
    assert broken == [], "\n".join(broken)
    assert acts == {}
    assert set(asked) - opened == set()


def test_an_outsider_reads_of_nothing_on_any_page(
    cast: Cast, scene: Scene, browser: Browser, home: str
) -> None:
    context = phone_of(browser, home, cast.outsider)
    for name, several in scene.addresses.items():
        for address in several:
            answer = context.request.get(address, max_redirects=0)
            assert answer.status in {200, 302, 403, 404}, (name, address, answer.status)
            if answer.status == 200:
                # what was asked for is repeated; that is all
                told = answer.text()
                named = [one for one in scene.names if one in told and one not in address]
                assert not named, address
    context.close()
