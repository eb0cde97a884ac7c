"""An interception recorded late is confirmed by a colleague, who sees it though there is no exhibit yet."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from custody.handling.intercept import Found, Intercept
from custody.handling.models import Proposal
from custody.handling.proposals import lapse_due, refuse, waiting_for
from custody.kit import clock
from custody.ledger.models import Disclosure, Entry
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, do, propose

pytestmark = pytest.mark.django_db

CATCH = Intercept(
    customs_report="PV-1",
    location="BEANR",
    place="QUAY-A",
    substance="cocaine",
    lane="fast",
    scale=FLOOR_SCALE,
    exhibits=(Found(form="barrel", gross_grams=Decimal(25_000)),),
)


def test_a_colleague_sees_and_confirms_it(cast: Cast) -> None:
    at = clock.now() - timedelta(hours=2)
    do(cast.officer, CATCH, cast.colleague, occurred_at=at, late_reason="No signal in the hold")
    assert Exhibit.objects.get().intercepted_at == at


def test_nobody_of_another_unit_sees_it(cast: Cast) -> None:
    at = clock.now() - timedelta(hours=2)
    propose(cast.officer, CATCH, occurred_at=at, late_reason="No signal in the hold")
    assert [one.act for one in waiting_for(cast.colleague)] == ["intercept"]
    for stranger in (cast.outsider, cast.far_supervisor, cast.keeper, cast.prosecutor):
        assert not Proposal.objects.visible_to(stranger).exists()


def test_one_that_came_to_nothing_is_not_forgotten(cast: Cast) -> None:
    at = clock.now() - timedelta(hours=2)
    late = {"occurred_at": at, "late_reason": "No signal in the hold"}
    refused, lapsed = (propose(cast.officer, CATCH, **late) for _ in range(2))
    refuse(cast.colleague, refused, "I was there: it was two barrels.")
    with clock.simulated(clock.now() + timedelta(hours=13)):
        assert lapse_due() == 1
    for proposal, kind in ((refused, "proposal.refused"), (lapsed, "proposal.lapsed")):
        entry = Entry.objects.get(subject_type="proposal", subject_id=str(proposal))
        assert entry.kind == kind
    assert Disclosure.objects.filter(text="I was there: it was two barrels.").exists()
    call_command("verify_ledger")
