"""``manage.py rebuild_projection``: the rows from the events alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from custody.audit import replay
from custody.management.owner import enter_as_owner


class Command(BaseCommand):
    """Make every row of custody anew from the ledger."""

    help = "Make every row of custody anew from the events alone, all or nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        enter_as_owner()
        count = replay.rebuild()
        self.stdout.write(f"Rebuilt {count} subjects from their events.")
