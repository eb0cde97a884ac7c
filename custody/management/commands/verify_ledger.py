"""``manage.py verify_ledger``: does everything hold?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.audit import replay
from custody.kit.errors import CustodyError
from custody.ledger.verify import verify, verify_quickly
from custody.reading.digests import verify_reads


class Command(BaseCommand):
    """Derive everything again from the events' bytes, and hold the rows against a replay."""

    help = (
        "Check every event's bytes, columns, number and chain, every row against a replay, and the read log. "
        "Exit status 0 when all holds, 1 with the first wrong seq and field otherwise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--quick",
            action="store_true",
            help="Only bytes, leaves, numbers, chains and root, by several processes at once.",
        )
        parser.add_argument("--processes", type=int, default=2, choices=range(1, 65), metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["quick"]:
                report = verify_quickly(processes=options["processes"])
                self.stdout.write(f"{report.events} events hold together. Root {report.root}")
                return
            report = verify()
            self.stdout.write(f"{report.events} events hold. Root {report.root}")
            subjects = replay.compare()
            self.stdout.write(f"{subjects} subjects have the rows that their events make.")
            minutes = verify_reads()
            self.stdout.write(f"{minutes} minutes of the read log are as they were digested.")
        except CustodyError as error:
            raise CommandError(str(error), returncode=1) from error
