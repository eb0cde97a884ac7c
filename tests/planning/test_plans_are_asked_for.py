"""A plan is asked for, made by a job, told while it is made, stopped, and accepted; until then nothing happens."""

from __future__ import annotations

from typing import Any

import pytest

from custody.burning.models import Session
from custody.handling.errors import CustodyError
from custody.handling.hold import PlaceHold
from custody.ledger.models import Entry
from custody.people.rights import RightMissing
from custody.planning import making
from custody.planning.errors import InvalidHorizon, PlanEnded, PlanNotReady, UnknownPlan
from custody.planning.making import make_next
from custody.planning.models import SessionPlan, State
from custody.planning.services import accept, ask, stop
from custody.planning.solver import Progress
from custody.planning.tasks import make
from tests.burning.paper import permit, vehicle
from tests.burning.scenes import confirmed, fresh, plan, ready
from tests.cast import Cast, do

pytestmark = pytest.mark.django_db


def made(cast: Cast) -> SessionPlan:
    row = ask(cast.supervisor, days=3, seconds=5)
    assert make_next() == row.id
    row.refresh_from_db()
    return row


def test_a_job_makes_it_and_nothing_is_recorded(port: Cast) -> None:
    ready(port, 2, at_plant=False)
    before = Entry.objects.count()
    row = made(port)
    assert row.state == State.DONE
    assert row.progress["cost"]["limits_broken"] >= row.progress["bound"]["limits_broken"]
    assert row.proposal is not None
    assert row.proposal["sessions"]
    assert Entry.objects.count() == before
    assert not Session.objects.exists()
    assert make_next() is None


def test_the_celery_job_makes_what_waits(port: Cast) -> None:
    row = ask(port.supervisor, days=1, seconds=1)
    make()
    row.refresh_from_db()
    assert row.state == State.DONE


def test_accepting_books_and_plans_each_session(port: Cast) -> None:
    barrels = ready(port, 6, at_plant=False)
    row = made(port)
    accept(port.supervisor, row.id)
    sessions = list(Session.objects.order_by("starts_at"))
    assert sorted(unit for one in sessions for unit in one.units) == sorted(
        one.id for one in barrels
    )
    assert len(sessions) == 2
    assert {(one.crew_id, one.vehicle_id) for one in sessions} == {("CREW-1", "VAN-A")}
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
    assert Entry.objects.filter(kind="session.planned").count() == 2
    with pytest.raises(PlanNotReady):
        accept(port.supervisor, row.id)


def test_what_people_planned_stays_and_the_rest_comes_beside_it(port: Cast) -> None:
    first, second = ready(port, 2)
    session = plan(port, confirmed(port), [first])
    row = made(port)
    accept(port.supervisor, row.id)
    assert first.id in fresh(session).units
    everything = [unit for one in Session.objects.all() for unit in one.units]
    assert sorted(everything) == sorted([first.id, second.id])


def test_what_waits_at_the_plant_is_no_load_of_the_vehicle(port: Cast) -> None:
    vehicle(grams="60000")
    there, away = ready(port, 2), ready(port, 2, at_plant=False)
    row = made(port)
    accept(port.supervisor, row.id)
    session = Session.objects.get()
    assert sorted(session.units) == sorted(one.id for one in (*there, *away))
    assert session.vehicle_id == "VAN-A"


def test_what_people_put_into_a_session_meanwhile_stays_there(port: Cast) -> None:
    """Planning a session replaces its plan; accepting a proposal takes nothing out."""
    first, second = ready(port, 2)
    session = plan(port, confirmed(port), [first])
    row = made(port)
    (third,) = ready(port)
    plan(port, session, [first, third])
    accept(port.supervisor, row.id)
    assert {first.id, third.id} <= set(fresh(session).units)
    assert second.id in {unit for one in Session.objects.all() for unit in one.units}


def test_a_session_that_stays_as_it_is_is_not_planned_again(port: Cast) -> None:
    barrels = ready(port)
    plan(port, confirmed(port), barrels)
    row = made(port)
    before = Entry.objects.count()
    accept(port.supervisor, row.id)
    assert Entry.objects.count() == before


def test_what_the_acts_refuse_leaves_nothing_accepted(port: Cast) -> None:
    ready(port, 6, at_plant=False)
    row = made(port)
    permit(caps=[{"substance": None, "form": None, "grams": "60000"}])
    before = Entry.objects.count()
    with pytest.raises(CustodyError):
        accept(port.supervisor, row.id)
    assert Entry.objects.count() == before
    assert not Session.objects.exists()
    row.refresh_from_db()
    assert row.state == State.DONE


def test_it_can_be_stopped_and_what_was_found_by_then_is_the_proposal(
    port: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(port, 2, at_plant=False)
    row = ask(port.supervisor, days=3, seconds=60)
    told: list[Progress] = []

    def solve(problem: Any, *, tell: Any, going: Any, seconds: float) -> Any:
        def tell_and_stop(progress: Progress) -> None:
            told.append(progress)
            tell(progress)
            stop(port.supervisor, row.id)

        return real(problem, tell=tell_and_stop, going=going, seconds=seconds)

    real = making.solve
    monkeypatch.setattr(making, "solve", solve)
    make_next()
    row.refresh_from_db()
    assert row.state == State.STOPPED
    assert row.proposal is not None
    assert [one.step for one in told] == ["baseline"]
    with pytest.raises(PlanEnded):
        stop(port.supervisor, row.id)
    accept(port.supervisor, row.id)


def test_a_plan_that_cannot_be_made_says_so(port: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(making, "solve", broken)
    row = ask(port.supervisor, days=3, seconds=5)
    with pytest.raises(RuntimeError):
        make_next()
    row.refresh_from_db()
    assert row.state == State.FAILED
    with pytest.raises(PlanNotReady):
        accept(port.supervisor, row.id)


def test_one_plan_is_made_at_a_time_and_one_that_fell_silent_is_begun_anew(port: Cast) -> None:
    row, other = (ask(port.supervisor, days=1, seconds=1) for _ in range(2))
    SessionPlan.objects.filter(pk=row.id).update(state=State.RUNNING, heard_at=row.asked_at)
    assert make_next() is None
    long_ago = row.asked_at - making.SILENCE
    SessionPlan.objects.filter(pk=row.id).update(heard_at=long_ago)
    assert make_next() == row.id
    assert make_next() == other.id


def test_only_who_oversees_asks_and_sees_their_own_alone(port: Cast) -> None:
    for badge in ("officer", "keeper", "driver", "operator", "prosecutor", "outsider"):
        with pytest.raises(RightMissing):
            ask(port.officers[badge], days=3, seconds=5)
    row = ask(port.supervisor, days=3, seconds=5)
    for other in (port.second_supervisor, port.far_supervisor, port.officer):
        assert not SessionPlan.objects.visible_to(other).exists()
        with pytest.raises(UnknownPlan):
            stop(other, row.id)
        with pytest.raises(UnknownPlan):
            accept(other, row.id)


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 61}, {"seconds": 0}, {"seconds": 121}])
def test_what_is_out_of_bounds_is_refused(port: Cast, wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidHorizon):
        ask(port.supervisor, **{"days": 3, "seconds": 5, **wrong})


def test_an_auditor_may_look_at_a_plan_but_has_no_act_to_accept_it_with(port: Cast) -> None:
    ready(port, 1, at_plant=False)
    row = ask(port.auditor, days=3, seconds=5)
    make_next()
    with pytest.raises(RightMissing):
        accept(port.auditor, row.id)
    assert not Session.objects.exists()


def test_a_hold_that_came_meanwhile_does_not_stop_the_planning_but_the_gate_stops_the_fire(
    port: Cast,
) -> None:
    """Planning a session is no destruction: the gate is asked again at the kiln."""
    (barrel,) = ready(port, at_plant=False)
    row = made(port)
    do(port.prosecutor, PlaceHold(exhibits=(barrel.label,), reason="trial"))
    accept(port.supervisor, row.id)
    assert Session.objects.get().units == [barrel.id]
