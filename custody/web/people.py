"""Who is there for what: cases, duties and roles of the agency's people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.people import assigning
from custody.people.models import Assignment, AssignmentKind, Officer, Unit
from custody.people.rights import Right, Role
from custody.seizures.models import Seizure
from custody.web.access import STATUS, show, shows_seizures, signed_in
from custody.web.second_factor import require_fresh_proof

_KINDS = (
    (AssignmentKind.CASE.value, gettext_lazy("A case")),
    (AssignmentKind.DUTY.value, gettext_lazy("Duty for a unit")),
    (AssignmentKind.DELEGATION.value, gettext_lazy("Roles of a colleague")),
)


class AssignForm(forms.Form):
    """What is assigned to whom."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=_KINDS)
    officer = forms.ChoiceField(label=gettext_lazy("To whom"))
    case = forms.CharField(
        label=gettext_lazy("Case, by its reference"), max_length=32, required=False
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    stands_for = forms.ChoiceField(label=gettext_lazy("Instead of"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("For so many days"), min_value=1, max_value=92, initial=7
    )

    def __init__(self, officer: Officer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = officer
        agency = officer.unit.agency_id
        self.people = {
            one.badge: one
            for one in Officer.objects.filter(unit__agency=agency, is_active=True).order_by("badge")
        }
        units = Unit.objects.filter(agency=agency).order_by("code").values_list("code", flat=True)
        badges = [(badge, f"{badge} · {one.unit_id}") for badge, one in self.people.items()]
        for name, choices in (
            ("officer", badges),
            ("unit", [("", _("none")), *((code, code) for code in units)]),
            ("stands_for", [("", _("none")), *badges]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        kind = told.get("kind")
        needed = {"case": "case", "duty": "unit", "delegation": "stands_for"}.get(str(kind))
        if needed and not told.get(needed):
            self.add_error(needed, ValidationError(_("It is needed for this.")))
        return told

    def assign(self) -> Assignment:
        """Assign what the form says.

        Raises:
            CustodyError: it may not be.
            Http404: the case is not the officer's to see.
        """
        told = self.cleaned_data
        kind = AssignmentKind(told["kind"])
        more: dict[str, Any] = {}
        if kind is AssignmentKind.CASE:
            seizure = Seizure.objects.visible_to(self.actor).filter(reference=told["case"]).first()
            if seizure is None:
                raise Http404(f"{told['case']} is not a seizure that you may see.")
            more["case"] = seizure.id
        elif kind is AssignmentKind.DUTY:
            more["unit"] = Unit.objects.get(pk=told["unit"])
        else:
            other = self.people[told["stands_for"]]
            more |= {"stands_for": other, "roles": [Role(one) for one in other.roles]}
        return assigning.assign(
            self.actor,
            kind=kind,
            officer=self.people[told["officer"]],
            until=clock.now() + timedelta(days=told["days"]),
            **more,
        )


@signed_in("GET", "POST")
def people(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What holds now, and assigning more of it or ending it."""
    may = Right.ASSIGN in officer.rights
    form = AssignForm(officer, request.POST if request.POST.get("kind") else None)
    error: CustodyError | None = None
    status = 200
    if request.method == "POST":
        officer.require(Right.ASSIGN)
        require_fresh_proof(request)
        try:
            if request.POST.get("end"):
                assigning.end_assignment(officer, _code(request.POST["end"]))
                messages.success(request, _("Ended, from now on."))
                return redirect("people")
            if form.is_valid():
                form.assign()
                messages.success(request, _("Assigned, by an event."))
                return redirect("people")
            status = 422
        except CustodyError as refused:
            error, status = refused, STATUS[refused.category]
    held = list(
        Assignment.objects.visible_to(officer)
        .in_force(clock.now())
        .exclude(kind=AssignmentKind.PURPOSE)
        .order_by("officer", "until")
    )
    cases = list(
        Seizure.objects.visible_to(officer).filter(pk__in=[o.case for o in held if o.case])
    )
    shows_seizures(request, officer, cases)
    return show(
        request,
        officer,
        "people.html",
        status=status,
        held=held,
        names={row.id: row.reference for row in cases},
        may_assign=may,
        form=form,
        error=error,
    )


def _code(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("There is no such assignment.") from error
