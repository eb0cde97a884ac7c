"""``manage.py retire_reads``: months of the read log whose time is over, dropped whole and by an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections, transaction

from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger.events import SYSTEM, Subject, seal
from custody.management.owner import require_owner

#: Of 2026-11-24. The directive names no time; ten years outlast most trials. An authority sets its own.
YEARS = 10

_OVER = """
SELECT inhrelid::regclass::text, right(inhrelid::regclass::text, 6)
  FROM pg_inherits
 WHERE inhparent = 'public.custody_read'::regclass AND inhrelid::regclass::text ~ '_[0-9]{6}$'
   AND right(inhrelid::regclass::text, 6) < %s
 ORDER BY 2
"""


class Command(BaseCommand):
    """Drop months older than the rule allows; the ledger says so, and keeps their digests."""

    help = f"Drop the months of the read log that are older than {YEARS} years, each by an event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--years", type=int, default=YEARS, help="how long a month is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        require_owner()
        now = clock.now()
        first = f"{now.year - options['years']:04}{now.month:02}"
        with connections["owner"].cursor() as cursor:
            cursor.execute(_OVER, [first])
            over = cursor.fetchall()
        for table, month in over:
            with transaction.atomic():
                append.append([_retired(month, now, options["years"])])
            with connections["owner"].cursor() as cursor:
                cursor.execute(f"DROP TABLE public.{table}")  # a name of the catalogue's
            self.stdout.write(f"{month} is gone")
        self.stdout.write(f"{len(over)} months retired")


def _retired(month: str, now: datetime, years: int) -> Any:
    """The event; its subject is the first minute that is still kept, so that verifying begins there."""
    year, number = int(month[:4]), int(month[4:])
    following = f"{year + number // 12:04}-{number % 12 + 1:02}-01T00:00Z"
    return seal(
        kind="reads.retired",
        subject=Subject("retirement", following),
        actor=SYSTEM,
        occurred_at=now,
        payload={"month": month, "years": years},
        previous=None,
        act_id=ids.new_id(),
    )
