"""An arrangement is measured as the planner measures its own plan: the same figures, out of what is kept of it."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given, settings

from custody.planning.comparing import placed_by, units_of, worth
from custody.planning.document import document
from custody.planning.rules import Problem
from custody.planning.solver import simple
from tests.planning.problems import problem, problems, slot, unit


@settings(max_examples=60)
@given(problems())
def test_the_figures_of_a_plan_come_out_of_its_document(told: Problem) -> None:
    plan = simple(told)
    kept = document(told, plan, plan.score)
    starts = {one.id: one.starts_at for one in told.slots}
    before = sum(one.grams * one.risk * told.minute(one.exposed_from) for one in told.units)
    found = worth(kept, placed_by(kept), starts)
    assert found.score.broken == plan.score.broken
    assert found.score.exposure - before == plan.score.exposure
    assert found.sessions == len(kept["sessions"])


def test_what_is_in_no_session_is_exposed_to_the_end() -> None:
    told = problem([unit("A", 1_000), unit("B", 2_000)], [slot(1, 3, 3_000)])
    plan = simple(told)
    kept = document(told, plan, plan.score)
    starts: dict[str, datetime] = {"T-1": told.slots[0].starts_at}
    everything = worth(kept, {}, starts)
    assert everything.score.exposure == 3_000 * told.minute(told.until)
    assert everything.sessions == 0
    one = worth(kept, {"A": "T-1", "came later": "T-1"}, starts)
    assert one.score.exposure == 1_000 * 180 + 2_000 * told.minute(told.until)
    assert one.sessions == 1
    assert {each["unit"] for each in units_of(kept)} == {"A", "B"}
