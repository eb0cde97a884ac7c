"""A supervisor's day at a desk, in each language: what is wrong is found within three clicks of signing in, and dealt with."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page, expect

from custody.deadlines.models import Flag, Policy
from custody.handling.presence import Miss
from custody.handling.report import Report
from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.ledger.models import Entry
from custody.people.models import Assignment, Officer
from custody.seizures.models import Exhibit, Seal, Seizure
from tests.browser.conftest import DESK
from tests.browser.test_languages import NAMES
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.ledger.signers import Signing

SignIn = Callable[[Officer, dict[str, int]], Page]
MOST_CLICKS = 3


class Hand:
    """What clicks, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def start_over(self) -> None:
        """Stand where signing in leads to."""
        self.page.goto("/")
        self.clicks = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def stands_before(self, label: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(label)
        assert 0 < self.clicks <= MOST_CLICKS, f"{self.clicks} clicks to {label}"


def wrongs(cast: Cast) -> dict[str, Exhibit]:
    """Two late barrels of one catch, one of another that is missing, and one that lost weight, among others in order."""
    with clock.simulated(clock.now() - timedelta(hours=2, minutes=20)):
        catch(cast, 2, seals=["HS-1", "HS-2"])
    for _number in range(3):
        catch(cast, 4)
    seizure, (gone, light, _other) = catch(cast, 3, seals=["HS-11", "HS-12", "HS-13"])
    do(cast.officer, Miss(exhibits=(gone.label,), searched="The quay, the van, the vault."))
    do(cast.officer, Weigh(exhibit=light.label, scale=FLOOR_SCALE, gross_grams=Decimal(23_000)))
    late = Exhibit.objects.order_by("intercepted_at", "label")[0]
    assert seizure != late.seizure
    return {"late": late, "missing": gone, "discrepancies": light}


def find_what_is_wrong(page: Page, found: dict[str, Exhibit]) -> None:
    hand = Hand(page)
    for name, unit in found.items():
        hand.start_over()
        line = page.locator(f"#{name}").get_by_role("listitem").first.get_by_role("link")
        hand.click(line)
        if unit.label not in page.get_by_role("heading", level=1).inner_text():
            hand.click(page.get_by_role("link", name=unit.label))
        hand.stands_before(unit.label)


def read_up_on(page: Page, unit: Exhibit) -> None:
    """From the unit's page to its proofs, its catch and that one's masses, in the language that is active."""
    expect(page.get_by_role("link", name=_("Acknowledge")).first).to_be_visible()
    page.get_by_role("link", name=_("Verify this trail")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(_("The trail holds"))
    page.get_by_role("link", name=unit.label).first.click()
    page.get_by_role("link", name=unit.seizure.reference).first.click()
    page.get_by_role("link", name=_("Mass account")).click()
    expect(page.get_by_text(_("It does not close"))).to_be_visible()


def test_a_supervisors_day(cast: Cast, sign_in: SignIn, signing: Signing) -> None:
    found = wrongs(cast)
    signing.round()
    page = sign_in(cast.supervisor, DESK)
    expect(page.locator("#late")).to_contain_text("late by 20")
    # in each language, English last: what follows is done in it
    for language, name in NAMES.items():
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        with translation.override(language):
            find_what_is_wrong(page, found)
            read_up_on(page, found["discrepancies"])

    # the one that lost weight: take note of it, look at its masses, verify, take the evidence along
    light = found["discrepancies"]
    page.goto(f"/exhibits/{light.label}/")
    page.get_by_role("link", name=re.compile("^Acknowledge")).click()
    page.get_by_label("Why").fill("Weighed wet; the laboratory has the difference.")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("your reason is on record")).to_be_visible()
    assert Flag.objects.get(exhibit=light).acknowledged_by_id == "supervisor"
    page.get_by_role("link", name="Verify this trail").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The trail holds")
    expect(page.get_by_text(re.compile("Signed tree: 3 checked"))).to_be_visible()
    page.get_by_role("link", name=light.label).first.click()
    page.get_by_role("link", name=light.seizure.reference).first.click()
    page.get_by_role("link", name="Mass account").click()
    expect(page.get_by_text("It does not close")).to_be_visible()
    signing.round()
    page.goto(f"/exhibits/{light.label}/")
    page.get_by_role("link", name="Evidence bundle").click()
    page.get_by_label("Who is to get it").fill("Court of Antwerp")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download")).click()
    assert download.value.suggested_filename.endswith(".zip")

    # the flags of a whole catch at once: nothing is ticked that nobody ticked
    page.goto(f"/flags/?seizure={light.seizure.reference}")
    note = page.get_by_role("button", name="Acknowledge what is ticked")
    expect(note).to_be_disabled()
    page.get_by_label("all on this page").check()
    expect(page.get_by_text(re.compile(r"^\d+ ticked$"))).to_be_visible()
    page.get_by_label("Why").fill("The vault is being searched.")
    note.click()
    expect(page.get_by_text("why is on record")).to_be_visible()

    # find by a part of a seal, and send somebody after it
    (seal,) = Seal.objects.filter(exhibit=found["missing"])
    page.get_by_role("searchbox").fill(seal.number.lower())
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(found["missing"].label)
    page.goto("/people/")
    page.get_by_label("What").select_option("case")
    page.get_by_label("To whom").select_option("colleague")
    page.get_by_label("Case, by its reference").fill(light.seizure.reference)
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("Assigned, by an event")).to_be_visible()
    assert Assignment.objects.get(officer="colleague").case == light.seizure_id

    # try other limits; an administrator, who sees no custody, adopts them from the address handed over
    page.goto("/policies/")
    page.get_by_role("link", name="Try other limits").click()
    page.get_by_label("In force from").fill(
        (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT12:00")
    )
    page.get_by_label("Limit, in minutes").first.fill("240")
    page.get_by_role("button", name="Try it on the record").click()
    expect(page.get_by_text("Late no longer under it: 2 units.")).to_be_visible()
    tried = page.url
    office = sign_in(cast.administrator, DESK)
    office.goto(tried)
    expect(office.get_by_text("You see no custody")).to_be_visible()
    office.get_by_role("button", name=re.compile("^Adopt")).click()
    expect(office.get_by_text("is adopted, by an event")).to_be_visible()
    row = Policy.objects.latest("effective_at")
    assert row.content["clocks"][0]["limit_seconds"] == 240 * 60
    assert Entry.objects.get(kind="policy.adopted", subject_id=row.key).actor == "administrator"


def test_the_board_comes_up_to_date_and_takes_nothing_out_of_ones_hands(
    cast: Cast, sign_in: SignIn
) -> None:
    _seizure, (barrel, *_others) = catch(cast, 3)
    catch(cast, 2)
    page = sign_in(cast.supervisor, DESK)
    page.emulate_media(reduced_motion="reduce")
    wait_no_longer = "() => dispatchEvent(new Event('online'))"
    groups = page.locator("details.group")
    groups.nth(1).locator("summary").click()
    more = groups.nth(1).get_by_role("link", name="Seizure", exact=True)
    more.focus()
    stood = more.bounding_box()

    page.evaluate(wait_no_longer)
    expect(page.locator("[data-told]")).to_be_empty()
    do(cast.officer, Report(exhibit=barrel.label, what="seal", details="It is cut."))
    page.evaluate(wait_no_longer)
    expect(page.locator("#discrepancies")).to_contain_text(barrel.label)
    expect(page.locator("[data-told]")).to_have_text("1 new entry on the board")
    expect(groups.nth(1)).to_have_attribute("open", "")
    expect(more).to_be_focused()
    stands = more.bounding_box()
    assert stood
    assert stands
    assert abs(stands["y"] - stood["y"]) < 2

    # what is selected stays as it is until it is let go of
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#discrepancies h2'))")
    do(cast.officer, Report(exhibit=barrel.label, what="label", details="It is torn."))
    page.evaluate(wait_no_longer)
    page.evaluate(wait_no_longer)
    assert "Discrepancy: label" not in page.locator("#discrepancies").inner_text()
    page.evaluate("getSelection().removeAllRanges()")
    page.evaluate(wait_no_longer)
    expect(page.locator("#discrepancies")).to_contain_text("Discrepancy: label")

    # without a network it says since when it stands still
    page.context.set_offline(offline=True)
    expect(page.get_by_text("Not up to date")).to_be_visible()
    page.context.set_offline(offline=False)
    expect(page.get_by_text("Not up to date")).to_be_hidden()

    # signed out elsewhere: what was on the screen is gone
    page.context.clear_cookies()
    page.evaluate(wait_no_longer)
    expect(page.get_by_label("Badge")).to_be_visible()
    assert barrel.label not in page.content()
    assert Seizure.objects.count() == 2
