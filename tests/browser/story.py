"""A seizure's life through pages alone, on phones, each person on their own: from the catch to the ash."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from custody.people.models import Officer
from custody.seizures.models import Exhibit, Seizure
from tests.cast import Cast
from tests.files import picture

#: What is to be done with a page that the story has come to, by the name of that place.
Keep = Callable[[str, Page], None]


def pass_by(name: str, page: Page) -> None:
    """Do nothing with it."""


class Phone:
    """Somebody's own phone, on which they are signed in."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def unit(self, label: str) -> None:
        """Scan the label of a unit."""
        self.page.goto(f"/i/{label}")
        expect(self.page.get_by_role("heading", name=label)).to_be_visible()

    def pile(self, labels: list[str]) -> None:
        """Scan several, one after another."""
        self.page.goto("/scan/")
        for label in labels:
            expect(self.page.locator("#scan")).to_be_focused()
            self.page.keyboard.type(label)
            self.page.keyboard.press("Enter")
            self.page.wait_for_url(f"**{label}**")

    def act(self, name: str) -> None:
        self.page.locator(".acts a.act").filter(has_text=name).first.tap()
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()

    def fill(self, **told: str) -> None:
        """Fill in fields by what stands beside them."""
        for label, value in told.items():
            field = self.page.get_by_label(label.replace("_", " "), exact=False).first
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def tap(self, text: str) -> None:
        self.page.get_by_text(text, exact=True).first.tap()

    def send(self) -> None:
        self.page.locator(".send button").tap()
        expect(self.page.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()
        expect(self.page.get_by_text("seq ", exact=False).first).to_be_visible()

    def propose(self) -> str:
        """Propose, and hold the code on the screen out to somebody: the address in it."""
        self.page.locator(".send button").tap()
        code = self.page.locator(".code img")
        expect(code).to_be_visible()
        # nobody has to scroll for it
        expect(code).to_be_in_viewport(ratio=1)
        (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(code.screenshot())))
        address = urlsplit(found.text).path
        assert address == urlsplit(self.page.url).path
        return address

    def confirm(self, address: str, *, last: bool = True) -> None:
        """Open the code that somebody else holds out, and confirm what it says."""
        self.page.goto(address)
        ticks = self.page.locator(".checklist .tick input")
        if ticks.count():
            for tick in ticks.all():
                tick.check()
            self.page.get_by_role("button", name="Take over").last.tap()
            expect(self.page.get_by_text("yours now")).to_be_visible()
            return
        self.page.get_by_role("button", name="Confirm").tap()
        if last:
            expect(self.page.get_by_role("heading", name="Recorded", exact=True)).to_be_visible()
        else:
            expect(self.page.get_by_text("Not recorded yet").first).to_be_visible()


def labels(form: str) -> list[str]:
    return list(Exhibit.objects.filter(form=form).order_by("label").values_list("label", flat=True))


def intercept(officer: Phone, keep: Keep) -> list[str]:
    page = officer.page
    page.get_by_role("link", name="Intercept").first.tap()
    officer.fill(Customs_report_number="PV-77", Scale="FLOOR", Substance="cocaine")
    officer.fill(**{"Location (UN/LOCODE)": "beanr", "Prosecutor's office to inform": "COURT/PORT"})
    officer.tap("Fast")
    keep("intercept", page)
    for number in range(2):
        page.get_by_label("Form", exact=True).nth(number).select_option("bag")
        page.get_by_label("Gross, in grams").nth(number).fill("12 000")
        page.get_by_label("Packaging, in grams").nth(number).fill("500")
    officer.send()
    keep("intercepted", page)
    return labels("bag")


def sample(officer: Phone, colleague: Phone, bag: str, keep: Keep) -> list[str]:
    officer.unit(bag)
    officer.act("Sample")
    officer.fill(Scale="FINE")
    for number, form in enumerate(("sample", "counter_sample")):
        row = officer.page.locator(".table .row").nth(number)
        row.get_by_label("Sample or counter-sample").select_option(form)
        row.get_by_label("Gross, in grams").fill("7,50")
        row.get_by_label("Packaging, in grams").fill("2,50")
    address = officer.propose()
    keep("countersign", officer.page)
    colleague.page.goto(address)
    keep("countersigning", colleague.page)
    colleague.confirm(address)
    return [*labels("sample"), *labels("counter_sample")]


def pack(officer: Phone, bags: list[str], keep: Keep) -> str:
    officer.pile(bags)
    keep("scan", officer.page)
    officer.act("Pack")
    officer.fill(Form_of_a_new_container="barrel")
    keep("pack", officer.page)
    officer.send()
    (barrel,) = labels("barrel")
    officer.unit(barrel)
    officer.act("Weigh")
    officer.fill(Scale="FLOOR", Gross="25 000")
    officer.fill(Packaging="1 000")
    keep("weigh", officer.page)
    officer.send()
    officer.unit(barrel)
    officer.act("Apply seal")
    officer.fill(Seal_number="HS-77")
    officer.tap("H · high security")
    keep("seal", officer.page)
    officer.send()
    officer.unit(barrel)
    officer.act("Photograph")
    shown = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    officer.page.locator("input[type=file]").first.set_input_files(shown)  # type: ignore[arg-type]
    officer.send()
    return barrel


def carry(
    giver: Phone, driver: Phone, units: list[str], to: str, taker: Phone, keep: Keep = pass_by
) -> None:
    """From hand to hand: the driver confirms on their own phone, twice."""
    giver.pile(units)
    giver.act("Dispatch")
    giver.fill(Driver="driver", Vehicle="VAN-A", Destination=to)
    keep("dispatch", giver.page)
    address = giver.propose()
    driver.page.goto(address)
    keep("take-over", driver.page)
    driver.confirm(address)
    taker.pile(units)
    taker.act("Receive")
    for finding in taker.page.get_by_label("Seal found").all():
        finding.select_option("intact")
    keep("receive", taker.page)
    driver.confirm(taker.propose())


def from_catch_to_ash(cast: Cast, phone: Callable[[Officer], Phone], keep: Keep = pass_by) -> str:
    """Two bags are caught, sampled, packed, carried, stored, ordered destroyed and burnt; the label of their barrel."""
    officer, colleague, driver = phone(cast.officer), phone(cast.colleague), phone(cast.driver)
    keeper, operator = phone(cast.keeper), phone(cast.operator)
    bags = intercept(officer, keep)
    samples = sample(officer, colleague, bags[0], keep)
    barrel = pack(officer, bags, keep)
    carry(officer, driver, samples, "LAB-A", phone(cast.analyst))
    carry(officer, driver, [barrel], "VAULT-A", keeper, keep)
    keeper.pile([barrel, "VAULT-A"])
    keep("store", keeper.page)
    keeper.act("Store")
    keeper.send()

    prosecutor = phone(cast.prosecutor)
    prosecutor.page.goto(f"/seizures/{Seizure.objects.get().reference}/")
    prosecutor.page.get_by_role("link", name="Give order").tap()
    prosecutor.fill(Number_of_the_order="D-77", Reasons="No need to keep the bulk.")
    keep("order", prosecutor.page)
    prosecutor.send()

    keeper.unit(barrel)
    keeper.act("Withdraw")
    keeper.fill(For="destruction")
    keeper.send()
    carry(keeper, driver, [barrel], "PLANT-A", operator)
    operator.unit(barrel)
    operator.act("Stage")
    operator.fill(Scale="FLOOR", Gross="25 000")
    keep("stage", operator.page)
    operator.send()
    operator.unit(barrel)
    operator.act("Load")
    operator.fill(Kiln="K1")
    operator.send()
    operator.unit(barrel)
    operator.act("Incinerate")
    operator.fill(Temperature="1100", Gross="25 000")
    address = operator.propose()
    witness = phone(cast.second_operator)
    witness.page.goto(address)
    keep("witness", witness.page)
    witness.confirm(address, last=False)
    keeper.confirm(address)
    officer.unit(barrel)
    keep("ash", officer.page)
    return barrel
