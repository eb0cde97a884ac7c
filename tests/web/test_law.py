"""The law is shown whole: what each rule asks, where that comes from, and whether somebody read it there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from custody.kit import clock
from custody.law.jurisdictions import SHIPPED
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from tests.cast import Cast
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db


def to_come() -> str:
    return clock.to_text(clock.now() + timedelta(days=2))


def test_every_rule_of_a_profile_stands_there_with_its_source(cast: Cast, browse: Browser) -> None:
    text = plain(browse(cast.supervisor).get("/law/belgium/1/").content)
    for words in (
        "belgium/1",
        "in force",
        "An order in force that names it, given by: prosecution; it holds: reasons.",
        "While a judicial investigation is open, a judge authorises the order first.",
        "A standing authorisation: no order is needed.",
        "Of the seizure are taken and kept: sample, counter-sample.",
        "Samples lie with another custodian than the rest.",
        "1 photograph at least, of the unit, or of each innermost one before packing.",
        "Appeal: 15 days are over since the day on which the lawful owner was told",
        "Witnesses: 2, of another agency: 1 of them.",
        "Code of Criminal Procedure (BE), art. 28novies",
        "to be confirmed",
        "adopted by",
    ):
        assert words in text, words


@pytest.mark.parametrize("code", sorted(SHIPPED))
def test_whatever_is_shipped_can_be_read(cast: Cast, browse: Browser, code: str) -> None:
    row = adopt_profile(SHIPPED[code](effective_at=to_come()), SYSTEM)
    text = plain(browse(cast.auditor).get(f"/law/{row.key}/").content)
    for deed in row.content["deeds"].values():
        for rule in (*deed.get("periods", ()), *(deed[name] for name in deed if name != "periods")):
            assert rule["source"].partition(":")[0] in text.replace("&amp;", "&")
    assert "to come" in plain(browse(cast.officer).get("/law/").content)


def test_a_profile_is_given_as_the_file_that_would_adopt_it(cast: Cast, browse: Browser) -> None:
    answer = browse(cast.administrator).get("/law/belgium/1/file.json")
    assert answer["Content-Disposition"] == 'attachment; filename="belgium-1.json"'
    told = json.loads(answer.content)
    assert told.keys() == {"profiles"}
    assert told["profiles"][0]["code"] == "belgium"


def test_no_profile_that_is_not_there_is_shown(cast: Cast, browse: Browser) -> None:
    for address in ("/law/belgium/2/", "/law/atlantis/1/", "/law/belgium/9/file.json"):
        assert browse(cast.supervisor).get(address).status_code == 404, address
