"""What comes of the autumn, as a page with a table and curves. Pure; the same seed makes the same page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from custody.planning.antwerp.autumn import ASSUMPTIONS, BEGINS, autumn
from custody.planning.forecast import (
    Course,
    Planner,
    neutralised_on_the_quay,
    run,
    with_crew,
    with_larger_sessions,
    with_plant,
)
from custody.planning.rules import Plan, Problem
from custody.planning.solver import first_come, simple, solve

#: Long enough for a morning's plan on any machine, so that time does not decide what comes out.
_SECONDS = 600
_T = 1_000_000


def _planned(problem: Problem) -> Plan:
    return solve(problem, seconds=_SECONDS, rounds=0)


PLANNERS: Mapping[str, Planner] = {
    "first come, first served": first_come,
    "earliest limit first": simple,
    "planner": _planned,
}
SCENARIOS: Mapping[str, Callable[[], Problem]] = {
    "as assumed": autumn,
    "without the 7.5 t": lambda: autumn(large=False),
    "another plant": lambda: with_plant(autumn()),
    "1,500 kg a session": lambda: with_larger_sessions(autumn(), 150),
    "another crew": lambda: with_crew(autumn()),
    "another crew, 1,500 kg": lambda: with_crew(with_larger_sessions(autumn(), 150)),
    "neutralised on the quay": lambda: neutralised_on_the_quay(
        autumn(), after=timedelta(hours=2), risk=1, mass_percent=120
    ),
}


@dataclass(frozen=True)
class Outcome:
    """One scenario under one planner."""

    scenario: str
    planner: str
    course: Course


def outcomes() -> list[Outcome]:
    """Every scenario under every planner."""
    return [
        Outcome(scenario, name, run(make(), planner))
        for scenario, make in SCENARIOS.items()
        for name, planner in PLANNERS.items()
    ]


def page(found: Sequence[Outcome]) -> str:
    """The page in Markdown; its pictures lie beside it."""
    return "\n".join([*_PAGE_BEGINS, *_table(found), *_weeks(found), "", *_assumptions(), ""])


_PAGE_BEGINS = (
    "# The Antwerp autumn of 2023, planned day by day",
    "",
    "Made by `python manage.py simulate_autumn --out docs`; do not edit. Two months from 1 October 2023. Each morning a",
    "plan is made of what has been caught by then and may burn, the day's sessions burn what it says, and the rest waits.",
    "It is a worked example of the planner and no account of what happened: sites, permits, crews and orders are not",
    "public. What is public, and what is assumed, stands at the end.",
    "",
    "![Stock in tonnes, by planner](antwerp-2023-stock.svg)",
    "",
    "![Units past their limit in store, by planner](antwerp-2023-late.svg)",
    "",
    "![Stock in tonnes, by scenario](antwerp-2023-what-if.svg)",
    "",
    "*Units late*: at a plant after their limit, or not at all though it fell. *Exposure*: tonne-hours in store times risk,",
    "of what is neutralised from two hours after the catch on. *Used*: of what all booked sessions could have taken, manned or not.",
    "",
    "Breaking few limits has a price: the planner lets what is late already, and heavy, wait for what can still be in time, so",
    "that late units stay in store for longer. Whoever would rather not puts them into a session by hand; the plan goes around it.",
    "",
)


def _table(found: Sequence[Outcome]) -> Iterator[str]:
    yield "| Scenario | Planner | Units late | Exposure | Most in store | Left at the end | Sessions used | Used |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for one in found:
        course = one.course
        sessions = sum(day.sessions for day in course.days)
        used = sum(day.used for day in course.days)
        yield (
            f"| {one.scenario} | {one.planner} | {course.broken} | {course.exposure // (60 * _T):,}"
            f" | {_tonnes(course.peak)} t | {_tonnes(course.left)} t | {used} of {sessions}"
            f" | {course.percent_used} % |"
        )


def _weeks(found: Sequence[Outcome]) -> Iterator[str]:
    """The curves of the first scenario as figures, at the end of each week."""
    shown = [one for one in found if one.scenario == "as assumed"]
    yield ""
    yield "As assumed, at the end of each week: tonnes in store / units late in store / tonnes burnt in the week."
    yield ""
    yield "| Until | " + " | ".join(one.planner for one in shown) + " |"
    yield "|---|" + "---:|" * len(shown)
    for last in range(6, len(shown[0].course.days), 7):
        cells = []
        for one in shown:
            day = one.course.days[last]
            burnt = sum(each.burnt for each in one.course.days[last - 6 : last + 1])
            cells.append(f"{_tonnes(day.stock)} / {day.late} / {_tonnes(burnt)}")
        yield f"| {shown[0].course.days[last].at:%d %b} | " + " | ".join(cells) + " |"


def _assumptions() -> Iterator[str]:
    yield "## What was said, what is assumed"
    yield ""
    yield "| Figure | Taken as | Source |"
    yield "|---|---|---|"
    for one in ASSUMPTIONS:
        yield f"| {one.what} | {one.taken_as} | {one.source or 'assumed'} |"


def _tonnes(grams: int) -> str:
    return f"{grams // 100_000 // 10}.{grams // 100_000 % 10}"


def pictures(found: Sequence[Outcome]) -> dict[str, str]:
    """The pictures, as SVG, by the names of their files."""
    assumed = {one.planner: one.course for one in found if one.scenario == "as assumed"}
    planned = {one.scenario: one.course for one in found if one.planner == "planner"}
    return {
        "antwerp-2023-stock.svg": chart(
            "Tonnes in store",
            {name: [day.stock / _T for day in one.days] for name, one in assumed.items()},
        ),
        "antwerp-2023-late.svg": chart(
            "Units past their limit in store",
            {name: [float(day.late) for day in one.days] for name, one in assumed.items()},
        ),
        "antwerp-2023-what-if.svg": chart(
            "Tonnes in store, as planned",
            {name: [day.stock / _T for day in one.days] for name, one in planned.items()},
        ),
    }


_COLOURS = ("#b3261e", "#8a6d00", "#0b57d0", "#146c2e", "#6f43c0", "#00696f", "#5f5f5f")
_WIDTH, _HEIGHT, _LEFT, _TOP, _LINE = 720, 300, 48, 28, 18


def chart(title: str, curves: Mapping[str, Sequence[float]]) -> str:
    """Lines over the days, with their names below."""
    most = max((value for curve in curves.values() for value in curve), default=0) or 1
    days = max(len(curve) for curve in curves.values())
    right, bottom = _WIDTH - 16, _HEIGHT - 24
    height = _HEIGHT + _LINE * len(curves) + 8

    def place(day: int, value: float) -> str:
        x = _LEFT + (right - _LEFT) * day / max(days - 1, 1)
        y = bottom - (bottom - _TOP) * value / most
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        '<g font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="16" font-weight="bold">{title}</text>',
    ]
    for quarter in range(5):
        _, _, y = place(0, most * quarter / 4).partition(",")
        parts.append(f'<path d="M{_LEFT},{y} H{right}" stroke="#dddddd"/>')
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y}" text-anchor="end">{most * quarter / 4:.1f}</text>'
        )
    for day in range(0, days, 7):
        x, _, _ = place(day, 0).partition(",")
        date = BEGINS + timedelta(days=day + 1)
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{date:%d %b}</text>')
    for number, (name, curve) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(place(day, value) for day, value in enumerate(curve))
        base = _HEIGHT + _LINE * number + 12
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(f'<path d="M{_LEFT},{base - 4} h24" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{_LEFT + 32}" y="{base}">{name}</text>')
    return "\n".join([*parts, "</g>", "</svg>", ""])
