"""Pictures over a period, against histories folded again event by event for every moment."""

from __future__ import annotations

import contextlib
import csv
import io
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from custody.audit.periods import NoSuchPeriod, Period, parse_period, usual_period
from custody.audit.pictures import (
    DEFINITIONS,
    FEWEST_DRIVEN,
    Catches,
    Exposure,
    Move,
    Picture,
    Stock,
    picture,
)
from custody.audit.stages import BIRTHS, READINGS, Reading, TooMuchToCount
from custody.exchange.pictures import columns_of, picture_table
from custody.handling.store import Withdraw
from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import RightMissing
from custody.seizures.lifecycle import ENDED, TABLE, Stage
from custody.seizures.models import Seizure
from custody.seizures.projection import fold_exhibit
from custody.seizures.reach import WAYS
from tests.audit.drawn import History, by_noon, everything, lain, standing
from tests.burning.paper import permit
from tests.burning.scenes import burn, confirmed, plan, ready
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.deadlines.scenes import HOUR, pack, receive, send, store
from tests.handling.burning import never_occurred

pytestmark = pytest.mark.django_db

MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
WEEKS = Period(date(2027, 1, 4), date(2027, 3, 7))
DAYS = Period(date(2027, 1, 6), date(2027, 1, 20))
DAYS_AT_ONCE = Period(date(2027, 1, 4), date(2027, 1, 6))


@pytest.fixture
def time(cast: Cast) -> Iterator[SimulatedClock]:
    with clock.simulated(MONDAY) as simulated:
        yield simulated


def stock(told: Picture) -> dict[tuple[str, str], tuple[int, Decimal]]:
    return {
        (one.part, one.stage): (one.units, one.grams) for one in told.rows if isinstance(one, Stock)
    }


def nearest_rank(values: Sequence[int], share: float) -> int:
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_stock_and_exposure_are_what_folding_every_event_again_gives(
    cast: Cast, time: SimulatedClock, seed: int
) -> None:
    history = History(cast, time, seed)
    history.live(60)
    assert {"correct", "pack", "unpack", "split"} & set(history.done)
    told = everything(cast.supervisor)
    at_noon = by_noon(told, time.at)
    live = [stage for stage in Stage if stage not in ENDED]
    for period in (WEEKS, DAYS):
        found = stock(picture(cast.supervisor, "stock", period))
        hours = {
            (one.part, one.stage): one.kilogram_hours
            for one in picture(cast.supervisor, "exposure", period).rows
            if isinstance(one, Exposure)
        }
        parts = list(period.parts(time.at))
        assert len(found) == len(hours) == len(parts) * len(live) > 0
        for part in parts:
            until = min(part.ends_at, time.at)
            for stage, expected in standing(told, until).items():
                assert found[part.name, stage] == expected, (part, stage)
            for stage, gram_seconds in lain(at_noon, part.begins_at, until).items():
                lay = (gram_seconds / 3_600_000).quantize(Decimal("0.1"))
                assert hours[part.name, stage] == lay, (part, stage)


@pytest.mark.parametrize("seed", [4, 5])
def test_flow_is_every_change_of_stage_with_the_time_before_it(
    cast: Cast, time: SimulatedClock, seed: int
) -> None:
    History(cast, time, seed).live(50)
    moves: dict[tuple[str | None, str], list[tuple[Decimal, int | None]]] = defaultdict(list)
    driven: dict[tuple[str | None, str], set[UUID]] = defaultdict(set)
    for one in everything(cast.supervisor):
        was, since, came = None, None, ""
        for (at, after), kind in zip(one.trail, one.kinds, strict=True):
            stage = "packed" if after.within_id else after.stage.value
            if stage != was:
                if WEEKS.begins_at <= at < WEEKS.ends_at:
                    stayed = None if since is None else int((at - since).total_seconds())
                    moves[was, stage].append((after.gross_grams or Decimal(0), stayed))
                    if {kind, came} & WAYS:
                        driven[was, stage].add(one.row.seizure_id)
                was, since, came = stage, at, kind
    rows = [one for one in picture(cast.supervisor, "flow", WEEKS).rows if isinstance(one, Move)]
    assert {(one.source, one.target) for one in rows} == set(moves)
    for one in rows:
        of = moves[one.source, one.target]
        assert (one.units, one.grams) == (len(of), sum(grams for grams, _ in of))
        stays = [stayed for _, stayed in of if stayed is not None]
        few = 0 < len(driven[one.source, one.target]) < FEWEST_DRIVEN
        if one.source is None or few:
            assert (one.median_seconds, one.p95_seconds) == (None, None)
        else:
            assert one.median_seconds == nearest_rank(stays, 0.5)
            assert one.p95_seconds == nearest_rank(stays, 0.95)


def test_how_long_few_seizures_drove_or_lay_until_they_were_fetched_is_told_by_no_picture(
    cast: Cast, time: SimulatedClock
) -> None:
    def stays(source: str) -> list[tuple[str, int, bool]]:
        return [
            (one.target, one.units, one.median_seconds is not None)
            for one in picture(cast.supervisor, "flow", WEEKS).rows
            if isinstance(one, Move) and one.source == source
        ]

    # three barrels of one seizure in one lorry are one transport
    for number, units in enumerate((3, 1, 1), 1):
        _, barrels = catch(cast, units)
        time.advance(HOUR)
        send(cast, *barrels)
        time.advance(HOUR)
        receive(cast, *barrels)
        store(cast, *barrels)
        time.advance(HOUR)
        labels = tuple(one.label for one in barrels)
        do(cast.keeper, Withdraw(exhibits=labels, purpose="analysis"))
        enough = number == FEWEST_DRIVEN
        told = number + 2
        assert stays("intercepted") == [("in_transit", told, enough)]
        assert stays("in_transit") == [("received", told, enough)]
        assert stays("received") == [("stored", told, enough)]
        assert stays("stored") == [("withdrawn", told, enough)]


def test_exposure_tells_the_days_of_transports_and_not_their_hours(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (barrel,) = catch(cast)
    time.move_to(MONDAY + timedelta(hours=6))
    told = []
    for minutes in (0, 17, 400):
        sid = transaction.savepoint()
        left = time.at
        time.advance(timedelta(minutes=minutes))
        send(cast, barrel)
        time.move_to(MONDAY + timedelta(hours=20))
        receive(cast, barrel)
        store(cast, barrel)
        time.move_to(MONDAY + timedelta(days=2, hours=3))
        rows = picture(cast.supervisor, "exposure", DAYS_AT_ONCE).rows
        told.append({(one.part, one.stage): one for one in rows if isinstance(one, Exposure)})
        transaction.savepoint_rollback(sid)
        time.move_to(left)
    assert told[0] == told[1] == told[2]
    hours = {key: one.kilogram_hours for key, one in told[0].items() if one.kilogram_hours}
    assert hours == {
        ("2027-01-04", "intercepted"): 25 * 12,
        ("2027-01-04", "received"): 25 * 8,
        ("2027-01-04", "stored"): 25 * 4,
        ("2027-01-05", "stored"): 25 * 24,
        ("2027-01-06", "stored"): 25 * 3,
    }


def test_seizures_are_counted_and_weighed_in_the_week_in_which_they_were_opened(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit, *_) = catch(cast, 2)
    catch(cast, 1, gross="40000")
    time.advance(9 * 24 * HOUR)
    do(
        cast.officer,
        Weigh(exhibit=unit.label, scale=FLOOR_SCALE, gross_grams=Decimal(20_000), tare_grams=None),
    )
    _, (other,) = catch(cast)
    _, units = catch(cast, 2)
    pack(cast, *units)
    never_occurred(cast, "exhibit.intercepted", other)
    rows = list(picture(cast.supervisor, "seizures", WEEKS).rows)
    assert rows == [
        Catches("2027-W01", 2, 3, 0, Decimal(90_000)),
        Catches("2027-W02", 1, 2, 0, Decimal(50_000)),
    ]
    assert Seizure.objects.count() == 4


def test_a_past_week_stays_as_it_is_told_until_something_of_it_is_told_late_or_put_right(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit, other) = catch(cast, 2)
    send(cast, unit, other)
    receive(cast, unit, other)
    store(cast, unit)
    time.move_to(MONDAY + timedelta(days=10))
    before = stock(picture(cast.supervisor, "stock", WEEKS))
    assert before["2027-W01", "stored"] == (1, Decimal(25_000))
    do(
        cast.keeper,
        Weigh(exhibit=unit.label, scale=FLOOR_SCALE, gross_grams=Decimal(24_000), tare_grams=None),
    )
    store(cast, other)
    after = stock(picture(cast.supervisor, "stock", WEEKS))
    assert {key: told for key, told in after.items() if key[0] == "2027-W01"} == {
        key: told for key, told in before.items() if key[0] == "2027-W01"
    }
    assert after["2027-W02", "stored"] == (2, Decimal(49_000))
    never_occurred(cast, "exhibit.stored", unit)
    put_right = stock(picture(cast.supervisor, "stock", WEEKS))
    assert put_right["2027-W01", "stored"] == (0, Decimal(0))
    assert put_right["2027-W01", "received"] == (2, Decimal(50_000))


def test_what_is_in_a_container_that_nobody_weighed_weighs_where_the_container_is(
    cast: Cast, time: SimulatedClock
) -> None:
    _, units = catch(cast, 3)
    pallet = pack(cast, *units)
    send(cast, pallet)
    time.advance(HOUR)
    found = stock(picture(cast.supervisor, "stock", WEEKS))
    assert found["2027-W01", "in_transit"] == (1, Decimal(75_000))
    assert found["2027-W01", "intercepted"] == (0, Decimal(0))


@pytest.mark.usefixtures("album")
def test_a_slot_is_used_by_what_was_weighed_at_the_kiln_mouth(
    cast: Cast, time: SimulatedClock
) -> None:
    permit()
    first = confirmed(cast)
    units = ready(cast, 2)
    plan(cast, first, units)
    time.move_to(first.starts_at)
    burn(cast, first, units[:1])
    second = confirmed(cast, after=48 * HOUR)
    rows = picture(cast.supervisor, "slots", WEEKS).rows
    assert [(one.session, one.burnt_grams, one.planned_grams) for one in rows] == [
        (first.id, Decimal(25_000), Decimal(25_000)),
        (second.id, Decimal(0), Decimal(0)),
    ]
    assert {one.cap_grams for one in rows} == {first.cap_grams}
    assert picture(cast.far_supervisor, "slots", WEEKS).rows == []


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_others_see_nothing_of_it_and_who_only_counts_is_not_told(
    cast: Cast, time: SimulatedClock, name: str
) -> None:
    _, units = catch(cast, 2)
    send(cast, *units)
    time.advance(HOUR)
    told = picture(cast.far_supervisor, name, WEEKS)
    assert told.scope == ["POLICE", "POLICE/FAR"]
    numbers = {
        value
        for row in told.rows
        for value in vars(row).values()
        if isinstance(value, int | Decimal)
    }
    assert numbers <= {0}
    for stranger in (cast.officer, cast.keeper, cast.outsider, cast.statistician, cast.prosecutor):
        with pytest.raises(RightMissing):
            picture(stranger, name, WEEKS)
    assert picture(cast.auditor, name, WEEKS).rows == picture(cast.supervisor, name, WEEKS).rows


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_it_takes_as_many_questions_however_much_there_is(
    cast: Cast, time: SimulatedClock, name: str
) -> None:
    def asked(reader: Officer) -> int:
        with CaptureQueriesContext(connection) as seen:
            picture(reader, name, WEEKS)
        return len(seen)

    counts = []
    assert cast.supervisor.scopes
    assert not cast.supervisor.cases
    for seed, acts in ((6, 4), (7, 16)):
        History(cast, time, seed).live(acts)
        counts.append(asked(cast.supervisor))
    assert counts == [2, 2] if name == "slots" else counts == [3, 3]


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_every_row_of_the_table_says_definition_scope_period_and_freeze(
    cast: Cast, time: SimulatedClock, name: str
) -> None:
    permit()
    confirmed(cast)
    catch(cast, 2)
    time.advance(HOUR)
    told = picture(cast.supervisor, name, WEEKS)
    rows = list(csv.DictReader(io.StringIO(picture_table(told), newline="")))
    assert len(rows) == len(told.rows) > 0
    assert tuple(rows[0]) == columns_of(name)
    for row in rows:
        assert row["definition"] == f"{name}/{DEFINITIONS[name].number}"
        assert row["scope"] == "CUSTOMS CUSTOMS/QUAY"
        assert (row["from"], row["to"]) == ("2027-01-04", "2027-03-07")
        assert row["frozen_at"] == clock.to_text(time.at)
        assert int(row["events"]) == Entry.objects.count()


def test_what_takes_the_database_too_long_is_said_by_name(cast: Cast, time: SimulatedClock) -> None:
    catch(cast)
    reading = Reading(cast.supervisor, WEEKS, ["stock"])
    assert reading._mended == "[]"

    def in_a_hurry() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1")
            _ = reading.counted

    with pytest.raises(TooMuchToCount):
        in_a_hurry()


def test_every_kind_by_which_the_fold_takes_over_a_mass_is_read_for_it(cast: Cast) -> None:
    _, (unit,) = catch(cast)
    entry = Entry.objects.get(subject_id=str(unit.pk), kind="exhibit.intercepted")
    born = ledger_events.read(bytes(entry.body))
    state = fold_exhibit(None, born)
    # what a kind reads beside the mass is there too, whatever it says
    beside = {**born.payload["exhibit"], "badge": "officer", "unit": "CUSTOMS/QUAY"}
    told = defaultdict(lambda: beside, {"reading": {"gross_grams": "1.000"}})
    weighing = set()
    for kind in TABLE:
        with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):
            after = fold_exhibit(state, replace(born, kind=kind, payload=told))
            weighing |= {kind} if after.gross_grams == 1 else set()
    assert weighing <= BIRTHS | READINGS
    assert weighing >= {"exhibit.weighed", "exhibit.received", "exhibit.incinerated"}


def test_periods_are_days_or_whole_weeks(time: SimulatedClock) -> None:
    short = parse_period("2027-01-06", "2027-01-20")
    assert (short, short.by_day, len(list(short.parts(short.ends_at)))) == (DAYS, True, 15)
    long = parse_period("2027-01-06", "2027-03-02")
    assert (str(long), long.by_day) == ("2027-01-04/2027-03-07", False)
    assert [one.name for one in long.parts(MONDAY + timedelta(days=8))] == ["2027-W01", "2027-W02"]
    usual = usual_period(MONDAY + timedelta(days=6, hours=23))
    assert len(list(usual.parts(usual.ends_at))) == 13
    assert usual.last == date(2027, 1, 10)
    for first, last in (
        ("2027-01-02", "2027-01-01"),
        ("soon", "later"),
        ("20270102", "20270103"),
        ("2027-01-01", "2030-01-01"),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-30", "9999-12-31"),
        ("", ""),
    ):
        with pytest.raises(NoSuchPeriod):
            parse_period(first, last)
