"""Who is in service: provisioning, first passwords and leavers for administrators, names for data protection."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.histories import history
from custody.audit.words import plain
from custody.kit.errors import CustodyError
from custody.ledger.events import Subject
from custody.people.models import Officer, Unit
from custody.people.provisioning import give_first_password, identify, provision, retire
from custody.people.rights import Right, RightMissing, Role, roles_with
from custody.web.access import STATUS, show, signed_in
from custody.web.inputs import LineField
from custody.web.second_factor import require_fresh_proof


class ProvisionForm(forms.Form):
    """Who somebody is, where they belong, and what they may do."""

    use_required_attribute = False

    badge = forms.CharField(label=gettext_lazy("Badge"), max_length=24)
    name = LineField(
        label=gettext_lazy("Name of the person"),
        max_length=120,
        help_text=gettext_lazy("Kept beside the record, never in it."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=lambda: [(one.value, plain(one.value)) for one in Role]
    )

    def __init__(self, officer: Officer, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        units = Unit.objects.filter(agency=officer.unit.agency_id).order_by("code")
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(unit.code, unit.code) for unit in units]


class IdentifyForm(forms.Form):
    """Whose name, and why."""

    use_required_attribute = False

    badge = forms.CharField(label=gettext_lazy("Badge"), max_length=24)
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=4_000, widget=forms.Textarea({"rows": 2})
    )


@signed_in("GET", "POST")
def officers(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The officers of the agency, and what may be done about them."""
    may_adopt, may_identify = (one in officer.rights for one in (Right.ADOPT, Right.IDENTIFY))
    if not (may_adopt or may_identify):
        holders = ", ".join(roles_with(Right.ADOPT))
        raise RightMissing(badge=officer.badge, right=Right.ADOPT, holders=holders)
    require_fresh_proof(request)
    deed, about = request.POST.get("deed", ""), request.POST.get("badge", "")
    form = ProvisionForm(officer, request.POST if deed == "provision" else None)
    ask = IdentifyForm(request.POST if deed == "identify" else None)
    secret = name = ""
    error: CustodyError | None = None
    status = 200
    try:
        if deed == "provision":
            if form.is_valid():
                told = form.cleaned_data
                roles = [Role(one) for one in told["roles"]]
                row = provision(officer, **told | {"roles": roles})
                messages.success(
                    request, _("{badge} is in service, by an event.").format(badge=row.badge)
                )
                return redirect("officers")
            status = 422
        elif deed == "retire":
            row = retire(officer, about)
            messages.success(
                request, _("{badge} is out of service, from now on.").format(badge=row.badge)
            )
            return redirect("officers")
        elif deed == "password":
            secret = give_first_password(officer, about)
        elif deed == "identify":
            if ask.is_valid():
                name = identify(officer, ask.cleaned_data["badge"], ask.cleaned_data["reason"])
            else:
                status = 422
    except CustodyError as refused:
        error, status = refused, STATUS[refused.category]
    return show(
        request,
        officer,
        "officers.html",
        status=status,
        rows=Officer.objects.filter(unit__agency=officer.unit.agency_id, is_active=True).order_by(
            "badge"
        ),
        may_adopt=may_adopt,
        may_identify=may_identify,
        form=form,
        ask=ask,
        about=about,
        secret=secret,
        name=name,
        error=error,
    )


@signed_in()
def officer_history(request: HttpRequest, officer: Officer, badge: str) -> HttpResponse:
    """Who made an officer of the agency what they are, and when; never who is behind the badge."""
    if not {Right.ADOPT, Right.IDENTIFY, Right.ASSIGN} & officer.rights:
        holders = ", ".join(roles_with(Right.ADOPT))
        raise RightMissing(badge=officer.badge, right=Right.ADOPT, holders=holders)
    row = Officer.objects.filter(pk=badge, unit__agency=officer.unit.agency_id).first()
    if row is None:
        raise Http404(f"{badge} is no officer of your agency.")
    return show(
        request,
        officer,
        "officer_history.html",
        row=row,
        changes=history(Subject("officer", row.badge)),
    )
