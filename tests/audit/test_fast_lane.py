"""The fast-lane report against the clocks themselves, counted one by one."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from custody.audit.fast_lane import Exposure, Line, Report, fast_lane
from custody.audit.quarters import Quarter, quarter_of, week_of
from custody.audit.small_numbers import LEAST
from custody.deadlines.models import Clock
from custody.exchange.figures import COLUMNS, figures_table
from custody.handling.store import Withdraw
from custody.handling.transport import Dispatch
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.people.rights import RightMissing
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import HOUR, MINUTE, order, pack, receive, send, store, unpack

pytestmark = pytest.mark.django_db

#: A Monday, so that weeks and the quarter begin with the scene.
#: Clocks that a transport starts or ends.
BY_TRANSPORT = {"transit", "store", "plant"}
MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
QUARTER = Quarter(2027, 1)


@pytest.fixture
def time(cast: Cast) -> Iterator[SimulatedClock]:
    with clock.simulated(MONDAY) as simulated:
        yield simulated


def line(report: Report, by: str, name: str, key: str | None = None, lane: str = "fast") -> Line:
    (found,) = [
        one
        for one in report.lines
        if (one.by, one.clock, one.key, one.lane) == (by, name, key, lane)
    ]
    return found


def exposure(report: Report, by: str, key: str | None = None, lane: str = "fast") -> Exposure:
    (found,) = [one for one in report.exposures if (one.by, one.key, one.lane) == (by, key, lane)]
    return found


def nearest_rank(values: Sequence[int], share: float) -> int:
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def lives(cast: Cast, time: SimulatedClock, count: int, random: Random) -> list[Exhibit]:
    """Catches that are driven, stored and ordered to the plant, each as slowly as it happens to be."""
    units = []
    for _ in range(count):
        _, (unit,) = catch(cast)
        units.append(unit)
        send(cast, unit)
        time.advance(random.randrange(10, 240) * MINUTE)
        receive(cast, unit)
        store(cast, unit)
        order(cast, unit, number=unit.label)
        time.advance(random.randrange(10, 50 * 60) * MINUTE)
        if random.random() < 0.8:
            do(cast.keeper, Withdraw(exhibits=(unit.label,), purpose="transport"))
            send_on(cast, unit)
            time.advance(random.randrange(10, 300) * MINUTE)
            receive(cast, unit, at="PLANT-A")
    return units


def send_on(cast: Cast, unit: Exhibit) -> None:
    do(
        cast.keeper,
        Dispatch(exhibits=(unit.label,), driver="driver", vehicle="VAN-A", destination="PLANT-A"),
        cast.driver,
    )


def test_every_figure_is_what_counting_clocks_one_by_one_gives(
    cast: Cast, time: SimulatedClock
) -> None:
    lives(cast, time, 9, Random(5))
    report = fast_lane(cast.supervisor, QUARTER)
    rows = [row for row in Clock.objects.all() if row.started_at >= MONDAY]
    assert report.frozen_at == time.at
    assert {one.clock for one in report.lines} == {"harmless", "transit", "store", "plant"}
    for told in report.lines:
        if told.by not in {"quarter", "week"}:
            continue
        of = [
            row
            for row in rows
            if row.name == told.clock and (told.key in {None, week_of(row.started_at)})
        ]
        kept = [row for row in of if row.stopped_at and row.stopped_at <= row.due_at]
        late = [row for row in of if (row.stopped_at or time.at) > row.due_at]
        times = [
            int(((row.stopped_at or time.at) - row.started_at).total_seconds())
            for row in of
            if row.stopped_at or row in late
        ]
        assert (told.begun, told.kept, told.late) == (len(of), len(kept), len(late))
        assert told.late_running == sum(row.stopped_at is None for row in late)
        # each unit is a seizure of its own
        if told.clock in BY_TRANSPORT and len(of) < LEAST:
            assert (told.median_seconds, told.p95_seconds) == (None, None)
        elif times:
            assert told.median_seconds == nearest_rank(times, 0.5)
            assert told.p95_seconds == nearest_rank(times, 0.95)
        if times:
            assert told.within == round(Decimal(len(kept)) / (len(kept) + len(late)), 4)
    for by in ("week", "unit"):
        for name in ("harmless", "transit", "store", "plant"):
            parts = [one for one in report.lines if (one.by, one.clock) == (by, name)]
            whole = line(report, "quarter", name)
            assert sum(one.begun or 0 for one in parts) == whole.begun
            assert sum(one.late or 0 for one in parts) == whole.late


@given(
    st.lists(st.integers(0, 10**7), min_size=1, max_size=60),
    st.sampled_from([0.5, 0.95]),
)
@pytest.mark.usefixtures("cast")
def test_the_database_takes_percentiles_by_nearest_rank(values: list[int], share: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_disc(%s) WITHIN GROUP (ORDER BY value) FROM unnest(%s::bigint[]) value",
            [share, values],
        )
        assert cursor.fetchone() == (nearest_rank(values, share),)


def test_a_clock_counts_for_the_unit_that_ended_it_and_for_the_plant_where_the_goods_are(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    time.advance(HOUR)
    receive(cast, unit)
    order(cast, unit)
    report = fast_lane(cast.supervisor, QUARTER)
    assert line(report, "unit", "transit", "CUSTOMS/STORE").kept == 1
    # it runs on, in the hands of the store
    assert line(report, "unit", "plant", "CUSTOMS/STORE").ended == 0
    assert not [one for one in report.lines if one.by == "plant"]
    send_on(cast, unit)
    time.advance(4 * HOUR)
    receive(cast, unit, at="PLANT-A")
    report = fast_lane(cast.supervisor, QUARTER)
    assert line(report, "unit", "plant", "KILN/NORTH").late == 1
    arrived = line(report, "plant", "plant", "PLANT-A")
    # of one seizure, and so not how long it took
    assert (arrived.late, arrived.median_seconds) == (1, None)


def test_kilogram_hours_are_mass_by_the_time_in_store_week_by_week(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)  # 25 kg
    send(cast, unit)
    receive(cast, unit)
    time.move_to(MONDAY + timedelta(days=6))
    store(cast, unit)
    time.advance(33 * HOUR)
    lay = exposure(fast_lane(cast.supervisor, QUARTER), "quarter")
    assert lay.kilogram_hours == 25 * 33
    do(cast.keeper, Withdraw(exhibits=(unit.label,), purpose="transport"))
    time.advance(100 * HOUR)
    report = fast_lane(cast.supervisor, QUARTER)
    # at what hour of the day it was withdrawn is not told: noon counts
    assert exposure(report, "quarter").kilogram_hours == 25 * 36
    assert exposure(report, "week", "2027-W01").kilogram_hours == 25 * 24
    assert exposure(report, "week", "2027-W02").kilogram_hours == 25 * 12
    assert exposure(report, "unit", "CUSTOMS/STORE").stays == 1
    assert not [one for one in report.exposures if one.key == "2027-W03"]


@pytest.mark.parametrize(("hour", "lay"), [(7, 5), (15, 0)])
def test_what_is_withdrawn_on_the_day_it_was_stored_counts_until_noon(
    cast: Cast, time: SimulatedClock, hour: int, lay: int
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    receive(cast, unit)
    time.move_to(MONDAY + timedelta(days=1, hours=hour))
    store(cast, unit)
    time.advance(HOUR)
    do(cast.keeper, Withdraw(exhibits=(unit.label,), purpose="transport"))
    time.advance(100 * HOUR)
    told = exposure(fast_lane(cast.supervisor, QUARTER), "quarter")
    assert told.kilogram_hours == 25 * lay


def test_what_lies_in_store_over_the_end_of_a_quarter_counts_in_both(
    cast: Cast, time: SimulatedClock
) -> None:
    time.move_to(QUARTER.ends_at - 10 * HOUR)
    _, (unit,) = catch(cast)
    send(cast, unit)
    receive(cast, unit)
    store(cast, unit)
    time.advance(30 * HOUR)
    assert exposure(fast_lane(cast.supervisor, QUARTER), "quarter").kilogram_hours == 250
    following = fast_lane(cast.supervisor, QUARTER.following)
    assert exposure(following, "quarter").kilogram_hours == 500
    assert not following.lines
    assert quarter_of(time.at) == QUARTER.following


def test_what_is_in_a_container_counts_once(cast: Cast, time: SimulatedClock) -> None:
    _, units = catch(cast, 3)
    pallet = pack(cast, *units)
    report = fast_lane(cast.supervisor, QUARTER)
    assert line(report, "quarter", "harmless").begun == 1
    time.advance(3 * HOUR)
    assert line(fast_lane(cast.supervisor, QUARTER), "quarter", "harmless").late_running == 1
    unpack(cast, pallet)
    after = line(fast_lane(cast.supervisor, QUARTER), "quarter", "harmless")
    assert (after.begun, after.late_running) == (3, 3)


def test_who_only_counts_is_not_told_of_few_nor_of_plants(cast: Cast, time: SimulatedClock) -> None:
    lives(cast, time, 2, Random(1))
    report = fast_lane(cast.statistician, QUARTER)
    assert report.fewest == 3
    assert report.lines
    assert not [one for one in report.lines if one.by == "plant"]
    assert {(one.seizures, one.begun, one.median_seconds) for one in report.lines} == {
        (None, None, None)
    }
    assert {one.kilogram_hours for one in report.exposures} == {None}
    lives(cast, time, 6, Random(2))
    report = fast_lane(cast.statistician, QUARTER)
    assert line(report, "quarter", "harmless").begun == 8
    for name in ("harmless", "transit", "store", "plant"):
        weeks = [one for one in report.lines if (one.by, one.clock) == ("week", name)]
        assert sum(one.seizures is None for one in weeks) != 1


def test_agencies_count_what_concerns_them_and_nobody_else_counts(
    cast: Cast, time: SimulatedClock
) -> None:
    catch(cast)
    assert not fast_lane(cast.far_supervisor, QUARTER).lines
    assert fast_lane(cast.auditor, QUARTER).lines
    for stranger in (cast.officer, cast.keeper, cast.outsider, cast.prosecutor, cast.operator):
        with pytest.raises(RightMissing):
            fast_lane(stranger, QUARTER)


def test_it_takes_five_questions_however_much_there_is(cast: Cast, time: SimulatedClock) -> None:
    counts = []
    assert cast.supervisor.rights
    for more in (1, 4):
        lives(cast, time, more, Random(more))
        with CaptureQueriesContext(connection) as asked:
            fast_lane(cast.supervisor, QUARTER)
        counts.append(len(asked))
    assert counts == [5, 5]


def test_every_row_of_the_table_says_scope_definition_and_freeze(
    cast: Cast, time: SimulatedClock
) -> None:
    lives(cast, time, 3, Random(9))
    report = fast_lane(cast.supervisor, QUARTER)
    rows = list(csv.DictReader(io.StringIO(figures_table(report), newline="")))
    assert list(rows[0]) == list(COLUMNS)
    assert len(rows) == len(report.lines) + len(report.exposures)
    for row in rows:
        assert row["definition"] == "fast-lane/2"
        assert "CUSTOMS" in row["scope"]
        assert row["quarter"] == "2027-Q1"
        assert row["frozen_at"] == clock.to_text(time.at)
    (whole,) = [one for one in rows if (one["by"], one["clock"]) == ("quarter", "store")]
    assert int(whole["begun"]) == line(report, "quarter", "store").begun
