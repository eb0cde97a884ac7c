"""A hand-over between two phones on a quay: six units, one seal broken, one unit missing, four taken."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from custody.deadlines.models import Flag
from custody.people.models import Officer
from custody.seizures.labels import new_label
from custody.seizures.models import Exhibit
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_pages_in_a_browser import fits
from tests.cast import Cast, catch

SignIn = Callable[[Officer, dict[str, int]], Page]


def hands(*exhibits: Exhibit) -> list[str]:
    for one in exhibits:
        one.refresh_from_db()
    return [one.custodian_id for one in exhibits]


def test_six_units_one_broken_seal_one_missing_four_taken(cast: Cast, sign_in: SignIn) -> None:
    labels = sorted(new_label() for _ in range(6))
    _, barrels = catch(cast, 6, labels=labels, seals=[f"HS-{number}" for number in range(6)])
    sender = sign_in(cast.officer, PHONE)
    sender.goto("/hand-overs/")
    fits(sender)
    for label in labels:
        sender.get_by_label(f"Choose {label}").check()
    sender.get_by_role("button", name="Dispatch").click()
    expect(sender.get_by_text("150", exact=False).first).to_be_visible()
    fits(sender)
    sender.get_by_label("Driver").select_option("driver")
    sender.get_by_label("Vehicle").select_option("VAN-A")
    sender.get_by_label("Destination").select_option("VAULT-A")
    sender.get_by_role("button", name="Propose").click()
    expect(sender.get_by_text("Not recorded yet").first).to_be_visible()
    fits(sender)

    driver = sign_in(cast.driver, PHONE)
    driver.get_by_role("link", name="My run").click()
    driver.get_by_text("Dispatch", exact=False).first.click()
    expect(driver.get_by_text("0 of 6 taken, 0 not; 6 to go")).to_be_visible()
    fits(driver)
    scan = driver.get_by_label("Scan a unit or its seal: it is ticked")
    # a label as its code says it, two seals, and one unit ticked by hand
    for told in (f"https://custody.example/i/{labels[0]}", "HS-1", "hs-2"):
        scan.fill(told)
        scan.press("Enter")
    scan.fill("HS-99")
    scan.press("Enter")
    expect(driver.get_by_text("HS-99 is neither a unit nor a seal of this list")).to_be_visible()
    driver.locator(f"#unit-{labels[3]}").get_by_role("checkbox").check()
    driver.locator(f"#unit-{labels[4]}").get_by_label("Not as listed").select_option("seal_broken")
    driver.get_by_role("button", name="Take over").click()
    # one of them was forgotten: nothing is recorded, nothing that was ticked is lost
    expect(driver.get_by_text("Say whether it is here.").first).to_be_visible()
    assert hands(*barrels) == ["officer"] * 6
    missing = driver.locator(f"#unit-{labels[5]}")
    missing.get_by_label("Not as listed").select_option("missing")
    expect(driver.get_by_text("4 of 6 taken, 2 not; 0 to go")).to_be_visible()
    driver.get_by_role("button", name="Take over").dblclick()
    expect(driver.get_by_text("4 units are yours now.")).to_be_visible()
    expect(driver.get_by_text("2 units stay with CUSTOMS/QUAY")).to_be_visible()
    fits(driver)
    assert hands(*barrels) == ["driver"] * 4 + ["officer"] * 2
    assert Flag.objects.filter(cause="discrepancy").count() == 2

    sender.goto("/proposals/")
    expect(sender.get_by_text("Not taken, still in your hands")).to_be_visible()
    sender.goto("/hand-overs/")
    fits(sender)
    for label in labels[:4]:
        expect(sender.get_by_label(f"Choose {label}")).to_have_count(0)
    for label in labels[4:]:
        expect(sender.get_by_label(f"Choose {label}")).to_have_count(1)

    driver.goto("/run/")
    expect(driver.get_by_text("4 units aboard")).to_be_visible()
    fits(driver)
    driver.get_by_role("link", name="Breakdown: another driver").click()
    driver.get_by_label("Driver").select_option("second_driver")
    driver.get_by_label("Vehicle").select_option("VAN-A")
    driver.get_by_role("button", name="Propose").click()
    second = sign_in(cast.second_driver, DESK)
    second.get_by_role("link", name="My run").click()
    second.get_by_text("Dispatch", exact=False).first.click()
    for box in second.get_by_role("checkbox").all():
        box.check()
    second.get_by_role("button", name="Take over").click()
    expect(second.get_by_text("4 units are yours now.")).to_be_visible()
    assert hands(*barrels) == ["second_driver"] * 4 + ["officer"] * 2
