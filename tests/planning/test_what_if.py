"""The planner run through weeks to come, and what would come of another plant, another crew, a catch, or reagent."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from custody.planning.antwerp import report
from custody.planning.antwerp.autumn import ASSUMPTIONS, BEGINS, DAYS, autumn
from custody.planning.forecast import (
    Course,
    neutralised_on_the_quay,
    run,
    with_catch,
    with_crew,
    with_larger_sessions,
    with_plant,
)
from custody.planning.rules import Problem
from custody.planning.solver import first_come, simple
from tests.planning.problems import HOUR, NOW, problem, slot, unit

DAY = timedelta(days=1)


def week() -> Problem:
    """A session of 300 g each morning; 200 g come each day, ready the day after, to burn within two days."""
    units = [
        unit(
            f"U-{day}-{number}",
            exposed_from=NOW + day * DAY,
            available_from=NOW + (day + 1) * DAY,
            limit_at=NOW + (day + 2) * DAY,
        )
        for day in range(5)
        for number in range(2)
    ]
    return problem(units, [slot(day, day * 24 + 2) for day in range(7)])


def test_each_day_is_planned_with_what_has_come_by_then() -> None:
    course = run(week(), simple)
    assert [one.burnt for one in course.days[:7]] == [0, 200, 200, 200, 200, 200, 0]
    assert [one.stock for one in course.days[:6]] == [200, 200, 200, 200, 200, 0]
    assert course.broken == 0
    assert course.exposure == 10 * 100 * 26 * 60
    assert course.peak == 200
    assert course.left == 0


def test_what_comes_tomorrow_is_not_known_today() -> None:
    seen: list[set[str]] = []

    def planner(morning: Problem) -> object:
        seen.append({one.label for one in morning.units})
        assert all(one.exposed_from <= morning.as_of for one in morning.units)
        return simple(morning)

    run(week(), planner)  # type: ignore[arg-type]
    assert seen[0] == {"U-0-0", "U-0-1"}


def test_a_catch_tonight_makes_others_late_and_larger_sessions_take_it() -> None:
    catch = [
        unit(f"CATCH-{number}", exposed_from=NOW + HOUR, available_from=NOW + HOUR)
        for number in range(6)
    ]
    caught = with_catch(week(), catch)
    assert run(caught, simple).peak > run(week(), simple).peak
    larger = run(with_larger_sessions(caught, 200), simple)
    assert larger.exposure < run(caught, simple).exposure


def test_another_plant_helps_nobody_without_another_crew() -> None:
    """Two plants at once, and one crew that is in one place at a time."""
    many = replace(week(), units=[replace(one, grams=250) for one in week().units])
    alone = run(many, simple)
    assert run(with_plant(many), simple).exposure == alone.exposure
    assert run(with_crew(with_plant(many)), simple).exposure < alone.exposure
    assert run(with_plant(many), simple).percent_used < alone.percent_used


def test_what_is_neutralised_on_the_quay_is_less_dangerous_and_heavier() -> None:
    before = run(week(), simple)
    safe = neutralised_on_the_quay(week(), after=2 * HOUR, risk=1, mass_percent=120)
    assert {one.grams for one in safe.units} == {120}
    assert run(safe, simple).exposure < before.exposure * 120 // 100


def test_the_autumn_is_the_same_for_the_same_seed_and_weighs_what_was_said() -> None:
    first, second = autumn(), autumn()
    assert first == second
    assert first != autumn(seed=1)

    def kilograms(of: str) -> int:
        return sum(one.grams for one in first.units if one.seizure.startswith(of)) // 1_000

    assert kilograms("LARGE") == 7_500
    assert kilograms("STOCK") == 1_500
    assert kilograms("cocaine-0") in range(22_980, 23_001)
    assert kilograms("cocaine-31") in range(9_580, 9_601)
    assert len(autumn(large=False).units) < len(first.units)


def test_every_assumption_says_where_it_is_from_or_that_it_is_one() -> None:
    assert all(one.source is None or len(one.source) > 5 for one in ASSUMPTIONS)
    assert any(one.source is None for one in ASSUMPTIONS)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two scenarios under two rules that take no time."""
    monkeypatch.setattr(
        report, "SCENARIOS", {"as assumed": autumn, "another crew": lambda: with_crew(autumn())}
    )
    monkeypatch.setattr(
        report, "PLANNERS", {"first come, first served": first_come, "planner": simple}
    )


def test_the_command_writes_the_page_and_its_pictures(quick: None, tmp_path: Path) -> None:
    call_command("simulate_autumn", out=tmp_path, stdout=io.StringIO())
    page = (tmp_path / "antwerp-2023.md").read_text(encoding="utf-8")
    for one in ASSUMPTIONS:
        assert one.what in page
    pictures = sorted(one.name for one in tmp_path.glob("*.svg"))
    assert len(pictures) == 3
    assert all(name in page for name in pictures)
    assert all(
        (tmp_path / name).read_text(encoding="utf-8").startswith("<svg ") for name in pictures
    )


def test_the_page_in_the_docs_tells_what_comes_of_it_today() -> None:
    """The rules that take no time are run again; the planner's lines are as the command wrote them."""
    page = (Path(__file__).parents[2] / "docs" / "antwerp-2023.md").read_text(encoding="utf-8")
    for name, rule in (("first come, first served", first_come), ("earliest limit first", simple)):
        course: Course = run(autumn(), rule)
        assert f"| as assumed | {name} | {course.broken} | " in page
    assert len(run(autumn(), first_come).days) == DAYS
    assert f"{BEGINS:%d %B %Y}".lstrip("0") in page
