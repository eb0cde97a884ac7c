"""``manage.py export_seizures --as BADGE --to RECIPIENT``: what an overseer may see, as a table."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.exchange.exports import export_page
from custody.kit.errors import CustodyError
from custody.management.officers import acting
from custody.reading.models import Action
from custody.reading.services import log_reading
from custody.seizures.reach import reach, reach_to_seizures


class Command(BaseCommand):
    """Write the table to the standard output, page by page, each in the read log before it is written."""

    help = "Write seizures as a table that import_seizures reads back; see docs/exchange.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as", dest="badge", required=True, help="the overseer whose view it is"
        )
        parser.add_argument(
            "--to", required=True, help="who gets it: kept in the read log, 200 characters at most"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        officer = acting(options["badge"])
        if not 1 <= len(options["to"]) <= 200:
            raise CommandError("Say in 1 to 200 characters who gets it")
        after, first = None, True
        while first or after:
            try:
                page = export_page(officer, after=after)
                shown = reach_to_seizures(officer, page.seizures) | reach(officer, page.exhibits)
                if shown:
                    log_reading(
                        officer,
                        {one: found.relation for one, found in shown.items()},
                        route="manage.py export_seizures",
                        action=Action.DISCLOSURE,
                        recipients=options["to"],
                    )
            except CustodyError as error:
                raise CommandError(str(error)) from error
            rows = page.text.partition("\r\n")[2]
            self.stdout.write(page.text if first else rows, ending="")
            after, first = page.after, False
