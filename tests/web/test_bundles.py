"""Bundles by the pages: a button for who may disclose, a recipient first, then the zip."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.audit.bundle import exporting
from custody.audit.bundle.packing import VERIFIER, VERIFIER_SHA256
from custody.people.assigning import Purpose, state_purpose
from custody.people.models import Officer
from custody.reading.models import Action, Read
from tests.audit.evidence import KEY, evidence, judge
from tests.cast import Cast, catch
from tests.deadlines.scenes import send
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db
ASKED = {"recipient": "Court of Antwerp", "language": "de"}


@pytest.fixture(autouse=True)
def _signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "evidence_for", evidence)


def test_a_prosecutor_says_why_and_for_whom_and_takes_it_along(
    cast: Cast, browse: Browser, tmp_path: Path
) -> None:
    seizure, (barrel,) = catch(cast)
    send(cast, barrel)
    pages = [f"/exhibits/{barrel.label}/", f"/seizures/{seizure.reference}/"]
    for page in pages:
        browser = browse(cast.prosecutor)
        assert f"{page}bundle/" in browser.get(page).content.decode()
        assert "Download" in browser.get(f"{page}bundle/").content.decode()
        assert (
            browser.post(f"{page}bundle/", {"recipient": "", "language": "de"}).status_code == 422
        )
        refusal = browser.post(f"{page}bundle/", ASKED)
        assert refusal.status_code == 403
        assert f"/seizures/{seizure.reference}/purpose/" in refusal.content.decode()
    assert not Read.objects.filter(action=Action.DISCLOSURE).exists()
    state_purpose(
        cast.prosecutor, case=seizure.id, purpose=Purpose.PROSECUTION, reason="The trial."
    )
    for number, page in enumerate(pages):
        answer = browse(Officer.objects.get(pk="prosecutor")).post(f"{page}bundle/", ASKED)
        assert answer.status_code == 200
        target = tmp_path / f"{number}.zip"
        target.write_bytes(answer.content)
        assert judge(target, *KEY).status == 0
    reads = Read.objects.filter(action=Action.DISCLOSURE)
    assert {one.recipients for one in reads} == {"Court of Antwerp"}
    assert len(reads) == 2


def test_who_may_not_disclose_has_no_button_and_no_way(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    page = f"/exhibits/{barrel.label}/"
    assert "bundle/" not in browse(cast.officer).get(page).content.decode()
    assert browse(cast.officer).get(f"{page}bundle/").status_code == 403
    assert browse(cast.far_supervisor).get(f"{page}bundle/").status_code == 404


def test_the_judge_is_published_apart_with_its_hash(client) -> None:
    answer = client.get("/log/verify.py")
    assert (answer.status_code, answer.content) == (200, VERIFIER)
    assert answer["ETag"] == f'"{VERIFIER_SHA256}"'
    assert client.get("/log/verify.py.sha256").content.decode() == f"{VERIFIER_SHA256}  verify.py\n"
