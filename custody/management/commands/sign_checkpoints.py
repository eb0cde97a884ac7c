"""``manage.py sign_checkpoints --key FILE --memory FILE``: the signer, a process of its own."""

from __future__ import annotations

import signal
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from custody.kit.errors import CustodyError
from custody.ledger import keyfiles
from custody.ledger.memory import Memory
from custody.ledger.signing import Signer
from custody.management.signer import enter_as_signer

#: A database that is away for longer than that is somebody's business.
MOST_ABSENCES = 30


class Command(BaseCommand):
    """Sign what the tree is, round after round, until told to stop or until it does not add up."""

    help = (
        "Sign checkpoints of the ledger as custody_signer (DATABASE_SIGNER_URL). Ends with status 1, and says why, as"
        " soon as the tree does not add to what it signed before."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--key",
            type=Path,
            action="append",
            required=True,
            help="made by make_signing_key; again for a key that follows",
        )
        parser.add_argument(
            "--memory",
            type=Path,
            required=True,
            help="where the last checkpoint is kept: on another disk than the database",
        )
        parser.add_argument("--once", action="store_true", help="one round, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        enter_as_signer()
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        memory = Memory(options["memory"])
        try:
            signer = Signer(
                keys=[keyfiles.read(path) for path in options["key"]],
                memory=memory,
                public_every=timedelta(seconds=settings.PUBLIC_CHECKPOINT_SECONDS),
            )
            with memory.held():
                self._sign(signer, stopped, once=options["once"])
        except CustodyError as error:
            raise CommandError(str(error), returncode=1) from error

    def _sign(self, signer: Signer, stopped: Event, *, once: bool) -> None:
        absences = 0
        while not stopped.is_set():
            try:
                if note := signer.round():
                    self.stdout.write(f"signed {note.splitlines()[1]} events")
                absences = 0
            except OperationalError:
                absences += 1
                if once or absences > MOST_ABSENCES:
                    raise
                self.stderr.write("the database is away")
                connection.close()
            if once:
                return
            stopped.wait(settings.CHECKPOINT_SECONDS)
