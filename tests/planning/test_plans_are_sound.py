"""No plan does what it may not; none is worse than the simple rule's; on small problems it is the best there is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from custody.planning.rules import Plan, Problem
from custody.planning.solver import Progress, simple, solve
from tests.planning.judge import best, sound
from tests.planning.problems import packing, port, problems, triplets, uniform


@given(problems())
def test_the_simple_rule_keeps_every_cap_and_counts_right(problem: Problem) -> None:
    sound(problem, simple(problem))


@given(problems(most_units=12, most_slots=6))
@settings(max_examples=60)
def test_the_planner_is_sound_and_never_worse_than_the_simple_rule(problem: Problem) -> None:
    plan = solve(problem, seconds=1)
    sound(problem, plan)
    assert plan.score <= simple(problem).score


@given(problems(most_units=5, most_slots=3, fixed=False))
@settings(max_examples=60)
def test_no_plan_comes_in_below_the_bound(problem: Problem) -> None:
    """Who fetches what people fixed is settled before, and no part of what is bounded."""
    plan, least = solve(problem, seconds=0.2), best(problem)
    assert plan.bound.broken <= least[0]
    if plan.score.broken == least[0]:
        assert plan.bound.exposure <= least[1]


@given(problems(most_units=5, most_slots=3, fixed=False))
@settings(max_examples=60)
def test_small_problems_are_planned_at_their_best(problem: Problem) -> None:
    plan = solve(problem, seconds=10)
    assert (plan.score.broken, plan.score.exposure) == best(problem)


@pytest.mark.parametrize("count", [50, 200])
def test_a_port_is_planned_better_than_by_the_simple_rule(count: int) -> None:
    problem = port(count)
    plan = solve(problem, seconds=3)
    sound(problem, plan)
    assert plan.bound <= plan.score < simple(problem).score


@pytest.mark.parametrize("sizes", [uniform(40, 1), triplets(30, 1)], ids=["uniform", "triplets"])
def test_bin_packing_is_planned_too(sizes: list[int]) -> None:
    cap = 150 if max(sizes) <= 100 else 1_000
    problem = packing(sizes, cap, len(sizes) // 2)
    plan = solve(problem, seconds=3)
    sound(problem, plan)
    assert not plan.left_out


def test_the_first_plan_that_is_told_can_be_used_at_once() -> None:
    told: list[Progress] = []
    problem = port(50)
    solve(problem, seconds=1, tell=told.append)
    first = told[0].plan
    assert isinstance(first, Plan)
    sound(problem, first)
    assert [one.score for one in told] == sorted((one.score for one in told), reverse=True)
    assert first.bound <= first.score


def test_it_stops_when_it_is_told_to() -> None:
    problem = port(200)
    plan = solve(problem, seconds=3_600, going=lambda: False)
    sound(problem, plan)
    assert plan.score == simple(problem).score
