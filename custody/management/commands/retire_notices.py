"""``manage.py retire_notices``: notices whose time is over, dropped; what was flagged and acknowledged is the ledger's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from custody.kit import clock
from custody.management.owner import require_owner

#: Of 2026-11-27, the house's own. Whether a receiver was told is asked within months, or by a trial of the trail itself.
DAYS = 2 * 365
#: Rows in one transaction: whoever delivers waits for none of them.
_BATCH = 5_000

# What waits, what is to be repeated, and whatever belongs to a flag that is open stays, however old.
_RETIRE = """
DELETE FROM custody_notice WHERE id IN (
    SELECT n.id FROM custody_notice n
    WHERE n.ended_at < %s AND n.repeat_at IS NULL AND NOT EXISTS (
        SELECT FROM custody_flag f WHERE f.id = n.flag_id AND f.resolved_at IS NULL AND f.annulled_at IS NULL)
    LIMIT %s FOR UPDATE SKIP LOCKED)
"""


class Command(BaseCommand):
    """Drop old notices; the app itself may not."""

    help = f"Drop notices that ended more than {DAYS} days ago and whose flag is no longer open."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=DAYS, help="how long a notice is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        require_owner()
        before = clock.now() - timedelta(days=options["days"])
        retired, gone = 0, _BATCH
        with connections["owner"].cursor() as cursor:
            while gone == _BATCH:
                cursor.execute(_RETIRE, [before, _BATCH])
                gone = cursor.rowcount
                retired += gone
        self.stdout.write(f"{retired} notices retired")
