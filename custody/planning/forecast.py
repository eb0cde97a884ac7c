"""What if: a planner run through weeks to come, day by day, knowing each day only what has come by then. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from custody.planning.rules import Plan, Problem, Slot, Team, Unit, breaks

_DAY = timedelta(days=1)
#: What a catch that nobody has packed yet is taken to be: pallets, ordered a day later, a week as their limit. House values.
_PALLET_KILOGRAMS, _CATCH_RISK, _WEEK = 250, 10, timedelta(days=7)

Planner = Callable[[Problem], Plan]


@dataclass(frozen=True)
class Day:
    """How things stand at the end of a day; masses in grams.

    Attributes:
        stock: what is in store.
        late: units that are in store though their limit has passed.
        exposure: weighted gram-minutes until then, of all that was there: what is burnt counts to its session.
        burnt, offered: what the sessions of the day took, and what they could have.
        sessions, used: how many there were, and in how many something burnt.
    """

    at: datetime
    stock: int
    late: int
    exposure: int
    burnt: int
    offered: int
    sessions: int
    used: int


@dataclass(frozen=True)
class Course:
    """The days one after another, and what came of all units.

    Attributes:
        exposure: weighted gram-minutes of all units until they were at a plant, or the end.
        broken: units that reached a plant after their limit, or not at all though it fell before the end.
    """

    days: tuple[Day, ...]
    exposure: int
    broken: int

    @property
    def peak(self) -> int:
        """The largest stock at the end of a day, in grams."""
        return max((one.stock for one in self.days), default=0)

    @property
    def percent_used(self) -> int:
        """Of what the sessions could have taken, what they took; rounded down."""
        offered = sum(one.offered for one in self.days)
        return sum(one.burnt for one in self.days) * 100 // max(offered, 1)

    @property
    def left(self) -> int:
        """What is in store at the end, in grams."""
        return self.days[-1].stock if self.days else 0


def run(problem: Problem, planner: Planner) -> Course:
    """Plan each morning what is there by then, burn what was planned for the day, and go on with the rest.

    Args:
        problem: units that will come have their beginnings in the future.
        planner: makes the plan of a morning.
    """
    starts = {one.id: one.starts_at for one in problem.slots}
    waiting = {one.label: one for one in problem.units}
    exposure = broken = 0
    days = []
    at = problem.as_of
    while at < problem.until:
        tomorrow = min(at + _DAY, problem.until)
        known = [one for one in waiting.values() if one.exposed_from <= at]
        ahead = [one for one in problem.slots if one.fetching_at >= at]
        plan = planner(replace(problem, as_of=at, units=known, slots=ahead))
        today = [one for one in ahead if one.fetching_at < tomorrow]
        names = {one.id for one in today}
        loads: dict[str, int] = {}
        for one in plan.placements:
            if one.slot in names:
                unit = waiting.pop(one.unit)
                loads[one.slot] = loads.get(one.slot, 0) + unit.grams
                exposure += _exposure(problem, unit, starts[one.slot])
                broken += breaks(unit, starts[one.slot])
        there = [one for one in waiting.values() if one.exposed_from < tomorrow]
        days.append(
            Day(
                at=tomorrow,
                stock=sum(one.grams for one in there),
                late=sum(breaks(one, tomorrow) for one in there),
                exposure=exposure + sum(_exposure(problem, one, tomorrow) for one in there),
                burnt=sum(loads.values()),
                offered=sum(max(cap.grams for cap in one.caps) for one in today),
                sessions=len(today),
                used=len(loads),
            )
        )
        at = tomorrow
    for unit in waiting.values():
        exposure += _exposure(problem, unit, problem.until)
        broken += breaks(unit, problem.until)
    return Course(tuple(days), exposure, broken)


def _exposure(problem: Problem, unit: Unit, at: datetime) -> int:
    return unit.grams * unit.risk * (problem.minute(at) - problem.minute(unit.exposed_from))


# --- what if


def with_catch(problem: Problem, units: Sequence[Unit]) -> Problem:
    """One more catch."""
    return replace(problem, units=[*problem.units, *units])


def tonight(problem: Problem, kilograms: int) -> list[Unit]:
    """A catch of cocaine twelve hours after the problem begins, in pallets of 250 kg."""
    at = problem.as_of + _DAY / 2
    whole, rest = divmod(kilograms, _PALLET_KILOGRAMS)
    return [
        Unit(
            label=f"CATCH-{number:03}",
            seizure="CATCH",
            substance="cocaine",
            form="pallet",
            grams=size * 1_000,
            risk=_CATCH_RISK,
            place="CATCH",
            exposed_from=at,
            available_from=at + _DAY,
            limit_at=at + _WEEK,
        )
        for number, size in enumerate([_PALLET_KILOGRAMS] * whole + ([rest] if rest else []))
    ]


def variants(
    problem: Problem, *, catch_kilograms: int, another_crew: bool, another_plant: bool
) -> dict[str, Problem]:
    """The days as they stand, with the catch, and with what is asked for besides: each by itself, then together.

    Args:
        catch_kilograms: caught tonight; 0 for none.
    """
    found = {"as_it_stands": problem}
    if catch_kilograms:
        problem = with_catch(problem, tonight(problem, catch_kilograms))
        found["catch"] = problem
    if another_crew:
        found["another_crew"] = with_crew(problem)
    if another_plant:
        found["another_plant"] = with_plant(problem)
    if another_crew and another_plant:
        found["crew_and_plant"] = with_plant(with_crew(problem))
    return found


def with_crew(problem: Problem) -> Problem:
    """Another crew with the largest vehicle that there is, on duty for every session."""
    largest = max((one.capacity_grams for one in problem.teams), default=0)
    crew = "another crew"
    slots = [replace(one, crews=(*one.crews, crew)) for one in problem.slots]
    return replace(
        problem, slots=slots, teams=[*problem.teams, Team(crew, "another vehicle", largest)]
    )


def with_plant(problem: Problem) -> Problem:
    """Another plant like those there are, with sessions at the same times, and for the same crews."""
    more = [replace(one, id=f"{one.id} too", plant=f"{one.plant} too") for one in problem.slots]
    return replace(problem, slots=[*problem.slots, *more])


def with_larger_sessions(problem: Problem, percent: int) -> Problem:
    """Sessions and vehicles that take so many percent of what they take now."""
    slots = [_scaled(one, percent) for one in problem.slots]
    teams = [
        replace(one, capacity_grams=one.capacity_grams * percent // 100) for one in problem.teams
    ]
    return replace(problem, slots=slots, teams=teams)


def _scaled(slot: Slot, percent: int) -> Slot:
    return replace(
        slot, caps=tuple(replace(cap, grams=cap.grams * percent // 100) for cap in slot.caps)
    )


def neutralised_on_the_quay(
    problem: Problem, *, after: timedelta, risk: int, mass_percent: int
) -> Problem:
    """Whatever is caught from now on made harmless where it was caught: less dangerous and heavier.

    Args:
        after: how long that takes; the danger until then is the same in every plan, and not counted here.
        risk: how dangerous it is then.
        mass_percent: what it weighs then, of what it weighed, in percent: the reagent is in it.
    """
    return replace(
        problem,
        units=list(_neutralised(problem, after=after, risk=risk, mass_percent=mass_percent)),
    )


def _neutralised(
    problem: Problem, *, after: timedelta, risk: int, mass_percent: int
) -> Iterator[Unit]:
    for unit in problem.units:
        if unit.exposed_from < problem.as_of:
            yield unit
            continue
        yield replace(
            unit,
            grams=unit.grams * mass_percent // 100,
            risk=risk,
            exposed_from=unit.exposed_from + after,
        )
