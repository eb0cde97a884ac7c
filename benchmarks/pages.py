"""Pages on a bad line and a slow phone, with a country's exhibits in the database: what is sent, when it is seen, how it answers.

A real Chromium is held to 1.6 Mbit/s, 150 ms and a quarter of this machine's speed. Nothing is compressed or kept
beyond what the server of ``make run`` does.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import psycopg

from benchmarks.crowd import grow
from benchmarks.figures import Figure
from benchmarks.house import house, web_server

EXHIBITS = int(os.environ.get("BENCH_PAGE_EXHIBITS", "100_000"))
ROUNDS = 3
#: Bytes a second, seconds to answer, and how much slower than this machine.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SLOWER = 4
#: In kilobytes and milliseconds.
FIRST, AFTER, SEEN, ANSWERED = 100, 15, 1_500, 200
PHONE = {"width": 360, "height": 740}

#: Notes the largest thing painted, and the longest that a key or a click waited for its frame.
_NOTES = """
window.painted = 0; window.answered = 0;
new PerformanceObserver(list => { for (const one of list.getEntries()) window.painted = one.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver(list => { for (const one of list.getEntries()) if (one.interactionId)
  window.answered = Math.max(window.answered, one.duration); })
  .observe({ type: "event", buffered: true, durationThreshold: 16 });
"""
_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"


@dataclass
class Load:
    """One load of one page.

    Attributes:
        kilobytes: everything received for it, heads included.
        seen: when its largest part was painted, in milliseconds after the click that led to it.
        answered: the longest that it took from a touch to the next frame, in milliseconds.
    """

    kilobytes: float = 0
    seen: float = 0
    answered: float = 0


@dataclass
class Visits:
    """The loads of a page, with an empty cache and with what the page before left in it."""

    first: list[Load] = field(default_factory=list)
    after: list[Load] = field(default_factory=list)


def figures() -> Iterator[Figure]:
    """Every main page, by who opens it most; the median of each."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("# pages: there is no Chromium on this machine, so nothing is measured", flush=True)
        return
    os.environ["CUSTODY_SECOND_FACTOR"] = "off"
    with house() as here:
        pages, cookies = _scene(here.admin)
        print(f"# pages: load {os.getloadavg()[0]:.1f}", flush=True)
        with web_server() as port, _browser(chromium) as browser:
            for name, (badge, address) in pages.items():
                told = Visits()
                for _ in range(ROUNDS):
                    _visit(browser, f"http://127.0.0.1:{port}", cookies[badge], address, told)
                yield from _told(name, told)
        print(f"# pages: load {os.getloadavg()[0]:.1f}", flush=True)


def _told(name: str, visits: Visits) -> Iterator[Figure]:
    def middle(loads: list[Load], what: str) -> float:
        return float(median(getattr(one, what) for one in loads))

    first, after = visits.first, visits.after
    yield Figure(f"{name}: first load", middle(first, "kilobytes"), "KB", at_most=FIRST)
    yield Figure(f"{name}: load after", middle(after, "kilobytes"), "KB", at_most=AFTER)
    yield Figure(f"{name}: seen, first load", middle(first, "seen"), "ms", at_most=SEEN)
    yield Figure(f"{name}: seen, load after", middle(after, "seen"), "ms", at_most=SEEN)
    yield Figure(f"{name}: answered", middle(after, "answered"), "ms", at_most=ANSWERED)


def _scene(admin_url: str) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """The crowd, and a few units with a life of their own; each page's reader and address, each reader's session."""
    from django.conf import settings
    from django.test import Client

    from custody.handling.hand_over import HandOver
    from custody.handling.report import Report
    from custody.handling.store import Move
    from tests.burning.paper import crew, permit, vehicle
    from tests.burning.scenes import HOUR, confirmed, plan, ready
    from tests.cast import catch, do, enlist, propose
    from tests.handling.burning import put_away

    cast = enlist()
    permit(), crew(), vehicle()
    burnable = ready(cast, 40)
    for hours in (3, 8, 27, 32):
        plan(cast, confirmed(cast, hours * HOUR), [burnable.pop() for _ in range(4)])
    seizure, barrels = catch(cast, 60, lane="standard", seals=[f"QS-{n}" for n in range(60)])
    labels = tuple(one.label for one in barrels)
    put_away(cast, labels)
    known = labels[0]
    for number in range(12):
        do(cast.keeper, Move(exhibits=(known,), place=("VAULT-B", "VAULT-A")[number % 2]))
    for label in labels[:6]:
        do(cast.keeper, Report(exhibit=label, what="mass", details="It is lighter."))
    for label in labels[10:30]:
        propose(cast.keeper, HandOver(exhibits=(label,), taker="second_keeper"))
    with psycopg.connect(admin_url, autocommit=True) as admin:
        grow(admin, known, 0, EXHIBITS)
    pile = "&".join(f"unit={label}" for label in labels[:8])
    pages = {
        "board, supervisor": ("supervisor", "/"),
        "board, store keeper": ("keeper", "/"),
        "stage": ("keeper", "/stages/stored/"),
        "units of a stage": ("keeper", f"/stages/stored/?seizure={seizure.reference}"),
        "exhibit": ("keeper", f"/exhibits/{known}/"),
        "seizure": ("keeper", f"/seizures/{seizure.reference}/"),
        "seizures": ("supervisor", "/seizures/"),
        "search": ("supervisor", "/search/?q=BENU0000002"),
        "act": ("keeper", f"/acts/weigh/?exhibit={known}"),
        "scan": ("keeper", f"/scan/?{pile}"),
        "flags": ("supervisor", "/flags/"),
        "proposals": ("second_keeper", "/proposals/"),
        "fast lane": ("supervisor", "/fast-lane/"),
        "pictures": ("supervisor", "/pictures/"),
        "one picture": ("supervisor", "/pictures/stock/"),
        "planning board": ("supervisor", "/plans/board/"),
        "verification": ("keeper", f"/exhibits/{known}/verification/"),
        "seizure verified": ("supervisor", f"/seizures/{seizure.reference}/verification/"),
    }
    cookies = {}
    for badge, address in pages.values():
        client = Client(headers={"host": "localhost"})
        client.force_login(cast.officers[badge])
        cookies[badge] = client.cookies[settings.SESSION_COOKIE_NAME].value
        assert client.get(address, follow=True).status_code == 200, address
    return pages, cookies


@contextmanager
def _browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def _visit(browser: Any, home: str, session: str, address: str, told: Visits) -> None:
    """A new browser opens the page twice: with nothing of ours in its cache, then with what the first left there."""
    from django.conf import settings

    context = browser.new_context(base_url=home, viewport=PHONE, is_mobile=True, has_touch=True)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": home}])
    context.add_init_script(_NOTES)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    received: list[float] = []

    def note(one: Mapping[str, Any]) -> None:
        received.append(one["encodedDataLength"])

    line.on("Network.loadingFinished", note)
    for loads in (told.first, told.after):
        received.clear()
        page.goto(address, wait_until="networkidle")
        loads.append(_read(page, received))
    context.close()


def _read(page: Any, received: list[float]) -> Load:
    page.evaluate(_FRAMES)
    load = Load(kilobytes=sum(received) / 1_000, seen=page.evaluate("window.painted"))
    # a key in the field that is on every page, then a touch of something that opens on this one
    page.locator("#find").press("N")
    for opens in page.locator("main summary:visible").all()[:2]:
        opens.tap()
    page.evaluate(_FRAMES)
    load.answered = page.evaluate("window.answered")
    return load
