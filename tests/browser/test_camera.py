"""The camera: a real browser is shown labels of our own printing, as a phone is on the quay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from custody.attachments.models import Attachment
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.labels import check_character
from tests.browser.conftest import CHROMIUM, PHONE
from tests.browser.films import bars_alone, film, label
from tests.browser.test_accessibility import EVERY_RULE
from tests.cast import Cast, catch
from tests.files import picture
from tests.races.children import until

SignIn = Callable[[Officer, dict[str, int]], Page]


def made_up(body: str) -> str:
    return f"NX-{body}-{check_character(f'NX{body}')}"


#: In one film: a label with both codes, the Code 128 of another, and a seal.
FIRST, SECOND, SEAL = made_up("7K3M9Q2X"), made_up("0FAR4WAY"), "HS-0042"
SCANNERS_OWN = re.compile(r"/(camera|decoder|zxing_reader)\b")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    seen = film(
        tmp_path_factory.mktemp("film") / "camera.y4m",
        [label(FIRST), bars_alone(SECOND), bars_alone(SEAL)],
    )
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        found = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={seen}",
            ],
        )
        yield found
        found.close()


def listen(page: Page) -> Callable[[str], bool]:
    """Keeps whatever the scanner says aloud; tells whether it has said something."""
    page.evaluate(
        """() => {
            window.said = [];
            const told = document.querySelector("[data-told]");
            new MutationObserver(() => said.push(told.textContent)).observe(told, { childList: true });
        }"""
    )
    return lambda words: any(words in one for one in page.evaluate("window.said"))


def test_labels_held_up_make_a_pile_and_what_is_none_of_ours_is_told(
    cast: Cast, sign_in: SignIn
) -> None:
    catch(cast, 2, labels=[FIRST, SECOND])
    page = sign_in(cast.officer, PHONE)
    page.context.grant_permissions(["camera"])
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto("/scan/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Scan")
    assert [url for url in asked if SCANNERS_OWN.search(url)] == []
    said = listen(page)
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 units")
    until(lambda: said(f"{SEAL} is no unit and no place"), "a seal is no unit")
    until(lambda: said("already on the pile"), "what is shown again is known")
    assert page.url.count("unit=") == 2
    assert FIRST in page.url
    assert SECOND in page.url
    expect(page.get_by_role("link", name=re.compile("^Dispatch"))).to_be_visible()
    with page.expect_response(lambda one: "unit=" in one.url and SECOND not in one.url):
        page.get_by_role("link", name=f"Take {SECOND} off").click()
    # the page was not left: the camera goes on, and sees it again
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 units")
    assert said("already on the pile")
    expect(page.locator("video")).to_be_visible()
    found = Axe().run(page, context="main", options={"runOnly": EVERY_RULE})
    assert found.response["violations"] == []
    page.get_by_role("button", name="Close the camera").click()
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    expect(page.get_by_role("button", name="Scan with the camera")).to_be_focused()


def test_a_seal_is_read_into_its_field_and_a_label_is_not_taken_for_one(
    cast: Cast, sign_in: SignIn
) -> None:
    catch(cast, labels=[FIRST])
    page = sign_in(cast.officer, PHONE)
    page.context.grant_permissions(["camera"])
    page.goto(f"/acts/apply_seal/?exhibit={FIRST}")
    page.get_by_role("button", name="Scan Seal number").click()
    # the film begins with labels
    expect(page.get_by_label("Seal number", exact=True)).to_have_value(SEAL)
    expect(page.get_by_role("dialog", name="Scanner")).to_be_hidden()
    expect(page.get_by_label("I · indicative")).to_be_focused()
    page.get_by_text("H · high security").click()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Recorded", exact=False).first).to_be_visible()


def test_rows_that_were_added_have_a_scanner_too_and_one_that_types_goes_on_to_the_next_field(
    cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.officer, PHONE)
    page.context.grant_permissions(["camera"])
    page.goto("/acts/intercept/")
    rows = page.get_by_label("Seal number")
    before = rows.count()
    page.get_by_role("button", name="Add").click()
    expect(rows).to_have_count(before + 1)
    page.get_by_role("button", name="Scan Seal number").last.click()
    expect(rows.last).to_have_value(SEAL)
    page.get_by_role("button", name="Scan Label").first.click()
    expect(page.locator("[name=exhibits-0-label]")).to_have_value(re.compile(f"{FIRST}|{SECOND}"))
    rows.first.focus()
    page.keyboard.type("HS-1\n")
    expect(rows.first).to_have_value("HS-1")
    expect(page.locator("[name=exhibits-0-seal_class]")).to_be_focused()
    assert not Entry.objects.filter(kind="seizure.opened").exists()


def test_who_refuses_the_camera_is_told_what_to_do_and_types(
    cast: Cast, sign_in: SignIn, home: str
) -> None:
    catch(cast, labels=[FIRST])
    page = sign_in(cast.officer, PHONE)
    page.context.new_cdp_session(page).send(
        "Browser.setPermission",
        {"permission": {"name": "camera"}, "setting": "denied", "origin": home},
    )
    page.goto("/scan/")
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.get_by_text("does not let this site use the camera")).to_be_visible()
    page.get_by_label("Next unit").fill(FIRST.lower())
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 unit")
    expect(page.get_by_role("link", name=re.compile("^Weigh"))).to_be_visible()


def test_a_photograph_is_seen_before_it_goes_and_one_that_is_too_large_does_not_go(
    cast: Cast, sign_in: SignIn, tmp_path: Path
) -> None:
    catch(cast, labels=[FIRST])
    huge = tmp_path / "huge.jpg"
    huge.write_bytes(bytes(26_000_000))
    page = sign_in(cast.officer, PHONE)
    page.goto(f"/acts/photograph/?exhibit={FIRST}")
    taken = page.get_by_label("Photographs", exact=True)
    taken.set_input_files(huge)
    expect(page.get_by_text("or choose from what is on this device")).to_be_visible()
    wrong = page.get_by_text("One of these has more than 25 MB")
    expect(wrong).to_be_visible()
    page.get_by_role("button", name="Record").click()
    expect(wrong).to_be_focused()
    assert not Entry.objects.filter(kind="exhibit.photographed").exists()
    taken.set_input_files({"name": "one.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.get_by_label("or choose from what is on this device").set_input_files(
        {"name": "two.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    expect(wrong).to_be_hidden()
    expect(page.get_by_text("two.jpg · ")).to_be_visible()
    expect(page.get_by_role("list", name="Chosen").locator("img")).to_have_count(2)
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Recorded", exact=False).first).to_be_visible()
    assert Attachment.objects.count() == 2
