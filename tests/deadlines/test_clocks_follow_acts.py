"""Clocks start and stop by the acts themselves, in their transaction."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.deadlines.queries import next_limits
from custody.deadlines.rules import Level
from custody.handling.lane import AssignLane
from custody.handling.order import RevokeOrder
from custody.handling.presence import Find, Miss
from custody.handling.sample import Sample, Taken
from custody.handling.seals import ApplySeal
from custody.handling.split import Part, Split
from custody.handling.store import Withdraw
from custody.handling.transport import Dispatch
from custody.kit.clock import SimulatedClock
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import FINE_SCALE, FLOOR_SCALE, Cast, catch, do
from tests.deadlines.scenes import (
    HOUR,
    MINUTE,
    SECOND,
    clocks,
    flags,
    leave_the_fast_lane,
    levels,
    order,
    receive,
    running,
    send,
    store,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def test_a_catch_on_the_fast_lane_has_two_hours_to_be_harmless(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    harmless = running(unit)["harmless"]
    assert list(running(unit)) == ["harmless"]
    assert harmless.started_at == time.at
    assert harmless.warn_at == harmless.next_at == time.at + 1.5 * HOUR
    assert harmless.due_at == time.at + 2 * HOUR
    assert harmless.escalate_at == time.at + 3 * HOUR
    assert (harmless.policy_code, harmless.policy_version) == ("flanders-2024", 1)


def test_on_the_standard_lane_it_is_counted_without_a_limit(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast, lane="standard")
    assert running(unit)["harmless"].due_at is None
    assert running(unit)["harmless"].next_at is None
    assert next_limits([unit.id], time.at + 100 * HOUR) == {}


def test_transit_and_store_run_one_after_the_other(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast)
    time.advance(10 * MINUTE)
    send(cast, unit)
    assert running(unit)["transit"].due_at == time.at + 2 * HOUR
    time.advance(HOUR)
    receive(cast, unit)
    assert "transit" not in running(unit)
    store(cast, unit)
    assert running(unit)["store"].due_at == time.at + 24 * HOUR
    time.advance(HOUR)
    do(cast.keeper, Withdraw(exhibits=(unit.label,), purpose="transport"))
    assert list(running(unit)) == ["harmless"]
    assert not flags(unit)


def test_an_order_has_three_hours_to_reach_a_plant_and_no_vault_stops_it(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    order(cast, unit)
    assert running(unit)["plant"].due_at == time.at + 3 * HOUR
    send(cast, unit)
    receive(cast, unit)
    assert "plant" in running(unit)
    send_from_vault(cast, unit)
    receive(cast, unit, at="PLANT-A")
    assert "plant" not in running(unit)


def send_from_vault(cast: Cast, unit: Exhibit) -> None:
    do(
        cast.keeper,
        Dispatch(exhibits=(unit.label,), driver="driver", vehicle="VAN-A", destination="PLANT-A"),
        cast.driver,
    )


def test_revoking_the_last_order_stops_the_clock_to_the_plant(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    order(cast, unit, "NB-1")
    first = time.at
    time.advance(HOUR)
    order(cast, unit, "NB-2")
    do(cast.prosecutor, RevokeOrder(number="NB-1", reason="A mistake"))
    assert running(unit)["plant"].started_at == first
    do(cast.prosecutor, RevokeOrder(number="NB-2", reason="A mistake"))
    assert "plant" not in running(unit)


def test_putting_a_unit_on_the_fast_lane_counts_from_its_interception(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast, lane="standard")
    caught = time.at
    time.advance(100 * MINUTE)
    do(cast.officer, AssignLane(exhibits=(unit.label,), lane="fast"))
    assert running(unit)["harmless"].due_at == caught + 2 * HOUR
    assert next_limits([unit.id], time.at)[unit.id].level is Level.SOON
    leave_the_fast_lane(cast.officer, cast.colleague, unit.label)
    assert running(unit)["harmless"].due_at is None


def test_the_store_clock_is_judged_anew_from_the_same_start(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    receive(cast, unit)
    store(cast, unit)
    stored = time.at
    time.advance(HOUR)
    leave_the_fast_lane(cast.keeper, cast.second_keeper, unit.label)
    assert running(unit)["store"].started_at == stored
    assert running(unit)["store"].due_at == stored + 168 * HOUR


def test_samples_run_only_the_clocks_of_their_keeping_and_their_transport(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    do(
        cast.officer,
        Sample(
            exhibit=unit.label,
            scale=FINE_SCALE,
            samples=(
                Taken(
                    label=None,
                    form="sample",
                    gross_grams=Decimal("12.50"),
                    tare_grams=Decimal("2.50"),
                    seal_number=None,
                    seal_class=None,
                ),
            ),
            gross_after_grams=None,
        ),
        cast.colleague,
    )
    sample = Exhibit.objects.get(form="sample")
    assert set(running(sample)) == {"retained"}
    send(cast, sample, to="LAB-A")
    assert set(running(sample)) == {"retained", "transit"}
    receive(cast, sample, at="LAB-A")
    assert set(running(sample)) == {"retained"}


def test_splitting_ends_the_clocks_of_the_whole_and_the_parts_carry_them_on(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    caught = time.at
    time.advance(10 * MINUTE)
    order(cast, unit)
    ordered = time.at
    time.advance(10 * MINUTE)
    do(
        cast.officer,
        Split(
            exhibit=unit.label,
            scale=FLOOR_SCALE,
            parts=tuple(
                Part(
                    label=None,
                    form="bag",
                    gross_grams=Decimal(12_500),
                    tare_grams=Decimal(500),
                    seal_number=None,
                    seal_class=None,
                )
                for _ in range(2)
            ),
        ),
    )
    assert not running(unit)
    parts = Exhibit.objects.filter(made_from=unit)
    assert len(parts) == 2
    for part in parts:
        assert {name: row.started_at for name, row in running(part).items()} == {
            "harmless": caught,
            "plant": ordered,
        }


def test_a_missing_unit_keeps_its_clocks_running_until_it_is_found(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    receive(cast, unit)
    store(cast, unit)
    do(cast.keeper, Miss(exhibits=(unit.label,), searched="Everywhere"))
    assert set(running(unit)) == {"harmless", "store"}
    do(
        cast.keeper,
        Find(exhibit=unit.label, place="VAULT-B", circumstances="Behind the door"),
        cast.second_keeper,
    )
    assert set(running(unit)) == {"harmless"}


def test_a_clock_that_stops_late_between_two_sweeps_is_flagged_and_resolved_at_once(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    due_at = time.at + 2 * HOUR
    time.advance(2 * HOUR + 7 * SECOND)
    receive(cast, unit)
    assert levels(unit) == [("transit", "soon"), ("transit", "due")]
    assert [flag.late_seconds for flag in flags(unit)] == [7, 7]
    assert [flag.resolved_at for flag in flags(unit)] == [time.at, time.at]
    assert flags(unit)[1].fell_due_at == due_at


def test_a_limit_that_is_just_kept_is_kept(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    time.advance(2 * HOUR)
    receive(cast, unit)
    assert levels(unit) == [("transit", "soon")]


def test_following_an_act_costs_three_statements(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    receive(cast, unit)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        store(cast, unit)
    touching = [
        query["sql"]
        for query in queries
        if any(table in query["sql"] for table in ("custody_clock", "custody_policy", "_flag"))
    ]
    assert len(touching) == 3, touching


def test_an_act_that_concerns_no_clock_asks_nothing_of_them(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    with CaptureQueriesContext(connection) as queries:
        do(cast.officer, ApplySeal(exhibit=unit.label, number="HS-9", seal_class="H"))
    assert not [query for query in queries if "custody_clock" in query["sql"]]


def test_a_refused_act_moves_no_clock(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast)
    before = [(row.id, row.stopped_at) for row in clocks(unit)]
    entries = Entry.objects.count()
    with pytest.raises(CustodyError):
        do(cast.keeper, Withdraw(exhibits=(unit.label,), purpose="transport"))
    assert [(row.id, row.stopped_at) for row in clocks(unit)] == before
    assert Entry.objects.count() == entries
