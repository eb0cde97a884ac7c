"""The certificate of destruction on paper: what one event says, for each reader as much as is theirs."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from custody.audit.bundle.certifying import _told, certificate_pdf
from custody.audit.bundle.contents import of_exhibit, of_seizure
from custody.audit.bundle.papers import LANGUAGES, UnknownLanguage
from custody.audit.certificates import NotCertified, certificate_of
from custody.burning.models import Session
from custody.ledger.models import Entry
from custody.reading.models import Action, Read
from custody.seizures.models import Exhibit
from tests.audit.evidence import KEY, judged, made, names
from tests.audit.test_bundle_papers import known
from tests.burning.paper import permit
from tests.burning.scenes import burn, certify, confirmed, log, plan, ready
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def two_cases(cast: Cast) -> tuple[Session, Exhibit, Exhibit]:
    """A certified session in which one barrel of each of two seizures burnt."""
    permit()
    first, second = ready(cast)[0], ready(cast)[0]
    row = burn(cast, plan(cast, confirmed(cast), [first, second]), [first, second])
    log(cast, row)
    return certify(cast, row), first, second


def words(cast_row: Session, *exhibits: Exhibit) -> str:
    """What the paper says, in English, as one text."""
    found = certificate_of(str(cast_row.id))
    if exhibits:
        found = found.of({str(one.id) for one in exhibits})
    with translation.override("en"):
        return json.dumps(_told(found), ensure_ascii=False)


def test_it_lists_units_masses_times_witnesses_and_leaves(cast: Cast) -> None:
    row, first, second = two_cases(cast)
    told = words(row)
    for one in (first, second):
        leaf = Entry.objects.get(kind="exhibit.incinerated", subject_id=str(one.id)).leaf
        assert one.label in told
        assert one.seizure.reference in told
        assert bytes(leaf).hex() in told
    certified = Entry.objects.get(kind="session.certified")
    assert f"event no. {certified.seq}" in told
    for word in ("second_operator", "keeper", "PLANT-A", "OVAM-1", "1100 °C", row.logs[0]):
        assert word in told
    assert "excerpt" not in told
    assert "1100 to 1100; by the permit at least 850" in told


def test_of_one_case_it_says_nothing_of_the_other(cast: Cast) -> None:
    row, first, second = two_cases(cast)
    told = words(row, first)
    assert first.label in told
    assert second.label not in told
    assert second.seizure.reference not in told
    assert "This is an excerpt: 1 of 2 units." in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_the_same_pdf_a_each_time_in_each_language(cast: Cast, language: str) -> None:
    row, *_ = two_cases(cast)
    found = certificate_of(str(row.id))
    data = certificate_pdf(found, language)
    assert data == certificate_pdf(found, language)
    assert re.search(rb"pdfaid:part>2<", data)
    if language != "en":
        with translation.override("en"):
            english = _told(found)
        names_ = {name for name, _ in english["facts"]} | {*english["words"].values()}
        unit = english["units"][0]
        names_ |= {name for name, _ in (*unit["facts"], *unit["masses"], *unit["people"])}
        assert names_ | {english["title"], english["notice"][0]} <= known(language)
    with pytest.raises(UnknownLanguage):
        certificate_pdf(found, "xx")


def test_a_bundle_holds_the_certificate_of_its_own_units_and_verifies(
    cast: Cast, tmp_path: Path
) -> None:
    row, first, second = two_cases(cast)
    for contents in (of_seizure(None, first.seizure), of_exhibit(None, first)):
        assert [one["label"] for one in contents.certificates[str(row.id)].units] == [first.label]
    files = made(of_seizure(None, first.seizure))
    assert names(files, "certificates/") == [f"certificates/{row.id}.pdf"]
    assert second.label.encode() not in b"".join(files.values())
    verdict = judged(tmp_path / "bundle", files, *KEY)
    assert verdict.status == 0, verdict.said


def test_what_is_not_certified_has_none(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    row = burn(cast, plan(cast, confirmed(cast), [barrel]), [barrel])
    with pytest.raises(NotCertified):
        certificate_of(str(row.id))
    assert of_seizure(None, barrel.seizure).certificates == {}
    with pytest.raises(CommandError, match="has no certificate"):
        call_command("print_certificate", str(row.id), "--out", "nowhere.pdf")
    assert not Path("nowhere.pdf").exists()


def test_the_console_writes_it_and_that_is_on_record(cast: Cast, tmp_path: Path) -> None:
    row, first, second = two_cases(cast)
    out, said = tmp_path / "certificate.pdf", StringIO()
    call_command("print_certificate", str(row.id), "--out", str(out), stdout=said)
    assert out.read_bytes().startswith(b"%PDF-")
    assert "2 units" in said.getvalue()
    read = Read.objects.get(action=Action.DISCLOSURE)
    assert (read.badge, read.agency) == ("system", "CUSTOMS")
    assert set(read.objects_shown) == {first.id, second.id}
