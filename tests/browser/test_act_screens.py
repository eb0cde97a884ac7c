"""Every act's form on the smallest phone: nothing sticks out, the button can be reached, and a thumb hits what it aims at."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from custody.handling.register import ACTS
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import TABLE
from tests.browser.conftest import SMALL
from tests.cast import Cast, catch

SignIn = Callable[[Officer, dict[str, int]], Page]

#: WCAG 2.2 (2.5.8) asks for 24 CSS pixels; what is pressed in gloves gets 44.
LEAST, GLOVES = 24, 44
#: What sticks out, and what is too small, by its markup. A link in a line of text may be as high as the line.
LOOK = """([least, gloves]) => {
    const found = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > screen.width) found.push(`the page is ${wide} wide`);
    const seen = one => one.offsetParent && !one.closest(".unseen, .ticks, [hidden]");
    for (const one of document.querySelectorAll("main a, main button, main input, main select, main textarea, main summary, main label:has(input)")) {
        if (!seen(one) || one.matches("[type=radio], [type=checkbox], [type=hidden]")) continue;
        const box = one.getBoundingClientRect();
        const inline = one.tagName === "A" && getComputedStyle(one).display.startsWith("inline") && !one.matches(".button");
        const asked = one.matches("a:not(.button)") ? least : gloves;
        if (!inline && (box.height < asked || box.width < least)) found.push(`${box.width} x ${box.height}: ${one.outerHTML.slice(0, 120)}`);
        if (box.right > screen.width + 1 || box.left < -1) found.push(`sticks out: ${one.outerHTML.slice(0, 120)}`);
    }
    return found;
}"""
#: Whether what is at the middle of the button is the button, and not something over it.
REACHED = """button => {
    button.scrollIntoView({block: "end", behavior: "instant"});
    const box = button.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return button === top || button.contains(top);
}"""


def test_every_act_fits_the_smallest_phone(cast: Cast, sign_in: SignIn) -> None:
    seizure, (barrel, _) = catch(cast, 2, seals=["HS-1", "HS-2"])
    wrong: dict[str, list[str]] = {}
    pages: dict[str, Page] = {}
    for name in sorted(ACTS):
        right = Right(TABLE[ACTS[name].kind].right)
        actor = next(one for one in cast.officers.values() if right in one.rights)
        page = pages.setdefault(actor.badge, pages.get(actor.badge) or sign_in(actor, SMALL))
        sees = actor.badge in {"officer", "supervisor", "prosecutor"}
        about = f"?exhibit={barrel.label}&seizure={seizure.reference}" if sees else ""
        page.goto(f"/acts/{name}/{about}")
        button = page.locator(".send button.main")
        expect(button).to_be_visible()
        found = page.evaluate(LOOK, [LEAST, GLOVES])
        if not button.evaluate(REACHED):
            found.append("the button lies under something")
        if found:
            wrong[name] = found
    assert wrong == {}
