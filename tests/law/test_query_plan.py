"""The gate asks the database as often for many units as for few."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.handling.order import GiveOrder
from custody.handling.pack import Pack
from custody.kit import clock
from custody.law.gate import Deed, missing
from custody.law.queries import facts_for
from custody.seizures.models import Exhibit
from custody.seizures.rows import exhibit_state
from tests.cast import Cast, catch, do
from tests.handling.burning import photograph, take_samples

pytestmark = pytest.mark.django_db


def lots(cast: Cast, number: int) -> None:
    """Seizures with packed bricks, samples in a bag, photographs, and an order that keeps something."""
    for _ in range(number):
        seizure, (barrel, *bricks) = catch(cast, 4)
        samples = take_samples(cast, barrel.label)
        do(cast.officer, Pack(exhibits=tuple(samples), form="bag"))
        do(cast.officer, Pack(exhibits=tuple(one.label for one in bricks), form="pallet"))
        photograph(cast.officer, barrel.label)
        do(
            cast.prosecutor,
            GiveOrder(
                seizure=seizure.reference,
                number=f"D-{seizure.reference}",
                reasons="No need of it.",
                retain_grams=Decimal(10),
            ),
        )


def asked() -> tuple[int, int]:
    """How many queries it takes to judge every handling unit, and how many units those are."""
    units = [exhibit_state(row) for row in Exhibit.objects.filter(within=None)]
    now = clock.now()
    with CaptureQueriesContext(connection) as queries:
        facts = facts_for(units, now, now)
        for one in facts.values():
            missing(Deed.INCINERATE, one)
    return len(queries), len(units)


def test_it_takes_as_many_queries_for_many_units_as_for_few(cast: Cast) -> None:
    lots(cast, 1)
    few, units = asked()
    lots(cast, 3)
    many, more = asked()
    assert more == 4 * units
    assert few == many
