"""``manage.py draw_inventories``: open today's unannounced inventories, or tell which the rule draws on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from custody.inventories.unannounced import draws_of, open_drawn


class Command(BaseCommand):
    """Open what is drawn today. Celery's beat does the same every hour."""

    help = "Open the unannounced inventories that the rule draws today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            help="open nothing: tell what the rule draws on this day (UTC), from the ledger alone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["day"]:
            for draw in draws_of(options["day"]):
                self.stdout.write(f"{draw.place}\t{draw.why}\t{draw.rule.name}\t{draw.after_seq}")
        else:
            for place in open_drawn():
                self.stdout.write(place)
