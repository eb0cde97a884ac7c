"""An interception recorded late is confirmed by a colleague, who sees it though there is no exhibit yet."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from custody.handling.intercept import Found, Intercept
from custody.handling.models import Proposal
from custody.handling.proposals import waiting_for
from custody.kit import clock
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
