"""``manage.py create_token BADGE``: a token for the REST interface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import get_token_model

from custody.people.models import Officer


class Command(BaseCommand):
    """Print a new token of an officer; only its hash is kept, and it ends by itself."""

    help = "Print a new token for the REST interface. It is shown once: only its hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("badge", help="the officer who will act with it")
        parser.add_argument(
            "--days", type=int, default=90, help="how long it lasts; 90 unless told"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        officer = Officer.objects.filter(pk=options["badge"], is_active=True).first()
        if officer is None:
            raise CommandError(f"{options['badge']} is not an officer in service")
        if not 1 <= options["days"] <= 366:
            raise CommandError("A token lasts 1 to 366 days")
        lasts = timedelta(days=options["days"])
        _, token = get_token_model().objects.create(user=officer, expiry=lasts)
        self.stdout.write(token)
