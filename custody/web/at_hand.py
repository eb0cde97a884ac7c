"""The units that an act's form is about: those that its address names or, once it was sent, those that it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django import forms
from django.http import Http404, HttpRequest

from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.seizures import labels
from custody.seizures.models import Exhibit, ExhibitQuerySet, Seizure
from custody.web.forms import MOST_ROWS, ActForm
from custody.web.inputs import LabelField, LabelsField, is_label, read_label, words_in


class TooManyUnits(CustodyError):
    """{seizure} has more units than one act takes, which is {most}: choose them in parts on its page."""

    code = "too_many_units"


def asked_for(request: HttpRequest, officer: Officer) -> list[Exhibit]:
    """The units that the address names; with ``whole`` all those of the seizure that it names.

    Raises:
        Http404: one of them is not the officer's to see.
        TooManyUnits: no form takes as many.
    """
    asked = list(dict.fromkeys(request.GET.getlist("exhibit")))[:MOST_ROWS]
    seizure = request.GET.get("seizure")
    if seizure and not Seizure.objects.visible_to(officer).filter(reference=seizure).exists():
        raise Http404("This is not a seizure that you may see.")
    if seizure and request.GET.get("whole"):
        units = Exhibit.objects.handling_units_visible_to(officer).live()
        own = _with_way(units.filter(seizure__reference=seizure))
        if own.count() > MOST_ROWS:
            raise TooManyUnits(seizure=seizure, most=MOST_ROWS)
        return list(own.order_by("label"))
    if not asked:
        return []
    try:
        wanted = list(dict.fromkeys(labels.parse(one) for one in asked))
    except labels.MisreadLabel as error:
        raise Http404(str(error)) from error
    found = _seen(officer, wanted)
    if len(found) < len(wanted):
        raise Http404("One of these labels is not of a unit that you may see.")
    return found


def named_in(officer: Officer, form: ActForm) -> list[Exhibit]:
    """The units that a form names, as it was sent, as far as the officer may see them; what is no label names none."""
    wanted = dict.fromkeys(read_label(word) for word in _words(form) if is_label(word))
    return _seen(officer, list(wanted)[:MOST_ROWS]) if wanted else []


def _words(form: ActForm) -> Iterator[str]:
    for name, field in form.fields.items():
        if isinstance(field, LabelField | LabelsField):
            yield from words_in(form[name])
    rows: list[forms.Form] = [row for table in form.tables for row in table.forms]
    for row in rows:
        # a new unit's label names no unit yet
        if "exhibit" in row.fields:
            yield from words_in(row["exhibit"])


def _seen(officer: Officer, wanted: Sequence[str]) -> list[Exhibit]:
    """Those of the units with these labels that the officer may see, in this order."""
    rows = {
        row.label: row
        for row in _with_way(Exhibit.objects.visible_to(officer).filter(label__in=wanted))
    }
    return [rows[label] for label in wanted if label in rows]


def _with_way(units: ExhibitQuerySet) -> ExhibitQuerySet:
    return units.select_related("seizure", "destination")
