"""``manage.py check_attachments``: are all photographs and documents there, and what they were?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.attachments.checking import check, clean


class Command(BaseCommand):
    """Hold storage, rows and events against each other; without ``--clean`` it changes nothing."""

    help = (
        "Check that every file that an event names is in storage with its hash, that erased ones are gone, and what "
        "is left over. Exit status 1 when evidence is missing or changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--clean",
            action="store_true",
            help="remove what nobody named within a day, and what should have been removed already",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        if options["clean"]:
            for one in clean():
                self.stdout.write(f"{one.name}: {one.what}")
        for one in check():
            self.stdout.write(f"{'FAULT: ' if one.fault else ''}{one.name}: {one.what}")
            faults += one.fault
        if faults:
            raise CommandError(f"{faults} faults", returncode=1)
        self.stdout.write("No fault.")
