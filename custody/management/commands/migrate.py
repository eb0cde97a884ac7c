"""``manage.py migrate``, entering as the owner: the app's own role cannot change tables."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    help = "Bring the tables up to date, as the role that owns them (DATABASE_OWNER_URL)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        if "owner" not in settings.DATABASES:
            raise CommandError(
                "DATABASE_OWNER_URL is missing: set it to the login that may become custody_owner"
            )
        parser.set_defaults(database="owner")
