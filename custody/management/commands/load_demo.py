"""``manage.py load_demo``: the worked example."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.demo.cast import OFFICERS, PASSWORD
from custody.demo.loading import load, loaded, summary
from custody.kit import clock
from custody.kit.errors import CustodyError

MOST_TONNES = 400


class Command(BaseCommand):
    """Load the demonstration once; the same seed and end give the same bytes and the same root."""

    help = (
        "Load the demonstration into an empty database: a month at a port, made by the real acts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tonnes", type=int, default=40, help="seized in the month, about")
        parser.add_argument("--seed", type=int, default=2023, help="decides what chance decides")
        parser.add_argument(
            "--as-of", type=datetime.fromisoformat, help="the month's end, with its zone; now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = options["as_of"] or clock.now()
        if as_of.tzinfo is None:
            raise CommandError("--as-of needs a zone, such as 2026-11-24T12:00:00+00:00")
        if not 1 <= options["tonnes"] <= MOST_TONNES:
            raise CommandError(f"--tonnes lies between 1 and {MOST_TONNES}")
        try:
            if loaded():
                self.stdout.write("The demonstration is loaded already.")
                told = summary()
            else:
                told = load(tonnes=options["tonnes"], seed=options["seed"], as_of=as_of)
        except CustodyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{told.seizures} seizures, {told.exhibits} exhibits, {told.events} events;"
            f" {told.burnt_grams / 1_000_000:.1f} t burnt,"
            f" {told.live_grams / 1_000_000:.1f} t still in custody.\nRoot {told.root}\n"
        )
        self.stdout.write(f"Sign in with one of these badges and the password {PASSWORD!r}:")
        for badge, (unit, _, purpose) in OFFICERS.items():
            self.stdout.write(f"  {badge:<12} {unit:<16} {purpose}")
