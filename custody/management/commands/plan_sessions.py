"""``manage.py plan_sessions --as-of TIME --json``: what the planner proposes; nothing is changed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.burning.models import Session
from custody.kit import clock
from custody.management.officers import acting
from custody.planning import queries
from custody.planning.document import document
from custody.planning.rules import Plan, Score
from custody.planning.solver import Progress, solve
from custody.seizures.models import Exhibit


class Command(BaseCommand):
    """Plan what burns in which session, and print it."""

    help = "Propose what burns in which incineration session. Nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=datetime.fromisoformat, help="from when on, with its zone; now"
        )
        parser.add_argument("--days", type=int, default=21, help="how far ahead; 21, at most 60")
        parser.add_argument("--seconds", type=int, default=20, help="how long it may look; 20")
        parser.add_argument("--json", action="store_true", help="the whole proposal as JSON")
        parser.add_argument("--as", dest="badge", help="plan what this officer may see; else all")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = options["as_of"] or clock.now()
        if as_of.tzinfo is None:
            raise CommandError("--as-of needs a zone, such as 2026-11-24T12:00:00+00:00")
        if not 1 <= options["days"] <= queries.LONGEST.days or options["seconds"] < 0:
            raise CommandError(
                f"--days lies between 1 and {queries.LONGEST.days}, --seconds not below 0"
            )
        badge = options["badge"]
        exhibits = Exhibit.objects.visible_to(acting(badge)) if badge else Exhibit.objects.all()
        until = as_of + timedelta(days=options["days"])
        sessions = Session.objects.visible_to(acting(badge)) if badge else None
        problem = queries.read(exhibits, as_of=as_of, until=until, now=clock.now(), among=sessions)
        first: list[Score] = []

        def tell(progress: Progress) -> None:
            if progress.plan:
                first.append(progress.score)

        plan = solve(problem, seconds=options["seconds"], tell=tell)
        told = document(problem, plan, first[0])
        self.stdout.write(json.dumps(told, indent=1) if options["json"] else _summary(told, plan))


def _summary(told: dict[str, Any], plan: Plan) -> str:
    lines = [
        f"{len(plan.placements)} units in {len(told['sessions'])} sessions, {len(plan.left_out)} left out",
        f"{'':<12}{'limits broken':>14}{'kilogram-hours':>18}",
    ]
    for name in ("cost", "bound", "baseline"):
        cost = told[name]
        lines.append(
            f"{name:<12}{cost['limits_broken']:>14,}{cost['exposure_kilogram_hours']:>18,}"
        )
    for one in told["sessions"]:
        share = one["load_grams"] * 100 // max(one["cap_grams"], 1)
        booked = "" if one["booked"] else "  to be booked"
        lines.append(
            f"{one['starts_at']}  {one['plant']:<12} {len(one['units']):>4} units"
            f" {one['load_grams'] // 1000:>6,} kg  {share:>3} %  {one['crew'] or '-'}{booked}"
        )
    return "\n".join(lines)
