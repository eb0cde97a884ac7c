"""Scanning: a pile of units, the shelf that they go to, and one confirmation for all."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest
import typst
import zxingcpp
from django.test import Client
from PIL import Image

from custody.handling.hand_over import HandOver
from custody.labelling.models import LabelPrinting
from custody.labelling.services import print_labels
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from custody.web.scanning import LARGEST_PILE
from tests.cast import Cast, catch, propose
from tests.handling.burning import carry
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


def scanned(browser: Client, *told: str) -> str:
    """The address of the pile after these scans."""
    address = "/scan/"
    for text in told:
        kept = parse_qs(urlsplit(address).query)
        answer = browser.get("/scan/", {**kept, "q": text})
        assert answer.status_code == 302, answer.content.decode()
        address = answer["Location"]
    return address


def links(page: str) -> dict[str, str]:
    """What can be done with the pile: act to the address of its form."""
    return {
        one: unescape(f"/acts/{one}/?{rest}")
        for one, rest in re.findall(r'href="/acts/(\w+)/\?(exhibit=[^"]+)"', page)
    }


def test_units_and_a_shelf_scanned_are_stored_by_one_confirmation(
    cast: Cast, browse: Browser
) -> None:
    _, barrels = catch(cast, 3)
    carry(cast, [one.label for one in barrels], "VAULT-A", cast.keeper)
    browser = browse(cast.keeper)
    address = scanned(
        browser,
        *(f"https://custody.example/i/{one.label}" for one in barrels),
        "https://custody.example/p/VAULT-B",
    )
    page = browser.get(address).content.decode()
    assert "3 units" in page
    assert next(iter(links(page))) == "store"
    form = browser.get(links(page)["store"]).content.decode()
    assert re.search(r'<option value="VAULT-B" selected>', form)
    assert all(one.label in form for one in barrels)


def test_only_what_is_legal_for_all_of_them_is_offered(cast: Cast, browse: Browser) -> None:
    _, (here, gone) = catch(cast, 2)
    browser = browse(cast.officer)
    alone = links(browser.get(scanned(browser, here.label)).content.decode())
    assert {"weigh", "dispatch"} <= set(alone)
    both = links(browser.get(scanned(browser, here.label, gone.label)).content.decode())
    assert "dispatch" in both
    assert "weigh" not in both


def test_what_is_not_known_is_told_and_the_pile_is_kept(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.officer)
    for told in ("NX-00000000-0", "nonsense", "https://evil.example/i/", "VAULT-NONE"):
        answer = browser.get("/scan/", {"unit": barrel.label, "q": told})
        assert answer.status_code == 404
        assert f'name="unit" value="{barrel.label}"' in answer.content.decode()


def test_the_same_unit_scanned_twice_is_one(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    assert scanned(browse(cast.officer), barrel.label, barrel.label).count("unit=") == 1


def test_a_stranger_learns_nothing_from_a_scan(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    stranger = browse(cast.outsider)
    known = stranger.get("/scan/", {"q": barrel.label})
    assert known.status_code == 404
    address = f"/scan/?unit={barrel.label}"
    told = stranger.get(address).content.decode()
    # what was asked for is repeated, for who changes how the page looks; that is all
    assert barrel.label not in told.replace(address, "")
    assert not Read.objects.filter(badge="outsider").exists()


def test_a_full_pile_says_so(cast: Cast, browse: Browser) -> None:
    _, barrels = catch(cast, LARGEST_PILE + 1)
    told = {"unit": [one.label for one in barrels[:-1]], "q": barrels[-1].label}
    page = browse(cast.officer).get("/scan/", told).content.decode()
    assert f"{LARGEST_PILE} units are as many" in page


def test_the_code_of_a_free_label_opens_an_interception_under_it(
    cast: Cast, browse: Browser
) -> None:
    (label,) = print_labels(cast.officer, count=1).labels
    browser = browse(cast.colleague)
    opened = browser.get(f"/i/{label}")
    assert opened["Location"] == f"/acts/intercept/?{urlencode({'label': label})}"
    assert f'value="{label}"' in browser.get(opened["Location"]).content.decode()
    catch(cast, labels=[label])
    assert browser.get(f"/i/{label}")["Location"] == f"/exhibits/{label}/"
    assert browse(cast.outsider).get(f"/i/{label}", follow=True).status_code == 404
    assert browser.get("/i/NX-00000000-1")["Location"].startswith("/search/?q=")


def test_the_code_of_a_place_opens_a_pile_that_goes_there(cast: Cast, browse: Browser) -> None:
    assert browse(cast.keeper).get("/p/VAULT-A")["Location"] == "/scan/?place=VAULT-A"
    assert browse(cast.keeper).get("/p/NOWHERE").status_code == 404


def test_labels_are_put_down_then_had_as_pdf_within_the_hour_by_who_did(
    cast: Cast, browse: Browser
) -> None:
    browser = browse(cast.officer)
    made = browser.post("/labels/", {"count": "30"})
    page = made["Location"]
    assert page == f"/labels/{LabelPrinting.objects.get().code}/"
    assert "Get the PDF" in browser.get(page).content.decode()
    pdf = browser.get(f"{page}sheet.pdf", {"stock": "a4-21", "first": "3"})
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    for told in (
        {"stock": "a5"},
        {"stock": "a4-21", "first": "22"},
        {"stock": "a4-21", "first": "x"},
    ):
        assert browser.get(f"{page}sheet.pdf", told).status_code == 422
    assert browse(cast.colleague).get(f"{page}sheet.pdf", {"stock": "a4-21"}).status_code == 409
    assert browse(cast.outsider).get(page).status_code == 404
    assert browser.post("/labels/", {}).status_code == 422
    assert Exhibit.objects.count() == 0


def test_a_proposal_shows_its_proposer_a_code_that_a_colleagues_phone_reads(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    page = browse(cast.officer).get(f"/proposals/{proposal}/").content.decode()
    (drawing,) = re.findall(r'src="data:image/svg\+xml,([^"]+)"', page)
    (found,) = zxingcpp.read_barcodes(_drawn(unquote(drawing)))
    assert found.text.endswith(f"/proposals/{proposal}/")
    theirs = browse(cast.keeper).get(f"/proposals/{proposal}/").content.decode()
    assert "data:image" not in theirs
    assert "Here, as listed" in theirs


def _drawn(drawing: str) -> Image.Image:
    sheet = b'#set page(width: 60mm, height: 60mm, margin: 0mm)\n#image(bytes(sys.inputs.it), format: "svg", width: 60mm)'
    page = typst.compile(sheet, format="png", sys_inputs={"it": drawing})
    assert isinstance(page, bytes)
    return Image.open(BytesIO(page))


def test_a_label_that_nothing_bears_opens_an_interception_unless_a_pile_would_be_lost(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    (label,) = print_labels(cast.officer, count=1).labels
    browser = browse(cast.officer)
    opened = browser.get("/scan/", {"q": f"https://custody.example/i/{label}"})
    assert opened["Location"] == f"/acts/intercept/?{urlencode({'label': label})}"
    kept = browser.get("/scan/", {"unit": barrel.label, "q": label})
    assert kept.status_code == 404
    assert f"{label} was printed and is on nothing yet" in kept.content.decode()
    stranger = browse(cast.outsider).get("/scan/", {"q": label})
    assert "is no unit and no place" in stranger.content.decode()


def test_the_code_on_a_colleagues_screen_opens_what_waits(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    answer = browse(cast.keeper).get("/scan/", {"q": f"https://evil.example/proposals/{proposal}/"})
    assert answer["Location"] == f"/proposals/{proposal}/"


def test_labels_and_seals_have_a_scanner_beside_them_and_nothing_else_has(
    cast: Cast, browse: Browser
) -> None:
    page = browse(cast.officer).get("/acts/intercept/").content.decode()
    beside = set(re.findall(r'data-scan-into="id_exhibits-0-(\w+)"', page))
    assert beside == {"label", "seal_number"}
    assert 'data-scan-into="id_exhibits-__row__-seal_number"' in page
