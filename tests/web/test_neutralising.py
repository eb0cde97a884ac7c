"""The form of a run: the last version of each protocol, what is left in the own stock, and rows for each unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from custody.audit.words import mass
from custody.handling.models import Proposal
from custody.ledger.events import SYSTEM
from custody.neutralising.services import adopt_protocol, receive_lot
from tests.cast import LOT, PROTOCOL_CONTENT, Cast
from tests.neutralising.runs import neutralised, ready
from tests.web.conftest import Browser
from tests.web.forms import send_form

pytestmark = pytest.mark.django_db


def test_a_run_is_proposed_from_its_form(cast: Cast, browse: Browser) -> None:
    (barrel,) = ready(cast)
    browser = browse(cast.officer)
    told = {
        "protocol": "N-3/1",
        "scale": "FLOOR",
        "held_minutes": "0",
        "units-rows": "1",
        "units-0-exhibit": barrel.label,
        "units-0-lot": LOT,
        "units-0-reagent_grams": "2 400",
        "units-0-gross_grams": "27400",
        "readings-rows": "1",
        "readings-0-name": "pH",
        "readings-0-value": "12,5",
    }
    page = send_form(browser, "neutralise", told, f"?exhibit={barrel.label}")
    assert page.status_code == 302, page.content.decode()
    proposal = Proposal.objects.latest("proposed_at")
    assert proposal.command["readings"] == [{"name": "pH", "value": "12.500", "exhibit": None}]
    assert proposal.command["further"] is None


def test_it_offers_what_can_be_used(cast: Cast, browse: Browser) -> None:
    adopt_protocol(PROTOCOL_CONTENT, actor=SYSTEM)
    for code, unit, expires_on in (
        ("LAPSED-1", "CUSTOMS/QUAY", date(2026, 1, 5)),
        ("THEIRS-1", "CUSTOMS/STORE", date(2099, 1, 1)),
    ):
        receive_lot(
            code=code,
            reagent="RG-17",
            number="1",
            unit=unit,
            grams=Decimal(1),
            expires_on=expires_on,
            actor=SYSTEM,
        )
    page = browse(cast.officer).get("/acts/neutralise/").content.decode()
    assert "N-3/2" in page
    assert "N-3/1" not in page
    assert LOT in page
    assert "LAPSED-1" not in page
    assert "THEIRS-1" not in page


def test_a_page_of_an_exhibit_says_that_its_assay_is_awaited(cast: Cast, browse: Browser) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    page = browse(cast.officer).get(f"/exhibits/{barrel.label}/")
    assert "assay awaited" in page.content.decode()
    assert f"{mass('2400.000')} {LOT}" in page.content.decode()
