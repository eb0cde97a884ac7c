"""What goes where, and the reasons that a plan gives for it."""

from __future__ import annotations

from custody.planning.rules import Cap, Reason, Team
from custody.planning.solver import simple, solve
from tests.planning.problems import CREW, HOUR, NOW, codes, in_session, problem, slot, unit


def test_a_limit_comes_before_any_exposure() -> None:
    heavy = unit("HEAVY", 300, risk=9)
    urgent = unit("URGENT", 10, limit_at=NOW + 4 * HOUR)
    plan = solve(problem([heavy, urgent], [slot(1, 3), slot(2, 6)]), seconds=5)
    assert in_session(plan) == {"URGENT": "T-1", "HEAVY": "T-2"}
    assert plan.score.broken == 0
    assert codes(plan, "URGENT") == ["limit_kept"]
    assert codes(plan, "HEAVY") == ["full"]


def test_what_is_more_dangerous_goes_first() -> None:
    mild, wild = unit("MILD", 200), unit("WILD", 200, risk=5)
    plan = solve(problem([mild, wild], [slot(1, 3), slot(2, 6)]), seconds=5)
    assert in_session(plan) == {"WILD": "T-1", "MILD": "T-2"}
    assert plan.score == plan.bound


def test_a_limit_is_kept_to_the_moment() -> None:
    at = slot(1, 3)
    on_time = unit("A", limit_at=at.starts_at)
    late = unit("B", limit_at=at.starts_at - HOUR)
    plan = simple(problem([on_time, late], [at]))
    assert plan.score.broken == 1
    assert codes(plan, "A") == ["limit_kept"]
    assert codes(plan, "B") == ["limit_broken"]


def test_whatever_stands_in_the_way_is_told_and_keeps_a_unit_out() -> None:
    held = unit("HELD", obstacles=(Reason("held", "HELD is on hold"),))
    never = unit("NEVER", available_from=None)
    later = unit("LATER", available_from=NOW + 9 * HOUR)
    large = unit("LARGE", 301)
    plan = simple(problem([held, never, later, large], [slot(1, 3), slot(2, 6)]))
    assert plan.placements == ()
    assert codes(plan, "HELD") == ["held"]
    assert codes(plan, "NEVER") == codes(plan, "LATER") == ["not_ready"]
    assert codes(plan, "LARGE") == ["not_admitted"]


def test_a_cap_on_a_packaging_or_a_substance_holds_beside_the_general_one() -> None:
    caps = (Cap(300), Cap(100, form="pallet"), Cap(0, substance="heroin"))
    units = [
        unit("P-1", form="pallet"),
        unit("P-2", form="pallet"),
        unit("B-1"),
        unit("H-1", substance="heroin"),
    ]
    plan = solve(problem(units, [slot(1, 3, caps=caps)]), seconds=5)
    assert set(in_session(plan)) in ({"P-1", "B-1"}, {"P-2", "B-1"})
    assert codes(plan, "H-1") == ["not_admitted"]


def test_nothing_is_admitted_that_no_cap_is_about() -> None:
    plan = simple(problem([unit("A")], [slot(1, 3, caps=(Cap(300, substance="heroin"),))]))
    assert codes(plan, "A") == ["not_admitted"]


def test_one_crew_is_in_one_place_at_a_time() -> None:
    at_once = [slot(1, 3, 100), slot(2, 3, 100, plant="PLANT-B"), slot(3, 9, 100)]
    plan = solve(problem([unit("A"), unit("B")], at_once), seconds=5)
    assert sorted(in_session(plan).values())[1] == "T-3"
    two = [CREW, Team("CREW-2", "VAN-B", 1_000)]
    at_once = [
        slot(1, 3, 100, crews=("CREW-1", "CREW-2")),
        slot(2, 3, 100, plant="PLANT-B", crews=("CREW-1", "CREW-2")),
        slot(3, 9, 100),
    ]
    plan = solve(problem([unit("A"), unit("B")], at_once, two), seconds=5)
    assert sorted(in_session(plan).values()) == ["T-1", "T-2"]
    assert sorted(plan.crews.values()) == ["CREW-1", "CREW-2"]


def test_a_vehicle_brings_no_more_than_it_carries_but_what_waits_at_the_plant_needs_none() -> None:
    small = Team("CREW-1", "VAN-A", 150)
    units = [unit("A"), unit("B"), unit("THERE", place="PLANT-A")]
    plan = solve(problem(units, [slot(1, 3)], [small]), seconds=5)
    assert len(plan.placements) == 2
    assert "THERE" in in_session(plan)
    assert [codes(plan, one.unit) for one in plan.left_out] == [["not_fetched"]]
    plan = simple(problem(units, [slot(1, 3, crews=())], []))
    assert set(in_session(plan)) == {"THERE"}


def test_what_people_have_fixed_stays_and_the_rest_is_planned_around_it() -> None:
    fixed = unit("FIXED", 250, fixed="T-1", obstacles=(Reason("held", "FIXED is on hold"),))
    plan = solve(problem([fixed, unit("A")], [slot(1, 3), slot(2, 6)]), seconds=5)
    assert in_session(plan) == {"FIXED": "T-1", "A": "T-2"}
    assert codes(plan, "FIXED") == ["fixed", "held"]


def test_a_seizure_stays_together_where_that_costs_nothing() -> None:
    """Two seizures of three equal barrels each, mixed as they came, into two sessions of three."""
    units = [unit(f"U-{number}", seizure=f"S-{number % 2}") for number in range(6)]
    plan = solve(problem(units, [slot(1, 3), slot(2, 6)]), seconds=5)
    where = in_session(plan)
    assert len({(one.seizure, where[one.label]) for one in units}) == 2


def test_without_sessions_it_says_so() -> None:
    plan = solve(problem([unit("A")], []), seconds=1)
    assert codes(plan, "A") == ["no_sessions"]
    assert plan.score == plan.bound
