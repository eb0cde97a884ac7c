"""Counts for who makes statistics: by month and substance, never so few that one catch shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from custody.audit.small_numbers import LEAST
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import SAMPLE_FORMS, Stage
from custody.seizures.models import Exhibit


@dataclass(frozen=True)
class Cell:
    """One month of one substance.

    Attributes:
        month: ``2026-11``.
        seizures: how many; None for fewer than three, and then the rest is None too.
        exhibits: units intercepted, samples not counted.
        net_grams: their net mass, as far as it was weighed.
        incinerated: how many of them are ash.
    """

    month: str
    substance: str
    seizures: int | None
    exhibits: int | None
    net_grams: Decimal | None
    incinerated: int | None


def statistics(actor: Officer) -> list[Cell]:
    """The counts of the actor's agency, by month and substance; one query.

    Raises:
        RightMissing: the actor may not count.
    """
    actor.require(Right.COUNT)
    rows: Any = (
        Exhibit.objects.filter(concerned__contains=[actor.unit.agency_id], made_from__isnull=True)
        .exclude(form__in=[form.value for form in SAMPLE_FORMS])
        .exclude(stage=Stage.VOID)
        .annotate(month=TruncMonth("intercepted_at"))
        .values("month", "substance")
        .annotate(
            seizures=Count("seizure", distinct=True),
            exhibits=Count("id"),
            net=Sum("net_grams"),
            burnt=Count("id", filter=Q(stage=Stage.INCINERATED)),
        )
        .order_by("month", "substance")
    )
    return [_cell(row) for row in rows]


def _cell(row: dict[str, Any]) -> Cell:
    month = row["month"].strftime("%Y-%m")
    if row["seizures"] < LEAST:
        return Cell(month, row["substance"], None, None, None, None)
    return Cell(month, row["substance"], row["seizures"], row["exhibits"], row["net"], row["burnt"])
