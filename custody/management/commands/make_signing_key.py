"""``manage.py make_signing_key FILE --name NAME``: a key for the signer, or with ``--witness`` for a witness."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.keyfiles import DatedKey, write
from custody.ledger.notes import KeyType, SigningKey


class Command(BaseCommand):
    """A new key in a file that its owner alone may read."""

    help = (
        "Make a signing key, in a new file of mode 0400, and print the verifier key to hand on. The signer signs"
        " under the log's origin, whatever name its key bears; a witness under the name of its key."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True, help="whose key: custody.example")
        parser.add_argument("--witness", action="store_true", help="for a witness")
        parser.add_argument(
            "--days", type=int, default=730, help="good for so long; 730 unless told"
        )
        parser.add_argument(
            "--in-days",
            type=int,
            default=0,
            help="good from so many days on: to follow another key",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        begin = clock.now() + timedelta(days=options["in_days"])
        kind = KeyType.COSIGNATURE if options["witness"] else KeyType.ED25519
        try:
            key = SigningKey.generate(options["name"], kind)
            write(options["file"], DatedKey(key, begin, begin + timedelta(days=options["days"])))
        except CustodyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(key.verifier.text)
