"""``manage.py rebuild_projection``: the rows from the events alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from custody.audit import replay
from custody.kit.errors import CustodyError
from custody.management.owner import enter_as_owner


class Command(BaseCommand):
    """Make every row of custody anew from the ledger."""

    help = (
        "Make every row of custody anew from the events alone, all or nothing. Rows that no event made are removed,"
        " and named on standard error."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        enter_as_owner()
        try:
            rebuilt = replay.rebuild()
        except CustodyError as error:
            raise CommandError(str(error), returncode=1) from error
        for row in rebuilt.removed:
            self.stderr.write(f"Removed {row}: no event made it.")
        self.stdout.write(f"Rebuilt {rebuilt.subjects} subjects from their events.")
