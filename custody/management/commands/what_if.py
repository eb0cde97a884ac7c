"""``manage.py what_if --catch 7500 --another-crew``: today's stock through the days to come, as it is and as it might be."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, fields
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.kit import clock
from custody.management.officers import acting
from custody.planning import forecast, queries
from custody.planning.forecast import Course, Day
from custody.planning.rules import Plan, Problem
from custody.planning.solver import solve
from custody.seizures.models import Exhibit

#: What neutralising on the quay is taken to do: two hours, a tenth of the risk, a fifth more mass.
_NEUTRALISED = {"after": timedelta(hours=2), "risk": 1, "mass_percent": 120}


class Command(BaseCommand):
    """Run the planner day by day over what is there and what might come, and print the curves."""

    help = (
        "What would become of stock, lateness and sessions: as things stand, and with what is asked for. Nothing is changed. "
        "A catch is taken as pallets of 250 kg that are ordered a day later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=21, help="how far ahead; 21, at most 60")
        parser.add_argument("--catch", type=int, default=0, metavar="KG", help="caught tonight")
        parser.add_argument("--another-plant", action="store_true")
        parser.add_argument("--another-crew", action="store_true")
        parser.add_argument(
            "--larger", type=int, default=100, metavar="PERCENT", help="sessions and vehicles"
        )
        parser.add_argument(
            "--neutralise", action="store_true", help="what comes is neutralised on the quay"
        )
        parser.add_argument("--seconds", type=int, default=1, help="for each morning's plan; 1")
        parser.add_argument("--csv", action="store_true", help="the curves as a table")
        parser.add_argument("--as", dest="badge", help="what this officer may see; else all")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= queries.LONGEST.days or options["seconds"] < 0:
            raise CommandError(
                f"--days lies between 1 and {queries.LONGEST.days}, --seconds not below 0"
            )
        if options["catch"] < 0 or not 1 <= options["larger"] <= 1_000:
            raise CommandError("--catch is not below 0, --larger between 1 and 1000 percent")
        badge = options["badge"]
        exhibits = Exhibit.objects.visible_to(acting(badge)) if badge else Exhibit.objects.all()
        now = clock.now()
        until = now + timedelta(days=options["days"])
        problem = queries.read(exhibits, as_of=now, until=until, now=now)

        def planner(morning: Problem) -> Plan:
            return solve(morning, seconds=options["seconds"])

        courses = {
            "as it stands": forecast.run(problem, planner),
            "as asked": forecast.run(_changed(problem, options), planner),
        }
        for line in _table(courses) if options["csv"] else _summary(courses):
            self.stdout.write(line)


def _changed(problem: Problem, options: Mapping[str, Any]) -> Problem:
    """The problem with everything that was asked for, the catch first: what comes may be neutralised."""
    changes: list[tuple[bool, Callable[[Problem], Problem]]] = [
        (
            options["catch"] > 0,
            lambda one: forecast.with_catch(one, forecast.tonight(one, options["catch"])),
        ),
        (
            options["neutralise"],
            lambda one: forecast.neutralised_on_the_quay(one, **_NEUTRALISED),  # type: ignore[arg-type]
        ),
        (options["another_plant"], forecast.with_plant),
        (options["another_crew"], forecast.with_crew),
        (
            options["larger"] != 100,
            lambda one: forecast.with_larger_sessions(one, options["larger"]),
        ),
    ]
    for asked, change in changes:
        if asked:
            problem = change(problem)
    return problem


def _summary(courses: Mapping[str, Course]) -> Iterator[str]:
    yield f"{'':<14}{'limits broken':>14}{'kilogram-hours':>16}{'peak kg':>10}{'left kg':>10}{'slots used':>12}"
    for name, one in courses.items():
        yield (
            f"{name:<14}{one.broken:>14,}{one.exposure // 60_000:>16,}{one.peak // 1_000:>10,}"
            f"{one.left // 1_000:>10,}{one.percent_used:>10} %"
        )
    yield ""
    yield f"{'day':<12}" + "".join(f"{name + ', kg':>22}{'late':>6}" for name in courses)
    for days in zip(*(one.days for one in courses.values()), strict=True):
        yield f"{days[0].at:%Y-%m-%d}  " + "".join(
            f"{day.stock // 1_000:>22,}{day.late:>6}" for day in days
        )


def _table(courses: Mapping[str, Course]) -> Iterator[str]:
    rows = StringIO()
    table = csv.writer(rows)
    table.writerow(["course", *(one.name for one in fields(Day))])
    for name, course in courses.items():
        table.writerows([name, *astuple(day)] for day in course.days)
    yield from rows.getvalue().splitlines()
