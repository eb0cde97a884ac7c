"""What the planner is told: what may burn, from when, by when, and where it could; out of real rows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from custody.handling.hold import PlaceHold
from custody.kit import clock
from custody.ledger.models import Entry
from custody.planning import queries
from custody.planning.rules import Problem, Unit
from custody.seizures.models import Exhibit
from tests.burning.paper import permit
from tests.burning.scenes import HOUR, asked, confirmed, plan, ready, stage
from tests.cast import Cast, catch, do

pytestmark = pytest.mark.django_db


def read(at: datetime | None = None, days: int = 7) -> Problem:
    now = at or clock.now()
    until = now + timedelta(days=days)
    return queries.read(Exhibit.objects.all(), as_of=now, until=until, now=clock.now())


def found(problem: Problem, label: str) -> Unit:
    return next(one for one in problem.units if one.label == label)


def test_what_the_gate_lets_burn_may_burn_and_the_rest_says_why_not(port: Cast) -> None:
    (barrel,) = ready(port, at_plant=False)
    (raw,) = catch(port)[1]
    problem = read()
    assert found(problem, barrel.label).available_from == problem.as_of
    assert found(problem, barrel.label).grams == 24_990
    codes = {one.code for one in found(problem, raw.label).obstacles}
    assert {"no_order", "no_sample"} <= codes


def test_a_hold_keeps_a_unit_out(port: Cast) -> None:
    (barrel,) = ready(port)
    do(port.prosecutor, PlaceHold(exhibits=(barrel.label,), reason="trial"))
    assert "held" in {one.code for one in found(read(), barrel.label).obstacles}


def test_the_next_limit_counts_not_one_that_has_passed(port: Cast) -> None:
    (barrel,) = catch(port)[1]
    limit = found(read(), barrel.label).limit_at
    assert limit == barrel.intercepted_at + 2 * HOUR
    assert found(read(clock.now() + 5 * HOUR), barrel.label).limit_at == limit


def test_samples_are_no_bulk_and_are_not_planned(port: Cast) -> None:
    ready(port)
    samples = set(Exhibit.objects.filter(form__contains="sample").values_list("label", flat=True))
    assert samples
    assert not samples & {one.label for one in read().units}


def test_what_is_planned_into_a_session_is_fixed_there(port: Cast) -> None:
    first, second = ready(port, 2)
    row = plan(port, confirmed(port), [first])
    problem = read()
    assert found(problem, first.label).fixed == str(row.id)
    assert found(problem, second.label).fixed is None
    slot = next(one for one in problem.slots if one.id == str(row.id))
    assert slot.booked
    assert [cap.grams for cap in slot.caps] == [100_000]


def test_beside_what_is_booked_a_permit_says_what_could_be(port: Cast) -> None:
    permit(sessions_per_week=3)
    asked(port)
    problem = read(days=14)
    booked = [one for one in problem.slots if one.booked]
    open_slots = [one for one in problem.slots if not one.booked]
    assert len(booked) == 1
    assert 2 + 3 <= len(open_slots) <= 2 + 3 + 3
    for one in open_slots:
        assert not any(
            one.starts_at < other.ends_at and other.starts_at < one.ends_at for other in booked
        )
        assert one.crews == ("CREW-1",)


def test_what_is_in_a_session_and_not_to_be_planned_takes_its_room(port: Cast) -> None:
    """Staged already, or not for the reader to see."""
    first, second = ready(port, 2)
    row = plan(port, confirmed(port), [first, second])
    do(port.operator, stage([first], row.id))
    slot = next(one for one in read().slots if one.id == str(row.id))
    weights = [int(Exhibit.objects.get(pk=one.pk).gross_grams or 0) for one in (first, second)]
    assert [cap.grams for cap in slot.caps] == [100_000 - weights[0]]
    nothing = queries.read(
        Exhibit.objects.none(), as_of=clock.now(), until=clock.now() + 24 * HOUR, now=clock.now()
    )
    slot = next(one for one in nothing.slots if one.id == str(row.id))
    assert [cap.grams for cap in slot.caps] == [100_000 - sum(weights)]


def test_a_crew_in_a_session_that_has_begun_is_not_free(port: Cast) -> None:
    barrels = ready(port)
    plan(port, confirmed(port), barrels, crew="CREW-1")
    later = clock.now() + 2 * HOUR
    slots = read(later).slots
    assert all(one.crews == () for one in slots if one.starts_at < clock.now() + 3 * HOUR)
    assert any(one.crews for one in slots)


def test_the_command_prints_a_proposal_and_changes_nothing(port: Cast) -> None:
    barrels = ready(port, 3, at_plant=False)
    before = Entry.objects.count()
    out = StringIO()
    at = (clock.now() + HOUR).isoformat()
    call_command(
        "plan_sessions", as_of=datetime.fromisoformat(at), json=True, seconds=5, stdout=out
    )
    told = json.loads(out.getvalue())
    assert told["format"] == "session-plan/1"
    assert told["as_of"] == at
    placed = [unit["unit"] for one in told["sessions"] for unit in one["units"]]
    assert sorted(placed) == sorted(one.label for one in barrels)
    (fetch,) = told["sessions"][0]["fetch"]
    assert fetch["from"] == "QUAY-A"
    assert told["sessions"][0]["vehicle"] == "VAN-A"
    assert told["cost"]["limits_broken"] >= told["bound"]["limits_broken"]
    assert Entry.objects.count() == before
    out = StringIO()
    call_command("plan_sessions", seconds=1, stdout=out, badge="supervisor")
    assert "to be booked" in out.getvalue()


def test_an_outsider_plans_nothing_of_others(port: Cast) -> None:
    ready(port)
    out = StringIO()
    call_command("plan_sessions", seconds=1, json=True, badge="far_supervisor", stdout=out)
    told = json.loads(out.getvalue())
    assert told["sessions"] == told["left_out"] == []


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 61}, {"as_of": datetime(2026, 1, 1)}])  # noqa: DTZ001
def test_what_makes_no_sense_is_refused(port: Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(CommandError):
        call_command("plan_sessions", **wrong)
