"""Time that does not count: a clock stands still for a hold, and one that stands for two is late with the first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.deadlines import queries
from custody.deadlines.content import parse
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Flag
from custody.deadlines.pauses import Course, as_told, courses, falls_at, together
from custody.deadlines.services import adopt_policy
from custody.deadlines.sweeping import sweep
from custody.handling.hold import LiftHold, PlaceHold
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.law.models import Hold
from custody.ledger.events import SYSTEM
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import HOUR, MINUTE, levels, pack, running, unpack

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + minute * MINUTE


@st.composite
def some_courses(draw: st.DrawFn) -> Course:
    moments = sorted(draw(st.sets(st.integers(0, 60), max_size=7)))
    start = draw(st.integers(0, 40))
    return at(start), tuple(at(one) for one in moments if one >= start)


def counts(course: Course, minute: int) -> bool:
    """Whether the minute that begins then counts."""
    start, pauses = course
    return start <= at(minute) and sum(one <= at(minute) for one in pauses) % 2 == 0


@given(some_courses(), some_courses())
def test_of_two_clocks_every_minute_counts_that_counts_for_either(
    one: Course, other: Course
) -> None:
    both = together(one, other)
    for minute in range(80):
        assert counts(both, minute) == (counts(one, minute) or counts(other, minute))
    assert together(other, one) == both


@given(some_courses(), st.integers(1, 40))
def test_a_clock_falls_when_so_many_minutes_have_counted(course: Course, span: int) -> None:
    falls = falls_at(*course, span * MINUTE, None)
    counted = [minute for minute in range(200) if counts(course, minute)]
    if falls is None:
        assert len(counted) <= span
        return
    before = sum(at(minute) < falls for minute in counted)
    assert before == span


@given(st.dictionaries(st.sampled_from(["harmless", "plant"]), some_courses()))
def test_courses_are_read_as_they_are_told(found: dict[str, Course]) -> None:
    assert courses(as_told(found)) == found


# --- with real acts


@pytest.fixture
def held_still(cast: Cast, time: SimulatedClock) -> None:
    """A policy in force by which a hold lets the clock to make harmless stand still."""
    content = flanders_2024(effective_at=clock.to_text(time.at + 3 * MINUTE))
    for one in content["clocks"]:
        if one["name"] == "harmless":
            one["paused_by"] = ["hold"]
    parse(content)
    adopt_policy(content, SYSTEM)
    time.advance(3 * MINUTE)


def hold(cast: Cast, unit: Exhibit) -> None:
    do(cast.prosecutor, PlaceHold(exhibits=(unit.label,), reason="Fingerprints first."))


def lift(cast: Cast) -> None:
    held = Hold.objects.get(lifted_at__isnull=True)
    do(cast.prosecutor, LiftHold(hold=held.pk, reason="They are taken."))


@pytest.mark.django_db
def test_a_hold_stops_the_clock_and_its_end_lets_it_go_on(
    cast: Cast, time: SimulatedClock, held_still: None, rows_equal_their_replay: None
) -> None:
    _, (unit,) = catch(cast)
    time.advance(HOUR)
    hold(cast, unit)
    still = running(unit)["harmless"]
    assert (still.warn_at, still.due_at, still.next_at) == (None, None, None)
    time.advance(100 * HOUR)
    assert sweep() == 0
    lift(cast)
    (gone_on,) = [running(unit)["harmless"]]
    assert gone_on.due_at == time.at + HOUR
    time.advance(HOUR)
    assert sweep() == 2
    assert levels(unit) == [("harmless", "soon"), ("harmless", "due")]


@pytest.mark.django_db
def test_what_was_late_before_the_hold_stays_late_and_flagged(
    cast: Cast, time: SimulatedClock, held_still: None, rows_equal_their_replay: None
) -> None:
    _, (unit,) = catch(cast)
    time.advance(2 * HOUR + MINUTE)
    assert sweep() == 2
    hold(cast, unit)
    late = running(unit)["harmless"]
    assert late.due_at == unit.intercepted_at + 2 * HOUR
    time.advance(10 * HOUR)
    assert sweep() == 0
    assert levels(unit, resolved_at=None) == [("harmless", "soon"), ("harmless", "due")]
    lift(cast)
    time.advance(HOUR)
    assert sweep() == 1
    assert levels(unit)[-1] == ("harmless", "escalated")


@pytest.mark.django_db
def test_what_was_flagged_stays_late_when_a_hold_is_told_afterwards_with_an_earlier_time(
    cast: Cast, time: SimulatedClock, held_still: None, rows_equal_their_replay: None
) -> None:
    _, (unit,) = catch(cast)
    time.advance(2 * HOUR + MINUTE)
    assert sweep() == 2
    earlier = time.at - 5 * MINUTE
    do(
        cast.prosecutor,
        PlaceHold(exhibits=(unit.label,), reason="Fingerprints first."),
        occurred_at=earlier,
    )
    assert running(unit)["harmless"].due_at is None
    assert list(Exhibit.objects.filter(queries.late(time.at))) == [unit]
    for level in ("soon", "due"):
        flag = Flag.objects.get(exhibit=unit, level=level, clock_name="harmless")
        Flag.objects.filter(pk=flag.pk).update(annulled_at=time.at)
    assert not Exhibit.objects.filter(queries.late(time.at)).exists()
    Flag.objects.filter(exhibit=unit).update(annulled_at=None)


@pytest.mark.django_db
def test_a_barrel_stands_still_only_for_as_long_as_every_brick_in_it_did(
    cast: Cast, time: SimulatedClock, held_still: None, rows_equal_their_replay: None
) -> None:
    _, (first, second) = catch(cast, 2, form="block", gross="1100", tare="100")
    hold(cast, first)
    time.advance(HOUR)
    lift(cast)
    pallet = pack(cast, first, second)
    assert running(pallet)["harmless"].due_at == first.intercepted_at + 2 * HOUR
    unpack(cast, pallet, first)
    assert running(first)["harmless"].due_at == first.intercepted_at + 2 * HOUR


@pytest.mark.django_db
def test_pauses_go_with_what_is_packed_alone(
    cast: Cast, time: SimulatedClock, held_still: None, rows_equal_their_replay: None
) -> None:
    _, (unit,) = catch(cast, form="block", gross="1100", tare="100")
    hold(cast, unit)
    time.advance(HOUR)
    lift(cast)
    pallet = pack(cast, unit)
    assert running(pallet)["harmless"].due_at == unit.intercepted_at + 3 * HOUR
    unpack(cast, pallet, unit)
    assert running(unit)["harmless"].due_at == unit.intercepted_at + 3 * HOUR
