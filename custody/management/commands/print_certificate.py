"""``manage.py print_certificate SESSION --out FILE.pdf``: a session's certificate of destruction."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from custody.audit.bundle.certifying import certificate_pdf
from custody.audit.bundle.papers import LANGUAGES
from custody.audit.certificates import certificate_of
from custody.kit.errors import CustodyError
from custody.ledger.events import SYSTEM, Person
from custody.people.rights import Relation
from custody.reading.models import Action
from custody.reading.services import log_reading


class Command(BaseCommand):
    """Write the certificate for who holds the console; it is a disclosure on record."""

    help = "Write the certificate of destruction of a session, as a PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", type=UUID, help="the session's id")
        parser.add_argument("--out", type=Path, required=True, help="the PDF to write")
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
        parser.add_argument("--recipient", help="who is to get it, for the read log")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = certificate_of(str(options["session"]))
            data = certificate_pdf(found, options["language"])
            with transaction.atomic():
                log_reading(
                    # who reviews reading at the agency that booked has to see what the console gave away
                    Person(SYSTEM.badge, SYSTEM.unit, found.booked.actor.agency),
                    {UUID(one["exhibit"]): Relation.NONE for one in found.units},
                    route="manage.py print_certificate",
                    action=Action.DISCLOSURE,
                    recipients=options["recipient"] or "not stated",
                )
        except CustodyError as error:
            raise CommandError(str(error), returncode=1) from error
        options["out"].write_bytes(data)
        self.stdout.write(f"{len(found.units)} units, event {found.seq}: {options['out']}")
