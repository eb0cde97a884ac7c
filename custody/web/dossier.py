"""What is in a seizure, beside the form of who decides about it: units, substances, masses, analyses, holds, and the law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest

from custody.people.models import Officer
from custody.sampling.queries import analyses_of
from custody.seizures.lifecycle import SAMPLE_FORMS
from custody.seizures.models import Exhibit, Seizure
from custody.web.access import shows_exhibits, shows_labels, shows_seizures
from custody.web.deciding import Case, case_of
from custody.web.overview import live_units

#: Acts by which somebody decides about a whole seizure.
DECIDING = frozenset({"give_order", "refuse_order"})
#: So many analyses are told; the units' own pages tell the others.
ANALYSES_SHOWN = 12


@dataclass(frozen=True)
class Analysed:
    """What a laboratory found in a sample."""

    label: str
    substance: str | None
    purity: str | None
    report: str


@dataclass(frozen=True)
class Dossier:
    """A seizure, for who decides about it.

    Attributes:
        contents: its live units by form and substance, but for samples.
        case: what no order is about yet, with what the law still asks; None if there is nothing.
        more: how many analyses are not among those told.
    """

    seizure: Seizure
    contents: Sequence[Any]
    analyses: Sequence[Analysed]
    more: int
    case: Case | None


def dossier(request: HttpRequest, officer: Officer, reference: str | None) -> Dossier | None:
    """What the officer sees of the seizure with this reference; None if it is none that they may see."""
    seizure = Seizure.objects.visible_to(officer).filter(reference=reference or "").first()
    if seizure is None:
        return None
    samples = [form.value for form in SAMPLE_FORMS]
    contents = (
        live_units(officer)
        .filter(seizure=seizure)
        .exclude(form__in=samples)
        .values("form", "substance")
        .annotate(
            units=Count("id"),
            gross=Sum("gross_grams"),
            net=Sum("net_grams"),
            ordered=Count("id", filter=~Q(orders=[])),
        )
        .order_by("form", "substance")
    )
    taken = Exhibit.objects.visible_to(officer).filter(seizure=seizure, form__in=samples)
    rows = {row.pk: row for row in taken.order_by("label")}
    found = [
        (rows[pk], _analysed(rows[pk].label, one.payload))
        for pk, several in analyses_of(rows).items()
        for one in several
    ]
    told = sorted(found, key=lambda pair: pair[1].label)[:ANALYSES_SHOWN]
    case = case_of(officer, seizure)
    shows_seizures(request, officer, [seizure])
    shows_exhibits(request, officer, [row for row, _ in told])
    if case:
        shows_labels(request, officer, [name for one in case.obstacles for name in one.named])
    return Dossier(seizure, list(contents), [one for _, one in told], len(found) - len(told), case)


def _analysed(label: str, payload: Any) -> Analysed:
    return Analysed(
        label, payload["substance"], payload["purity_percent"], payload["report_number"]
    )
