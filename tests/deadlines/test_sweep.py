"""The sweep flags what has fallen due, each level once, and is stopped by nothing."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from config.health import healthz
from custody.deadlines import queries, sweeping
from custody.deadlines.models import Clock, Flag, FlagCause, Sweeper
from custody.deadlines.rows import FlagBook
from custody.deadlines.rules import ClockState, Level
from custody.deadlines.services import rearm
from custody.deadlines.sweeping import sweep
from custody.deadlines.tasks import sweep as task
from custody.handling.report import Report
from custody.handling.store import Withdraw
from custody.kit.clock import SimulatedClock
from custody.ledger.append import LedgerNotOpen
from custody.ledger.models import Entry
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import (
    HOUR,
    MINUTE,
    SECOND,
    flags,
    levels,
    receive,
    running,
    send,
    store,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def test_each_level_is_flagged_when_it_falls_and_never_again(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    caught = time.at
    time.move_to(caught + 90 * MINUTE - SECOND)
    assert sweep() == 0
    for minutes, level in ((90, "soon"), (120, "due"), (180, "escalated")):
        time.move_to(caught + minutes * MINUTE)
        assert sweep() == 1
        assert sweep() == 0
        assert levels(unit)[-1] == ("harmless", level)
    time.advance(1000 * HOUR)
    assert sweep() == 0


def test_a_flag_is_dated_when_it_fell_due_however_late_it_is_noticed(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    caught = time.at
    time.advance(10 * HOUR)
    assert sweep() == 3
    assert [flag.fell_due_at - caught for flag in flags(unit)] == [
        90 * MINUTE,
        120 * MINUTE,
        180 * MINUTE,
    ]
    assert {flag.raised_at for flag in flags(unit)} == {time.at}
    events = Entry.objects.filter(kind="flag.raised").order_by("seq")
    assert [event.subject_id for event in events] == [str(flag.id) for flag in flags(unit)]


def test_a_sweep_of_many_goes_in_batches(cast: Cast, time: SimulatedClock) -> None:
    catch(cast, 7)
    time.advance(2 * HOUR)
    assert sweep(limit=3) == 14
    assert Flag.objects.count() == 14
    acts = Entry.objects.filter(kind="flag.raised").values_list("act_id", flat=True).distinct()
    assert acts.count() == 3


def test_a_sweep_with_nothing_due_reads_one_index_and_notes_that_it_ran(
    cast: Cast, time: SimulatedClock
) -> None:
    catch(cast)
    assert queries.last_sweep() is None
    assert task() == 0
    assert queries.last_sweep() == time.at
    with CaptureQueriesContext(connection) as asked:
        sweep()
    assert len(asked) == 2, [q["sql"] for q in asked]
    assert not [q for q in asked if "ledger_append" in q["sql"]]


def test_a_clock_that_cannot_be_flagged_is_set_aside_and_the_others_go_on(
    cast: Cast,
    time: SimulatedClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, units = catch(cast, 5)
    poisoned = running(units[2])["harmless"]
    raise_limit = FlagBook.raise_limit

    def poison(self: FlagBook, state: ClockState, level: Level) -> Any:
        if state.id == poisoned.id:
            raise ValueError("no flag can be made of this")
        return raise_limit(self, state, level)

    monkeypatch.setattr(FlagBook, "raise_limit", poison)
    time.advance(2 * HOUR)
    with caplog.at_level(logging.ERROR, logger="custody.deadlines"):
        assert sweep() == 8
    assert "set aside" in caplog.text
    assert sweep(by=Sweeper.WATCH) == 0
    poisoned.refresh_from_db()
    assert poisoned.set_aside_at == time.at
    told = healthz(RequestFactory().get("/healthz"))
    assert told.status_code == 503
    assert json.loads(told.content)["sweep"] == {
        "status": "clocks set aside",
        "age_seconds": {"watch": 0.0, "beat": 0.0},
        "set_aside": 1,
    }
    assert queries.lateness(poisoned, time.at) is Level.DUE
    monkeypatch.undo()
    time.advance(HOUR - MINUTE)
    assert sweep() == 0
    time.advance(MINUTE)
    assert sweep() == 7
    assert queries.set_aside() == 0


@pytest.mark.parametrize(
    "fault", [OperationalError, ProgrammingError, LedgerNotOpen, ZeroDivisionError]
)
def test_for_a_fault_of_the_house_no_clock_is_set_aside(
    cast: Cast, time: SimulatedClock, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    catch(cast, 3)
    time.advance(2 * HOUR)

    def fail(events: object) -> None:
        raise fault

    monkeypatch.setattr(sweeping.append, "append", fail)
    with pytest.raises(fault):
        sweep()
    monkeypatch.undo()
    assert queries.set_aside() == 0
    assert queries.last_sweep() is None
    assert sweep() == 6


def test_a_clock_whose_row_breaks_a_constraint_is_set_aside(
    cast: Cast, time: SimulatedClock
) -> None:
    """A flag that is open already, behind the back of the clock's own row."""
    _, units = catch(cast, 3)
    time.advance(2 * HOUR)
    assert sweep() == 6
    row = running(units[1])["harmless"]
    Clock.objects.filter(pk=row.pk).update(level="", next_at=row.warn_at)
    time.advance(HOUR)
    assert sweep() == 2
    assert queries.set_aside() == 1
    rearm()
    assert sweep() == 1
    assert Flag.objects.count() == 9


def test_what_stops_the_clock_resolves_its_flags_and_keeps_how_late_it_was(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    receive(cast, unit)
    store(cast, unit)
    time.advance(25 * HOUR)
    sweep()
    open_before = {flag.clock_name for flag in flags(unit, resolved_at=None)}
    assert open_before == {"harmless", "store"}
    do(cast.keeper, Withdraw(exhibits=(unit.label,), purpose="transport"))
    stored = flags(unit, clock_name="store")
    assert [flag.level for flag in stored] == ["soon", "due"]
    assert {flag.late_seconds for flag in stored} == {3600}
    assert {flag.resolved_at for flag in stored} == {time.at}
    assert {flag.clock_name for flag in flags(unit, resolved_at=None)} == {"harmless"}


def test_lateness_is_told_with_every_worker_dead(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast)
    caught = time.at
    seen: list[tuple[Level, datetime | None]] = []
    for minutes in (0, 89, 90, 120, 180, 9000):
        limit = queries.next_limits([unit.id], caught + minutes * MINUTE)[unit.id]
        seen.append((limit.level, limit.falls_at))
    assert [level for level, _ in seen] == [
        Level.IN_TIME,
        Level.IN_TIME,
        Level.SOON,
        Level.DUE,
        Level.ESCALATED,
        Level.ESCALATED,
    ]
    assert seen[0][1] == caught + 90 * MINUTE
    assert seen[-1][1] is None
    assert not Flag.objects.exists()


def test_the_limit_that_hurts_first_is_shown(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    assert queries.next_limits([unit.id], time.at)[unit.id].clock.name == "harmless"
    time.advance(HOUR)
    receive(cast, unit)
    store(cast, unit)
    now = time.at + 25 * HOUR
    assert queries.next_limits([unit.id], now)[unit.id].clock.name == "harmless"


def test_open_flags_are_the_actors_own_with_what_hurts_first_on_top(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (_, late) = catch(cast, 2)
    time.advance(2 * HOUR)
    sweep()
    do(cast.officer, Report(exhibit=late.label, what="label", details="Torn"))
    found = list(queries.open_flags(cast.supervisor))
    assert [(flag.cause, flag.level) for flag in found] == [
        (FlagCause.DISCREPANCY, "due"),
        (FlagCause.LIMIT, "due"),
        (FlagCause.LIMIT, "due"),
        (FlagCause.LIMIT, "soon"),
        (FlagCause.LIMIT, "soon"),
    ]
    for stranger in (cast.outsider, cast.far_supervisor, cast.operator):
        assert not queries.open_flags(stranger)


def test_what_the_sweep_goes_by_follows_from_clocks_and_open_flags(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    time.advance(2 * HOUR)
    sweep()
    before: list[tuple[UUID, str, datetime | None]] = list(
        Clock.objects.order_by("id").values_list("id", "level", "next_at")
    )
    Clock.objects.update(level="", next_at=None)
    rearm()
    assert list(Clock.objects.order_by("id").values_list("id", "level", "next_at")) == before
    assert sweep() == 0
    time.advance(HOUR)
    assert sweep() == 1
    assert levels(unit)[-1] == ("harmless", "escalated")
