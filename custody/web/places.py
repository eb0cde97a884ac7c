"""Places, vehicles and scales of the agency: what there is, who keeps it, and who changed what about it when."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.histories import history
from custody.burning.models import Permit, VehicleCapacity
from custody.burning.services import adopt_vehicle
from custody.kit import grams
from custody.ledger.events import Subject
from custody.people.models import Officer
from custody.places.managing import manage_place, manage_scale
from custody.places.models import Place, PlaceKind, Scale
from custody.web.access import STATUS, show, signed_in
from custody.web.managing import OfAgency, record, require_governing

KINDS = {
    PlaceKind.QUAY: gettext_lazy("Quay"),
    PlaceKind.VEHICLE: gettext_lazy("Vehicle"),
    PlaceKind.VAULT: gettext_lazy("Vault"),
    PlaceKind.LABORATORY: gettext_lazy("Laboratory"),
    PlaceKind.PLANT: gettext_lazy("Plant"),
}


class PlaceForm(OfAgency):
    """A place, and what a vehicle carries."""

    code = forms.CharField(
        label=gettext_lazy("Code name"),
        max_length=24,
        help_text=gettext_lazy(
            "Capitals, digits and hyphens; it says nothing of where the place is."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(KINDS.items()))
    unit = forms.ChoiceField(label=gettext_lazy("Kept by"))
    capacity_grams = forms.CharField(
        label=gettext_lazy("Of a vehicle: what it carries, in grams"), max_length=16, required=False
    )

    @transaction.atomic
    def save(self, officer: Officer, shown: str) -> Place:
        """Record what the form says.

        Args:
            shown: the heads of the place, and of what a vehicle carries; empty where there was nothing of it.

        Raises:
            CustodyError: it may not be.
        """
        told = self.cleaned_data
        kind = PlaceKind(told["kind"])
        place, _space, carries = shown.partition(" ")
        row = manage_place(officer, code=told["code"], kind=kind, unit=told["unit"], shown=place)
        if told["capacity_grams"] and kind is PlaceKind.VEHICLE:
            capacity = {"capacity_grams": told["capacity_grams"]}
            adopt_vehicle(place=row.code, told=capacity, actor=officer.person, shown=carries)
        return row


class ScaleForm(OfAgency):
    """A scale as it was calibrated last."""

    code = forms.CharField(label=gettext_lazy("Code name"), max_length=24)
    unit = forms.ChoiceField(label=gettext_lazy("Kept by"))
    capacity_grams = forms.DecimalField(
        label=gettext_lazy("Carries at most, in grams"), max_digits=12, decimal_places=3
    )
    readability_grams = forms.DecimalField(
        label=gettext_lazy("Reads in steps of, in grams"), max_digits=12, decimal_places=3
    )
    calibrated_on = forms.DateField(
        label=gettext_lazy("Calibrated on"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def save(self, officer: Officer, shown: str) -> Scale:
        """Record what the form says.

        Args:
            shown: the head of what it is to take the place of; empty for something new.

        Raises:
            CustodyError: it may not be.
        """
        return manage_scale(officer, **self.cleaned_data, shown=shown)


def _answer(
    request: HttpRequest, officer: Officer, form: PlaceForm | ScaleForm
) -> tuple[HttpResponse | None, int]:
    """Record a form that was sent: on to the page of what it is about, or the status of the page that says why not."""
    if request.method != "POST":
        return None, 200
    row, status = record(request, officer, form)
    if row is None:
        return None, status
    return redirect("scale" if isinstance(row, Scale) else "place", code=row.pk), status


@signed_in("GET", "POST")
def places(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Every place and scale of the agency, and taking another into use."""
    may = require_governing(officer)
    deed = request.POST.get("deed", "")
    form = PlaceForm(officer, request.POST if deed == "place" else None)
    scale_form = ScaleForm(officer, request.POST if deed == "scale" else None, prefix="scale")
    onward, status = _answer(request, officer, scale_form if deed == "scale" else form)
    if onward:
        return onward
    agency = officer.unit.agency_id
    rows = Place.objects.filter(unit__agency=agency).order_by("kind", "code")
    carries = dict(
        VehicleCapacity.objects.filter(place__unit__agency=agency).values_list(
            "place_id", "capacity_grams"
        )
    )
    return show(
        request,
        officer,
        "places.html",
        status=status,
        places=[(row, KINDS[PlaceKind(row.kind)], carries.get(row.code)) for row in rows],
        scales=Scale.objects.filter(unit__agency=agency).order_by("code"),
        form=form,
        scale_form=scale_form,
        may=may,
    )


@signed_in("GET", "POST")
def place(request: HttpRequest, officer: Officer, code: str) -> HttpResponse:
    """One place: who keeps it, what it carries or may burn, and its history."""
    may = require_governing(officer)
    row = Place.objects.filter(pk=code, unit__agency=officer.unit.agency_id).first()
    if row is None:
        raise Http404(f"{code} is no place of your agency.")
    capacity = VehicleCapacity.objects.filter(place=row).first()
    first = {
        "code": row.code,
        "kind": row.kind,
        "unit": row.unit_id,
        "capacity_grams": grams.to_text(capacity.capacity_grams) if capacity else "",
    }
    fixed = {"code": row.code, "kind": row.kind}
    data = {**request.POST.dict(), **fixed} if request.method == "POST" else None
    form = PlaceForm(officer, data, initial=first)
    onward, status = _answer(request, officer, form)
    if onward:
        return onward
    changes = [*history(Subject("place", row.code)), *history(Subject("vehicle", row.code))]
    return show(
        request,
        officer,
        "place.html",
        status=status,
        stale=status == STATUS["stale"],
        title=row.code,
        kind=KINDS[PlaceKind(row.kind)],
        row=row,
        shown=f"{row.head} {capacity.head if capacity else ''}",
        permits=Permit.objects.filter(plant=row).order_by("valid_from"),
        changes=sorted(changes, key=lambda one: -one.seq),
        form=form,
        fields=[form["unit"], *([form["capacity_grams"]] if row.kind == PlaceKind.VEHICLE else [])],
        may=may,
    )


@signed_in("GET", "POST")
def scale(request: HttpRequest, officer: Officer, code: str) -> HttpResponse:
    """One scale: what it can, when it was calibrated, and its history."""
    may = require_governing(officer)
    row = Scale.objects.filter(pk=code, unit__agency=officer.unit.agency_id).first()
    if row is None:
        raise Http404(f"{code} is no scale of your agency.")
    names = ("code", "unit", "capacity_grams", "readability_grams", "calibrated_on")
    first = {name: getattr(row, "unit_id" if name == "unit" else name) for name in names}
    data = {**request.POST.dict(), "code": row.code} if request.method == "POST" else None
    form = ScaleForm(officer, data, initial=first)
    onward, status = _answer(request, officer, form)
    if onward:
        return onward
    return show(
        request,
        officer,
        "place.html",
        status=status,
        stale=status == STATUS["stale"],
        title=row.code,
        kind=_("Scale"),
        row=row,
        shown=row.head,
        permits=[],
        changes=history(Subject("scale", row.code)),
        form=form,
        fields=[form[name] for name in names[1:]],
        may=may,
    )
