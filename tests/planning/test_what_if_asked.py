"""What if is asked on the desk, thought through by the job that makes plans, and changes nothing."""

from __future__ import annotations

import pytest

from custody.ledger.models import Entry
from custody.people.rights import RightMissing
from custody.planning import making, services
from custody.planning.errors import (
    InvalidCatch,
    InvalidHorizon,
    NothingAsked,
    StillThinking,
    TooManyQuestions,
    UnknownPlan,
)
from custody.planning.forecast import variants
from custody.planning.making import make_next
from custody.planning.models import SessionPlan, State
from custody.planning.services import accept, ask, ask_what_if, stop
from tests.burning.scenes import ready
from tests.cast import Cast
from tests.deadlines.scenes import MINUTE, moving_time
from tests.planning.problems import problem, slot, unit

pytestmark = pytest.mark.django_db


def question(cast: Cast, **told: object) -> SessionPlan:
    asked = {
        "days": 5,
        "seconds": 1,
        "catch_kilograms": 500,
        "another_crew": True,
        "another_plant": True,
    }
    return ask_what_if(cast.supervisor, **{**asked, **told})  # type: ignore[arg-type]


def test_the_job_thinks_it_through_and_nothing_is_recorded(port: Cast) -> None:
    ready(port, 2, at_plant=False)
    before = Entry.objects.count()
    row = question(port)
    assert make_next() == row.id
    row.refresh_from_db()
    assert row.state == State.DONE
    assert row.proposal is not None
    courses = {one["name"]: one for one in row.proposal["courses"]}
    assert list(courses) == [
        "as_it_stands",
        "catch",
        "another_crew",
        "another_plant",
        "crew_and_plant",
    ]
    assert {len(one["days"]) for one in courses.values()} == {5}
    stock = {name: one["days"][0]["stock_grams"] for name, one in courses.items()}
    assert stock["catch"] == stock["as_it_stands"] + 500_000
    for one in courses.values():
        assert one["days"][-1]["exposure_gram_minutes"] == one["exposure_gram_minutes"]
    assert Entry.objects.count() == before


def test_only_what_is_asked_for_is_thought_through() -> None:
    told = problem([unit("A")], [slot(1, 3)])
    found = variants(told, catch_kilograms=0, another_crew=True, another_plant=False)
    assert list(found) == ["as_it_stands", "another_crew"]
    assert len(found["another_crew"].teams) == len(told.teams) + 1


def test_it_is_hurried_and_comes_to_its_end(port: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = question(port, seconds=100)
    stop(port.supervisor, row.id)
    monkeypatch.setattr(making, "_PACE_SECONDS", 0.0)
    make_next()
    row.refresh_from_db()
    assert row.state == State.STOPPED
    assert row.proposal is not None
    assert len(row.proposal["courses"]) == 5
    assert row.progress == {"done": 25, "of": 25}


def test_a_question_is_no_plan(port: Cast) -> None:
    row, other = question(port), ask(port.supervisor, days=1, seconds=1)
    assert list(SessionPlan.objects.all().plans()) == [other]
    assert list(SessionPlan.objects.all().what_ifs()) == [row]
    make_next()
    with pytest.raises(UnknownPlan):
        accept(port.supervisor, row.id)
    make_next()
    assert list(SessionPlan.objects.all().plans()) == [other]


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"days": 0}, InvalidHorizon),
        ({"seconds": 0}, InvalidHorizon),
        ({"catch_kilograms": 100_001}, InvalidCatch),
        ({"catch_kilograms": -1}, InvalidCatch),
        (
            {"catch_kilograms": 0, "another_crew": False, "another_plant": False},
            NothingAsked,
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    port: Cast, told: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        question(port, **told)


def test_it_is_asked_by_who_oversees_alone(port: Cast) -> None:
    with pytest.raises(RightMissing):
        ask_what_if(
            port.officer,
            days=1,
            seconds=1,
            catch_kilograms=1,
            another_crew=False,
            another_plant=False,
        )


def test_one_question_is_thought_through_at_a_time_for_each_officer(port: Cast) -> None:
    row = question(port)
    with pytest.raises(StillThinking, match="ask again when one of them is done"):
        question(port)
    # neither somebody else nor a plan waits for it
    asked = {"days": 1, "seconds": 1}
    ask_what_if(
        port.second_supervisor,
        catch_kilograms=500,
        another_crew=False,
        another_plant=False,
        **asked,
    )
    ask(port.supervisor, **asked)
    SessionPlan.objects.filter(pk=row.pk).update(state=State.DONE)
    question(port)


def test_so_many_questions_an_hour_and_then_it_says_when_to_come_back(port: Cast) -> None:
    with moving_time() as time:
        for _ in range(services.QUESTIONS_AN_HOUR):
            question(port)
            SessionPlan.objects.update(state=State.DONE)
            time.advance(MINUTE)
        with pytest.raises(TooManyQuestions) as refused:
            question(port)
        minutes = refused.value.params["minutes"]
        assert minutes == 60 - services.QUESTIONS_AN_HOUR + 1
        time.advance(minutes * MINUTE)
        question(port)


def test_so_many_plans_of_one_officer_wait(port: Cast) -> None:
    for _ in range(services.PLANS_UNDER_WAY):
        ask(port.supervisor, days=1, seconds=1)
    with pytest.raises(StillThinking):
        ask(port.supervisor, days=1, seconds=1)
    ask(port.second_supervisor, days=1, seconds=1)


def test_a_question_that_takes_too_long_comes_to_nothing(
    port: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(port, 2, at_plant=False)
    row = question(port)
    monkeypatch.setattr(making, "LONGEST_THOUGHT_SECONDS", -1.0)
    assert make_next() == row.id
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert row.proposal is not None
    assert row.proposal["courses"] == []
