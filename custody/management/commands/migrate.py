"""``manage.py migrate``, entering as the owner: the app's own role cannot change tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

import custody.ledger
from custody.management.owner import require_owner

GRANTS = Path(custody.ledger.__file__).parent / "sql" / "grants.sql"
GUARDED = "custody_entry"
#: Partitions of the read log are made a year ahead.
MONTHS_AHEAD = 12


class Command(migrate.Command):
    help = "Bring the tables up to date, as the role that owns them (DATABASE_OWNER_URL)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        require_owner()
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant: tables that are new belong to nobody yet."""
        super().handle(*args, **options)
        if options["check_unapplied"] or options["plan"]:
            return
        owner = connections[options["database"]]
        if GUARDED in owner.introspection.table_names():
            with owner.cursor() as cursor:
                cursor.execute("SELECT make_read_partitions(%s)", [MONTHS_AHEAD])
                cursor.execute(GRANTS.read_text())
