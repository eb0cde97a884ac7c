"""``manage.py adopt_witness KEY``: who watches the log, by an event; prints the credential, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.kit.errors import CustodyError
from custody.ledger.events import SYSTEM
from custody.ledger.witnesses import adopt_witness


class Command(BaseCommand):
    """A witness, known by its key."""

    help = (
        "Adopt a witness by its verifier key, and print the bearer token that lets it see live checkpoints. Adopting"
        " it again gives it another token; --out-of-service takes it out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="name+id+key, as make_signing_key --witness printed it")
        parser.add_argument("--out-of-service", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        serving = not options["out_of_service"]
        try:
            _, token = adopt_witness(options["key"], actor=SYSTEM, in_service=serving)
        except CustodyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(token if serving else "It is out of service.")
