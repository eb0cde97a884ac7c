"""Make the database and its roles on a PostgreSQL server; run it as often as you like."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from psycopg import Error

from custody.kit import env
from custody.kit.errors import InvalidSetting
from custody.kit.roles import Address, Logins, prepare_database


class Command(BaseCommand):
    help = (
        "Make the database and the logins that DATABASE_URL, DATABASE_OWNER_URL, DATABASE_SIGNER_URL and"
        " DATABASE_AUDITOR_URL name (the last two may be left out). Idempotent: passwords and rights are set anew."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--admin-url",
            required=True,
            help="postgresql:// URL of a login that may create roles and databases",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            app = Address.of(env.text("DATABASE_URL"), setting="DATABASE_URL")
            logins = Logins(
                app=(app.user, app.password),
                migrator=_login("DATABASE_OWNER_URL", app.name),
                signer=_optional_login("DATABASE_SIGNER_URL", app.name),
                auditor=_optional_login("DATABASE_AUDITOR_URL", app.name),
            )
            made = prepare_database(options["admin_url"], app.name, logins)
        except (InvalidSetting, Error) as fault:
            raise CommandError(str(fault)) from None
        for line in made:
            self.stdout.write(f"made {line}")
        self.stdout.write(f"database {app.name} is prepared")


def _login(setting: str, database: str) -> tuple[str, str]:
    address = Address.of(env.text(setting), setting=setting)
    if address.name != database:
        raise InvalidSetting(
            name=setting,
            value=f"a URL of database {address.name}",
            expected=f"write the database of DATABASE_URL, {database}",
        )
    return address.user, address.password


def _optional_login(setting: str, database: str) -> tuple[str, str] | None:
    return _login(setting, database) if env.text(setting) else None
