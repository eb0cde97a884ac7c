"""``manage.py declare_rollback``: after a restored backup, two people say so, and the log goes on under another name."""

from __future__ import annotations

from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.kit.errors import CustodyError
from custody.ledger.checkpoints import every_key
from custody.ledger.origins import declare_rollback
from custody.ledger.tlog import opened
from custody.people.models import Officer
from custody.people.rights import Right


class Command(BaseCommand):
    """What was lost is named for ever, by the two who say so."""

    help = (
        "Declare that a backup was restored: two different people who hold the right to restore give their passwords."
        " The log gets a new origin that names the last checkpoint and what is lost; the signer then goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--badge", required=True, help="who declares it")
        parser.add_argument("--confirmer", required=True, help="who confirms it: somebody else")
        parser.add_argument(
            "--checkpoint",
            type=Path,
            required=True,
            help="the last one that was signed: the signer's memory, or a witness's",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["badge"] == options["confirmer"]:
            raise CommandError("two different people declare a rollback")
        try:
            told = options["checkpoint"].read_text(encoding="utf-8")
            lost, _ = opened(told, every_key())
            actor, confirmer = (_proved(options[one]) for one in ("badge", "confirmer"))
            origin = declare_rollback(lost, actor=actor.person, confirmer=confirmer.person)
        except (CustodyError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The log goes on as {origin}. Tell everybody who relies on it.")


def _proved(badge: str) -> Officer:
    """The officer, who holds the right and knows the password.

    Raises:
        CommandError: one of the three is not so.
        RightMissing: the officer may not.
    """
    password = getpass(f"Password of {badge}: ")
    officer = Officer.objects.filter(pk=badge, is_active=True).first()
    if officer is None or not officer.check_password(password):
        raise CommandError(f"badge {badge} and this password do not go together")
    officer.require(Right.RESTORE)
    return officer
