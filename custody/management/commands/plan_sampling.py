"""``manage.py plan_sampling REFERENCE --as BADGE``: how many units of a lot are examined, and which."""

from __future__ import annotations

from argparse import ArgumentTypeError
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.kit.errors import CustodyError
from custody.management.officers import acting
from custody.sampling.plans import Method, Prior
from custody.sampling.services import adopt_plan
from custody.seizures import labels
from custody.seizures.models import Seizure


class Command(BaseCommand):
    """Adopt a sampling plan and print the units drawn, in their order."""

    help = (
        "Plan the sampling of a lot of a seizure, by an event; see docs/decisions/0022-sampling.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="the seizure")
        parser.add_argument("--as", dest="badge", required=True, help="who plans it")
        parser.add_argument(
            "--method", choices=[one.value for one in Method], default=Method.HYPERGEOMETRIC.value
        )
        parser.add_argument("--share", type=_decimal, default=Decimal("0.9"))
        parser.add_argument("--confidence", type=_decimal, default=Decimal("0.95"))
        parser.add_argument("--negatives", type=int, default=0, help="how many are expected")
        parser.add_argument("--prior", type=int, nargs=2, metavar=("POSITIVES", "NEGATIVES"))
        parser.add_argument(
            "--unit",
            action="append",
            metavar="LABEL",
            help="of the lot; every unit that is there and holds no other, if left out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        officer = acting(options["badge"])
        reference = options["reference"]
        seizure = Seizure.objects.visible_to(officer).filter(reference=reference).first()
        if seizure is None:
            raise CommandError(f"There is no seizure {reference} that {officer} may see")
        units = options["unit"]
        try:
            row = adopt_plan(
                officer,
                seizure=seizure,
                labels=[labels.parse(one) for one in units] if units else None,
                method=Method(options["method"]),
                share=options["share"],
                confidence=options["confidence"],
                negatives=options["negatives"],
                prior=Prior(*options["prior"]) if options["prior"] else None,
            )
        except CustodyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Plan {row.code}: {len(row.drawn)} of {len(row.lot)} units, seed {row.seed}"
        )
        for label in row.drawn:
            self.stdout.write(label)


def _decimal(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or len(f"{found:f}") > 12:
        raise ArgumentTypeError(f"{text} is not a decimal such as 0.95")
    return found
