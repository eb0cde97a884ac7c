"""Whoever is told that a mass does not add up is told what was expected, what was found, and the difference, each with its unit."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from custody.deadlines.models import Flag
from custody.handling.report import Report
from custody.handling.weigh import Weigh
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

WORDS = "expected 25 kg, found 24.8 kg: 200 g less"


def weigh(cast: Cast, unit: Exhibit, grams: int) -> None:
    do(
        cast.officer,
        Weigh(exhibit=unit.label, scale=FLOOR_SCALE, gross_grams=Decimal(grams), tare_grams=None),
    )


def plain(page: bytes) -> str:
    text = re.sub(r"<[^>]+>", " ", page.decode()).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text)


def test_wherever_it_is_listed_it_says_by_how_much(cast: Cast, browse: Browser) -> None:
    seizure, (unit, other) = catch(cast, 2)
    weigh(cast, unit, 24_800)
    flag = Flag.objects.get(exhibit=unit)
    browser = browse(cast.supervisor)
    addresses = (
        "/",
        "/board/discrepancies/",
        "/flags/",
        f"/flags/?seizure={seizure.reference}",
        f"/flags/{flag.pk}/",
        f"/exhibits/{unit.label}/",
        f"/seizures/{seizure.reference}/",
    )
    for address in addresses:
        assert WORDS in plain(browser.get(address).content), address
    # of several the largest, and that there are several
    weigh(cast, other, 25_450)
    for address in ("/", "/board/discrepancies/", "/flags/", f"/seizures/{seizure.reference}/"):
        told = plain(browser.get(address).content)
        assert "the largest: expected 25 kg, found 25.45 kg: 450 g more" in told, address


def test_the_page_of_a_flag_shows_the_report_as_it_was_made(cast: Cast, browse: Browser) -> None:
    _, (unit,) = catch(cast)
    do(cast.officer, Report(exhibit=unit.label, what="mass", details="It drips on the floor"))
    flag = Flag.objects.get(exhibit=unit)
    told = plain(browse(cast.supervisor).get(f"/flags/{flag.pk}/").content)
    assert "Discrepancy: mass" in told
    assert "Details It drips on the floor" in told
    seq = Entry.objects.get(event_id=flag.source).seq
    assert f"Event {seq}" in told


def test_a_trail_gives_masses_their_unit(cast: Cast, browse: Browser) -> None:
    _, (unit,) = catch(cast)
    weigh(cast, unit, 24_800)
    told = plain(browse(cast.supervisor).get(f"/exhibits/{unit.label}/").content)
    assert "Difference -200 g Expected 25 kg Found 24.8 kg Uncertainty 100 g What gross" in told
    assert "25000.000" not in told
