"""A container takes the earliest start of each clock over from its contents, and hands it down when opened."""

from __future__ import annotations

import pytest

from custody.deadlines.queries import next_limits
from custody.deadlines.rules import Standing
from custody.deadlines.sweeping import sweep
from custody.handling.transport import Dispatch, Receive
from custody.kit.clock import SimulatedClock
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import (
    HOUR,
    MINUTE,
    clocks,
    flags,
    levels,
    order,
    pack,
    receive,
    running,
    send,
    unpack,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def test_packed_units_stop_being_judged_and_their_pallet_is(
    cast: Cast, time: SimulatedClock
) -> None:
    _, units = catch(cast, 2, form="block")
    caught = time.at
    time.advance(HOUR)
    order(cast, units[1])
    ordered = time.at
    time.advance(MINUTE)
    pallet = pack(cast, *units)
    assert {name: row.started_at for name, row in running(pallet).items()} == {
        "harmless": caught,
        "plant": ordered,
    }
    for unit in units:
        assert {row.standing for row in clocks(unit)} == {Standing.HANDED}
        assert {row.next_at for row in clocks(unit)} == {None}
    limits = next_limits([pallet.id, *(unit.id for unit in units)], time.at)
    assert list(limits) == [pallet.id]


def test_an_existing_container_takes_the_earlier_start_of_what_is_added(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (early, late) = catch(cast, 2, form="block")
    order(cast, early)
    first = time.at
    time.advance(30 * MINUTE)
    order(cast, late, "NB-2")
    pallet = pack(cast, late)
    assert running(pallet)["plant"].started_at == time.at
    time.advance(30 * MINUTE)
    pack(cast, early, into=pallet)
    assert running(pallet)["plant"].started_at == first
    assert running(pallet)["plant"].due_at == first + 3 * HOUR


def test_unpacked_units_run_on_and_the_empty_pallet_does_not(
    cast: Cast, time: SimulatedClock
) -> None:
    _, units = catch(cast, 2, form="block")
    caught = time.at
    pallet = pack(cast, *units)
    time.advance(HOUR)
    unpack(cast, pallet, units[0])
    assert running(units[0])["harmless"].due_at == caught + 2 * HOUR
    assert running(units[0])["harmless"].next_at is not None
    assert "harmless" in running(pallet)
    unpack(cast, pallet)
    assert running(units[1])["harmless"].started_at == caught
    assert not running(pallet)


def test_packing_a_block_into_a_caught_barrel_and_taking_it_out_does_not_stop_the_barrels_clock(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (barrel, block) = catch(cast, 2)
    pack(cast, block, into=barrel)
    unpack(cast, barrel)
    assert "harmless" in running(barrel)
    assert "harmless" in running(block)


def test_what_the_container_was_done_with_in_time_is_not_late_when_taken_out(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast, form="block")
    order(cast, unit)
    pallet = pack(cast, unit)
    send(cast, pallet, to="PLANT-A")
    time.advance(HOUR)
    receive(cast, pallet, at="PLANT-A")
    assert "plant" not in running(pallet)
    time.advance(5 * HOUR)
    assert sweep() == 3
    assert {name for name, _ in levels(pallet)} == {"harmless"}
    send_back(cast, pallet)
    unpack(cast, pallet)
    assert set(running(unit)) == {"harmless"}
    assert {name for name, _ in levels(unit)} == set()
    assert sweep() == 3
    assert {name for name, _ in levels(unit)} == {"harmless"}


def send_back(cast: Cast, pallet: Exhibit) -> None:
    do(
        cast.operator,
        Dispatch(exhibits=(pallet.label,), driver="driver", vehicle="VAN-A", destination="QUAY-A"),
        cast.driver,
    )
    do(
        cast.officer,
        Receive(exhibits=(pallet.label,), place="QUAY-A", taker=None, scale=None, checks=None),
        cast.driver,
    )


def test_flags_pass_to_the_container_with_the_clock(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast, form="block")
    time.advance(2.5 * HOUR)
    assert sweep() == 2
    pallet = pack(cast, unit)
    assert not flags(unit, resolved_at=None)
    assert sweep() == 2
    assert levels(pallet) == [("harmless", "soon"), ("harmless", "due")]
    assert flags(pallet)[1].fell_due_at == flags(unit)[1].fell_due_at
    unpack(cast, pallet)
    assert not flags(pallet, resolved_at=None)
    assert sweep() == 2
    assert len(flags(unit, resolved_at=None)) == 2
    assert sweep() == 0


def test_a_pallet_in_a_container_waits_too(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast, form="block")
    caught = time.at
    pallet = pack(cast, unit)
    outer = pack(cast, pallet)
    assert not [row for row in clocks(pallet) if row.standing == Standing.OWN]
    assert running(outer)["harmless"].started_at == caught
    time.advance(HOUR)
    unpack(cast, outer)
    unpack(cast, pallet)
    assert running(unit)["harmless"].started_at == caught
    assert not running(outer)
    assert not running(pallet)


def test_an_order_on_a_block_inside_waits_until_it_is_taken_out(
    cast: Cast, time: SimulatedClock
) -> None:
    _, units = catch(cast, 2, form="block")
    pallet = pack(cast, *units)
    order(cast, units[0])
    ordered = time.at
    assert running(units[0])["plant"].standing == Standing.INSIDE
    assert running(units[0])["plant"].next_at is None
    time.advance(HOUR)
    unpack(cast, pallet, units[0])
    assert running(units[0])["plant"].due_at == ordered + 3 * HOUR
    assert running(units[0])["plant"].standing == Standing.OWN
