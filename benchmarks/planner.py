"""The planner: how far its plans are from the best that is proven possible, and how soon the first can be used."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from benchmarks.figures import Figure
from custody.planning.rules import Plan, Problem, Score
from custody.planning.solver import Progress, solve
from tests.planning.judge import sound
from tests.planning.problems import packing, port, triplets, uniform

#: Units, and the seconds that the planner may look.
PORTS = ((200, 30), (1_000, 60), (5_000, 120))
PACKING_SECONDS = 30


def figures() -> Iterator[Figure]:
    """A port's stock before sixty sessions; then bin packing, which it is when all limits and risks are equal."""
    for count, seconds in PORTS:
        yield from _port(count, seconds)
    for count in (120, 250):
        yield _packing("uniform", count, uniform(count, count), 150)
    for count in (60, 120):
        yield _packing("triplets", count, triplets(count, count), 1_000)


def _port(count: int, seconds: int) -> Iterator[Figure]:
    problem = port(count)
    plan, baseline, first = _solved(problem, seconds)
    name = f"planner: {count:,} units, 60 sessions, {seconds} s"
    yield Figure(f"planner: {count:,} units, until the first usable plan", first, "s", at_most=2)
    yield Figure(
        f"{name}, limits broken more than by the simple rule",
        plan.score.broken - baseline.broken,
        "",
        at_most=0,
    )
    if plan.score.broken == baseline.broken:
        yield Figure(
            f"{name}, exposure to the simple rule's",
            plan.score.exposure / baseline.exposure,
            at_most=1,
        )
    yield Figure(
        f"{name}, limits broken above the bound", plan.score.broken - plan.bound.broken, ""
    )
    yield Figure(
        f"{name}, exposure to the bound",
        plan.score.exposure / plan.bound.exposure,
        at_most=1.1 if count == PORTS[0][0] else None,
    )
    yield Figure(f"{name}, the simple rule's to the bound", baseline.exposure / plan.bound.exposure)


def _packing(name: str, count: int, sizes: list[int], cap: int) -> Figure:
    least = -(-sum(sizes) // cap)
    plan, _, _ = _solved(packing(sizes, cap, least + 10), PACKING_SECONDS)
    assert not plan.left_out
    used = len({one.slot for one in plan.placements})
    return Figure(
        f"planner: bin packing, {count} {name}, sessions above the least ({least})",
        used - least,
        "",
        at_most=1,
    )


def _solved(problem: Problem, seconds: int) -> tuple[Plan, Score, float]:
    """The plan, what the simple rule's costs, and the seconds until that one could be used; judged from outside."""
    first: list[tuple[Score, float]] = []
    begun = perf_counter()

    def tell(progress: Progress) -> None:
        if progress.plan:
            first.append((progress.score, perf_counter() - begun))

    plan = solve(problem, seconds=seconds, tell=tell)
    sound(problem, plan)
    return plan, *first[0]
