"""``manage.py import_seizures FILE.csv --source NAME --as BADGE``: take over what another system seized."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.exchange.imports import ImportRefused, Outcome, Report, import_seizures
from custody.handling.models import Proposal, ProposalState
from custody.handling.record import Pending
from custody.handling.take_over import Release
from custody.kit.errors import CustodyError
from custody.management.officers import acting
from custody.people.models import Officer


class Command(BaseCommand):
    """Judge a table row by row and propose what is new in it, all or nothing."""

    help = "Take over seizures from a table of another system; see docs/exchange.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the table, CSV in UTF-8")
        parser.add_argument("--source", required=True, help="the system that it comes from")
        parser.add_argument(
            "--as", dest="badge", required=True, help="the officer who takes it over"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument(
            "--release",
            action="append",
            default=[],
            metavar="REFERENCE=AMOUNT UNIT",
            help="an amount that was held back and is true",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        officer = acting(options["badge"])
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        if not 1 <= len(options["source"]) <= 40:
            raise CommandError("A source has a name of 1 to 40 characters")
        releases = [_release(one) for one in options["release"]]
        try:
            report = import_seizures(
                officer,
                source=options["source"],
                content=content,
                releases=releases,
                key=None if options["dry_run"] else _key(officer, content, options),
            )
        except ImportRefused as refused:
            self._tell(refused.report)
            raise CommandError(str(refused)) from refused
        except CustodyError as error:
            raise CommandError(str(error)) from error
        self._tell(report)
        if options["dry_run"] and report.count(Outcome.WRONG):
            raise CommandError("A dry run: rows are wrong, so nothing would be taken over")
        if isinstance(report.answer, Pending):
            self.stdout.write(
                f"Proposal {report.answer.act_id} waits for a colleague of {officer.unit_id}"
            )

    def _tell(self, report: Report) -> None:
        for row in report.rows:
            made = f" {row.exhibit.label}" if row.exhibit else ""
            self.stdout.write(f"line {row.line} {row.reference}: {row.outcome.value}{made}")
            for fault in row.faults:
                self.stdout.write(f"  {fault.column or 'row'}: {fault.detail}")
        counts = (f"{report.count(outcome)} {outcome.value}" for outcome in Outcome)
        self.stdout.write(", ".join(counts))


def _release(text: str) -> Release:
    reference, _, quantity = text.rpartition("=")
    amount, _, unit = quantity.partition(" ")
    if not (reference and amount and unit):
        raise CommandError(f"{text}: release an amount as 'REFERENCE=26000 kg'")
    return Release(reference=reference, amount=amount, unit=unit)


def _key(officer: Officer, content: bytes, options: dict[str, Any]) -> str:
    """The same for the same request, until a proposal of this officer's ends without being recorded."""
    ended = Proposal.objects.filter(
        proposer=officer,
        act="take_over",
        state__in=[ProposalState.REFUSED, ProposalState.LAPSED],
    ).count()
    told = f"{options['source']}\n{sorted(options['release'])}\n{ended}\n".encode()
    return f"import-{sha256(told + content).hexdigest()}"
