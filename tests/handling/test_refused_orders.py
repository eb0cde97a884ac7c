"""A prosecutor may refuse to order destruction: it is told, it lets clocks stand still, and an order takes it back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from custody.deadlines.flanders import flanders_2024
from custody.deadlines.services import adopt_policy
from custody.deadlines.sweeping import sweep
from custody.handling.errors import AlreadyOrdered
from custody.handling.order import GiveOrder, RefuseOrder
from custody.handling.split import Part, Split
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.ledger.events import SYSTEM
from custody.people.rights import RightMissing
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.deadlines.conftest import time
from tests.deadlines.scenes import HOUR, MINUTE, pack, running

assert time
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def refuse(cast: Cast, seizure: Seizure, *units: Exhibit) -> None:
    do(
        cast.prosecutor,
        RefuseOrder(
            seizure=seizure.reference,
            exhibits=tuple(unit.label for unit in units) or None,
            reasons="The jury is to see it.",
        ),
    )


def order(cast: Cast, seizure: Seizure) -> None:
    do(
        cast.prosecutor,
        GiveOrder(seizure=seizure.reference, exhibits=None, number="NB-7", reasons="Seen."),
    )


def refused(unit: Exhibit) -> bool:
    return Exhibit.objects.get(pk=unit.pk).order_refused


def test_it_stands_on_every_unit_until_an_order_is_given(cast: Cast) -> None:
    seizure, units = catch(cast, 2)
    refuse(cast, seizure)
    assert all(refused(unit) for unit in units)
    order(cast, seizure)
    assert not any(refused(unit) for unit in units)


def test_what_is_ordered_is_revoked_and_not_refused(cast: Cast) -> None:
    seizure, (unit,) = catch(cast)
    order(cast, seizure)
    with pytest.raises(AlreadyOrdered, match="NB-7"):
        refuse(cast, seizure, unit)
    assert not refused(unit)


def test_it_is_the_prosecutors_to_say(cast: Cast) -> None:
    seizure, _ = catch(cast)
    with pytest.raises(RightMissing):
        do(
            cast.supervisor,
            RefuseOrder(seizure=seizure.reference, exhibits=None, reasons="I would rather not."),
        )


def test_it_goes_along_with_parts_and_with_packaging_around_nothing_else(cast: Cast) -> None:
    seizure, (whole, block, other) = catch(cast, 3, form="block", gross="1100", tare="100")
    refuse(cast, seizure, whole, block)
    do(
        cast.officer,
        Split(
            exhibit=whole.label,
            scale=FLOOR_SCALE,
            parts=(Part(form="bag", gross_grams=Decimal(1000), tare_grams=Decimal(0)),),
        ),
    )
    assert refused(Exhibit.objects.get(made_from=whole))
    pallet = pack(cast, block)
    assert refused(pallet)
    assert not refused(pack(cast, other))


def test_a_clock_stands_still_for_it_where_the_policy_says_so(
    cast: Cast, time: SimulatedClock
) -> None:
    content = flanders_2024(effective_at=clock.to_text(time.at + 3 * MINUTE))
    content["clocks"][0]["paused_by"] = ["refusal"]
    adopt_policy(content, SYSTEM)
    time.advance(3 * MINUTE)
    seizure, (unit,) = catch(cast)
    time.advance(HOUR)
    refuse(cast, seizure)
    time.advance(50 * HOUR)
    assert sweep() == 0
    order(cast, seizure)
    assert running(unit)["harmless"].due_at == time.at + HOUR
