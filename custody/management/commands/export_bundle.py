"""``manage.py export_bundle REFERENCE --out FILE.zip``: an evidence bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from custody.audit.bundle.contents import Contents, of_exhibit, of_seizure
from custody.audit.bundle.exporting import export
from custody.audit.bundle.packing import VERIFIER_SHA256
from custody.audit.bundle.papers import LANGUAGES
from custody.kit.errors import CustodyError
from custody.ledger.events import SYSTEM, Person
from custody.people.models import Officer
from custody.people.rights import Relation
from custody.reading.models import Action
from custody.reading.services import log_reading
from custody.seizures import labels
from custody.seizures.models import Exhibit, Seizure


class Command(BaseCommand):
    """Write a bundle for an officer, or for who holds the console; either way it is a disclosure on record."""

    help = "Write the evidence bundle of an exhibit or a seizure. `python verify.py` inside it checks it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="an exhibit's label or a seizure's reference")
        parser.add_argument("--out", type=Path, required=True, help="the zip to write")
        parser.add_argument(
            "--as", dest="badge", help="the officer whose rights count; else the console's own"
        )
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
        parser.add_argument("--recipient", help="who is to get it, for the read log")

    def handle(self, *args: Any, **options: Any) -> None:
        recipient = options["recipient"]
        try:
            actor = self._actor(options["badge"])
            contents = self._contents(actor, options["reference"])
            data = export(contents, actor, recipient=recipient, language=options["language"])
            with transaction.atomic():
                self._log(contents, actor, recipient)
        except CustodyError as error:
            raise CommandError(str(error), returncode=1) from error
        options["out"].write_bytes(data)
        self.stdout.write(f"{len(contents.steps)} events of {contents.name}: {options['out']}")
        self.stdout.write(f"verify.py in it has the SHA-256 {VERIFIER_SHA256}")

    def _actor(self, badge: str | None) -> Officer | None:
        if badge is None:
            return None
        found = Officer.objects.filter(pk=badge, is_active=True).select_related("unit").first()
        if found is None:
            raise CommandError(f"{badge} is not an officer in service")
        return found

    def _contents(self, actor: Officer | None, reference: str) -> Contents:
        exhibits, seizures = Exhibit.objects.all(), Seizure.objects.all()
        if actor:
            exhibits, seizures = exhibits.visible_to(actor), seizures.visible_to(actor)
        case = seizures.filter(reference=reference).first()
        if case:
            return of_seizure(actor, case)
        try:
            row = exhibits.filter(label=labels.parse(reference)).select_related("seizure").first()
        except labels.MisreadLabel:
            row = None
        if row is None:
            raise CommandError(f"{reference} is neither an exhibit nor a seizure to be seen")
        return of_exhibit(actor, row)

    def _log(self, contents: Contents, actor: Officer | None, recipient: str | None) -> None:
        # who reviews reading at the agency that seized has to see what the console gave away
        first = contents.steps[0].event.actor
        who = actor or Person(SYSTEM.badge, SYSTEM.unit, first.agency)
        case = {contents.seizure.id: Relation.NONE}
        log_reading(
            who,
            {one: found.relation for one, found in contents.reached.items()} or case,
            route="manage.py export_bundle",
            action=Action.DISCLOSURE,
            purpose=contents.purpose,
            recipients=recipient or "not stated",
        )
