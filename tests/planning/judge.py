"""An outside judge of plans: reads problem and plan alone, shares no code with the planner, and is slow."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from custody.planning.rules import Plan, Problem, Slot, Unit

MINUTE = timedelta(minutes=1)


def cost(problem: Problem, where: dict[str, str]) -> tuple[int, int]:
    """Limits broken and exposure of units in these sessions; whatever is not named is left out."""
    starts = {one.id: one.starts_at for one in problem.slots}
    broken = exposure = 0
    for unit in problem.units:
        at = starts[where[unit.label]] if unit.label in where else problem.until
        broken += unit.limit_at is not None and at > unit.limit_at
        passed = (at - problem.as_of) // MINUTE - (unit.exposed_from - problem.as_of) // MINUTE
        exposure += unit.grams * unit.risk * passed
    return broken, exposure


def faults(problem: Problem, where: dict[str, str], crews: dict[str, str]) -> list[str]:
    """Everything that this plan may not do, but for what people fixed by hand."""
    found = []
    slots = {one.id: one for one in problem.slots}
    teams = {one.crew: one for one in problem.teams}
    for unit in problem.units:
        if unit.fixed is not None and where.get(unit.label) != unit.fixed:
            found.append(f"{unit.label} was moved")
        if (
            unit.fixed is None
            and unit.label in where
            and not _ready(unit, slots[where[unit.label]])
        ):
            found.append(f"{unit.label} may not burn then")
    for slot in problem.slots:
        inside = [one for one in problem.units if where.get(one.label) == slot.id]
        ours = [one for one in inside if one.fixed is None]
        for cap in slot.caps:
            about = [one for one in inside if cap.covers(one.substance, one.form)]
            if sum(one.grams for one in about) > cap.grams and any(one in ours for one in about):
                found.append(f"{slot.id} is over its cap")
        found += [
            f"{slot.id} does not admit {one.label}"
            for one in ours
            if not any(cap.covers(one.substance, one.form) for cap in slot.caps)
        ]
        fetched = [one for one in inside if one.place != slot.plant]
        if any(one in ours for one in fetched):
            crew = crews.get(slot.id)
            if crew is None or crew not in slot.crews:
                found.append(f"nobody fetches for {slot.id}")
            elif sum(one.grams for one in fetched) > teams[crew].capacity_grams:
                found.append(f"{crew} cannot carry {slot.id}")
    for (one, crew), (other, same) in product(crews.items(), crews.items()):
        if one < other and crew == same and _together(slots[one], slots[other]):
            found.append(f"{crew} is in two places")
    return found


def _ready(unit: Unit, slot: Slot) -> bool:
    by = slot.starts_at if unit.place == slot.plant else slot.fetching_at
    return not unit.obstacles and unit.available_from is not None and unit.available_from <= by


def _together(one: Slot, other: Slot) -> bool:
    return one.fetching_at < other.ends_at and other.fetching_at < one.ends_at


def best(problem: Problem) -> tuple[int, int]:
    """The least that any plan costs: every plan there is, one after another."""
    choices = [
        [one.fixed]
        if one.fixed
        else [None, *(slot.id for slot in problem.slots if _ready(one, slot))]
        for one in problem.units
    ]
    least = None
    for picked in product(*choices):
        where = {unit.label: slot for unit, slot in zip(problem.units, picked, strict=True) if slot}
        told = cost(problem, where)
        if (least is None or told < least) and _somehow(problem, where):
            least = told
    assert least is not None
    return least


def _somehow(problem: Problem, where: dict[str, str]) -> bool:
    """Whether some crews can do it."""
    options = [[None, *slot.crews] for slot in problem.slots]
    for picked in product(*options):
        crews = {slot.id: crew for slot, crew in zip(problem.slots, picked, strict=True) if crew}
        if not faults(problem, where, crews):
            return True
    return False


def sound(problem: Problem, plan: Plan) -> None:
    """Assert that a plan names each unit once, does nothing it may not, and costs what it says."""
    where = {one.unit: one.slot for one in plan.placements}
    named = sorted([*where, *(one.unit for one in plan.left_out)])
    assert named == sorted(one.label for one in problem.units)
    found = faults(problem, where, dict(plan.crews))
    assert not found, found
    assert cost(problem, where) == (plan.score.broken, plan.score.exposure)
