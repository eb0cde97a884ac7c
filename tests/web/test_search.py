"""Finding by label, seal or case number; a slip is explained, and what is not yours is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from custody.deadlines.models import Flag
from custody.handling.document import Document
from custody.handling.order import GiveOrder
from custody.handling.report import Report
from custody.reading.models import Read
from custody.seizures.labels import check_character
from custody.web.searching import _neighbours
from tests.cast import Cast, catch, do
from tests.files import brought, paper
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


def test_a_label_leads_to_its_unit_however_it_is_typed(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    for text in (
        barrel.label,
        barrel.label.lower(),
        barrel.label.replace("-", " "),
        f"  {barrel.label}\n",
        f"https://custody.example/exhibits/{barrel.label}/",
    ):
        answer = browse(cast.officer).get("/search/", {"q": text})
        assert answer.status_code == 302, text
        assert answer["Location"] == f"/exhibits/{barrel.label}/"


def test_a_slip_is_explained_and_the_unit_meant_is_offered(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    body = barrel.label[3:11]
    other = "7" if body[4] != "7" else "8"
    wrong = f"NX-{body[:4]}{other}{body[5:]}-{barrel.label[-1]}"
    answer = browse(cast.officer).get("/search/", {"q": wrong})
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "one character was misread" in text
    assert f"/exhibits/{barrel.label}/" in text
    text = browse(cast.outsider).get("/search/", {"q": wrong}).content.decode()
    assert barrel.label not in text


def test_neighbours_hold_every_single_slip() -> None:
    body = "7K3M9Q2X"
    check = check_character("NX" + body)
    for number in range(8):
        wrong = body[:number] + ("0" if body[number] != "0" else "1") + body[number + 1 :]
        assert f"NX-{body}-{check}" in set(_neighbours(f"NX{wrong}{check}"))
    assert f"NX-{body}-{check}" in set(_neighbours(f"NXK73M9Q2X{check}"))
    assert f"NX-{body}-{check}" in set(_neighbours(f"NX{body}*"))


def test_seals_and_case_numbers_lead_to_what_bears_them(cast: Cast, browse: Browser) -> None:
    seizure, (barrel,) = catch(cast, seals=["HS-1"])
    browser = browse(cast.officer)
    assert browser.get("/search/?q=hs-1")["Location"] == f"/exhibits/{barrel.label}/"
    for number in (seizure.reference, seizure.customs_report.lower()):
        answer = browser.get("/search/", {"q": number})
        assert answer["Location"] == f"/seizures/{seizure.reference}/"


def test_odd_questions_get_an_answer(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    for text in ("", " ", "%", "'", "x" * 5000, "\u202e", "<script>", "NX-ILOUILOU-*"):
        answer = browser.get("/search/", {"q": text})
        assert answer.status_code in {200, 404}, text
        assert b"<script>" not in answer.content


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=%00",
        "/seizures/%00/",
        "/exhibits/%00/",
        "/stages/stored/?seizure=%00",
        "/flags/?seizure=%00&cause=x",
        "/acts/amend/?seizure=%00",
        "/acts/weigh/?exhibit=%00",
        "/seizures/%FF/",
        "/search/?q=%FF%FE",
    ],
)
def test_characters_that_no_database_holds_are_404(
    cast: Cast, browse: Browser, address: str
) -> None:
    assert browse(cast.officer).get(address).status_code == 404


@pytest.mark.parametrize("query", ["q=%00", "q=\0", "\0=1"])
def test_a_character_that_no_text_holds_finds_nothing(
    cast: Cast, browse: Browser, query: str
) -> None:
    for address in ("/search/", "/flags/", "/stages/intercepted/"):
        answer = browse(cast.officer).get(address, QUERY_STRING=query)
        assert answer.status_code == 404, address


def headings(page: bytes) -> list[str]:
    return re.findall(r'<h2 id="kind-\d+">(.*?) <small>', page.decode())


def test_a_part_of_a_name_finds_whatever_bears_it_by_kind(
    cast: Cast, browse: Browser, files: Path
) -> None:
    seizure, (barrel, _) = catch(cast, 2, seals=["HS-1771", "HS-1772"])
    do(
        cast.prosecutor,
        GiveOrder(seizure=seizure.reference, number="HS-17/B", reasons="Nothing left to prove"),
    )
    sha256 = brought(cast.prosecutor, paper())
    do(
        cast.prosecutor,
        Document(seizure=seizure.reference, documents=(sha256,), title="Letter about HS-17"),
    )
    browser = browse(cast.supervisor)
    page = browser.get("/search/?q=hs-17").content
    assert headings(page) == ["Seals, and the units that bear or bore them", "Orders", "Documents"]
    text = page.decode()
    for found in (barrel.label, "HS-17/B", "Letter about HS-17"):
        assert found in text
    for officer, text, heading in (
        (cast.supervisor, seizure.reference[:-2], "Seizures and case numbers"),
        (cast.keeper, "VAULT", "Places and vehicles"),
        (cast.keeper, "VAN-", "Places and vehicles"),
        (cast.supervisor, "keeper", "Officers"),
        (cast.supervisor, barrel.label[:7], "Units"),
    ):
        answer = browse(officer).get("/search/", {"q": text})
        if answer.status_code == 302:
            assert any(part in answer["Location"] for part in ("seizures", "exhibits", "p/")), text
        else:
            assert heading in headings(answer.content), text


def test_a_flag_is_found_by_its_number(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    do(cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    flag = Flag.objects.get()
    address = {"q": str(flag.pk)}
    assert browse(cast.supervisor).get("/search/", address)["Location"] == f"/flags/{flag.pk}/"
    assert browse(cast.outsider).get("/search/", address).status_code == 404


def test_what_is_hidden_and_what_is_not_there_get_one_answer(cast: Cast, browse: Browser) -> None:
    seizure, (barrel,) = catch(cast, seals=["HS-1771"])
    do(
        cast.prosecutor,
        GiveOrder(seizure=seizure.reference, number="NB-771", reasons="Nothing left to prove"),
    )
    browser = browse(cast.outsider)

    def answer(text: str) -> str:
        found = browser.get("/search/", {"q": text})
        assert found.status_code == 404, text
        page = re.sub(r'name="csrf\w+" value="\w+"|data-now="[^"]+"', "", found.content.decode())
        return page.replace(text, "")

    hidden = (barrel.label, seizure.reference, seizure.customs_report, "HS-1771", "NB-771")
    unknown = ("NX-00000000-0", "ANR-1999-000001", "PV-unknown", "HS-9999", "NB-999")
    well_formed = f"NX-00000000-{check_character('NX00000000')}"
    assert answer(barrel.label) == answer(well_formed)
    for known, other in list(zip(hidden, unknown, strict=True))[1:]:
        assert answer(known) == answer(other)


def test_what_a_search_shows_is_logged(cast: Cast, browse: Browser) -> None:
    _, (barrel, other) = catch(cast, 2, seals=["HS-1771", "HS-1772"])
    page = browse(cast.officer).get("/search/?q=HS-177").content.decode()
    assert barrel.label in page
    assert {barrel.id, other.id} <= set(Read.objects.get().objects_shown)
