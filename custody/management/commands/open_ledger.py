"""``manage.py open_ledger``: event 0 of a ledger in production."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.kit.errors import CustodyError
from custody.ledger.append import open_ledger


class Command(BaseCommand):
    """Open the ledger, once, for production."""

    help = "Write event 0, which says for ever that this ledger is in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--origin", required=True, help="the ledger's name, such as custody.example"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            open_ledger("production", options["origin"])
        except CustodyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The ledger {options['origin']} is open, for production.")
