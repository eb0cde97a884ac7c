"""``manage.py reset_second_factor BADGE``: for who lost the phone and the recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.people.models import Officer


class Command(BaseCommand):
    """Second factors go, sessions and tokens end; with the password the officer sets up new ones."""

    help = "Remove an officer's second factors and end their sessions and tokens. See to it that it is they who ask."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("badge", help="whose")

    def handle(self, *args: Any, **options: Any) -> None:
        officer = Officer.objects.filter(pk=options["badge"], is_active=True).first()
        if officer is None:
            raise CommandError(f"{options['badge']} is not an officer in service")
        count, _ = Authenticator.objects.filter(user=officer).delete()
        call_command("revoke", officer.badge, stdout=self.stdout)
        self.stdout.write(f"{count} second factors removed")
