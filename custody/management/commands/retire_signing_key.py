"""``manage.py retire_signing_key VERIFIER_KEY``: somebody else may have a key of the log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.notes import VerifierKey
from custody.ledger.retiring import retire
from custody.management.signer import enter_as_signer


class Command(BaseCommand):
    """End a key before its time."""

    help = (
        "Retire a key of the log, as custody_signer (DATABASE_SIGNER_URL): from now on the signer does not sign with it,"
        " verify_ledger refuses checkpoints that it alone signed, and /log/keys says so. It cannot be taken back."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the verifier key, as /log/keys tells it")

    def handle(self, *args: Any, **options: Any) -> None:
        enter_as_signer()
        try:
            found = retire(VerifierKey.parse(options["key"]))
        except CustodyError as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(f"retired at {clock.to_text(found.retired_at)}")
