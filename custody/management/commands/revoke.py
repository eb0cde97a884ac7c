"""``manage.py revoke BADGE``: everything by which somebody gets in, taken away at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from custody.people.models import Officer
from custody.people.provisioning import end_access


class Command(BaseCommand):
    """Tokens, clients and sessions of an officer end; password and second factors stay."""

    help = "End every token, client and session of an officer at once. To take a leaver out of service, adopt them inactive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("badge", help="whose")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        officer = Officer.objects.filter(pk=options["badge"]).first()
        if officer is None:
            raise CommandError(f"{options['badge']} is not an officer on record")
        counts = end_access(officer)
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()) + " ended")
