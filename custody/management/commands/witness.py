"""``manage.py witness``: watches a log for others; needs no database."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.kit.errors import CustodyError
from custody.ledger import keyfiles
from custody.ledger.notes import VerifierKey
from custody.ledger.witnessing import Log, LogUnreachable, WitnessAtWork


class Command(BaseCommand):
    """A process of somebody else's, with a key and a memory of its own."""

    help = (
        "Fetch a log's checkpoint, hold it against the last one that was seen, cosign it and send the cosignature"
        " back. Ends with status 1, and keeps both checkpoints, as soon as the log does not add to what it said."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--log", required=True, help="its address: https://custody.example")
        parser.add_argument(
            "--log-key",
            action="append",
            required=True,
            help="the log's verifier key, got from elsewhere than the log; again for one that follows",
        )
        parser.add_argument(
            "--retired-log-key",
            action="append",
            default=[],
            help="one that the log retired: it may have signed what is remembered, and nothing new",
        )
        parser.add_argument(
            "--key", type=Path, required=True, help="made by make_signing_key --witness"
        )
        parser.add_argument("--state", type=Path, required=True, help="a folder of its own")
        parser.add_argument(
            "--token-file",
            type=Path,
            help="holds the credential; without one the public checkpoint",
        )
        parser.add_argument("--every", type=int, default=60, help="seconds between two looks")
        parser.add_argument("--once", action="store_true", help="one look, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        try:
            token = options["token_file"].read_text().strip() if options["token_file"] else ""
            witness = WitnessAtWork(
                log=Log(options["log"].rstrip("/"), token),
                log_keys=[VerifierKey.parse(text) for text in options["log_key"]],
                key=keyfiles.read(options["key"]).key,
                folder=options["state"],
                retired_keys=[VerifierKey.parse(text) for text in options["retired_log_key"]],
            )
            with witness.memory.held():
                self._watch(witness, stopped, every=options["every"], once=options["once"])
        except (CustodyError, OSError) as error:
            raise CommandError(str(error), returncode=1) from error

    def _watch(self, witness: WitnessAtWork, stopped: Event, *, every: int, once: bool) -> None:
        while not stopped.is_set():
            try:
                self.stdout.write(f"cosigned {witness.round().splitlines()[1]} events")
            except LogUnreachable as error:
                # An absent log is no fork; it says nothing that could be wrong.
                if once:
                    raise
                self.stderr.write(str(error))
            if once:
                return
            stopped.wait(every)
