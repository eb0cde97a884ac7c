"""Saying why one reads, and looking at who read what."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.kit.errors import CustodyError
from custody.people.assigning import Purpose, state_purpose
from custody.people.models import Officer
from custody.people.rights import ENTITLED, Relation, Right, Shown
from custody.reading.models import Read, ReadAlert
from custody.reading.reviewing import NothingToWatch, review, set_canary
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import Reach
from custody.web.access import STATUS, show, shows, shows_seizures, signed_in
from custody.web.countersigning import ReasonForm
from custody.web.words import capital

A_PAGE, ALERTS_SHOWN = 50, 20


class PurposeForm(ReasonForm):
    """Why somebody reads a case."""

    field_order = ("purpose", "reason")

    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        choices=lambda: [(one.value, capital(one.value)) for one in Purpose],
    )


@signed_in("GET", "POST")
def purpose(request: HttpRequest, officer: Officer, reference: str) -> HttpResponse:
    """Say why, and see the whole of a case for a shift."""
    row = Seizure.objects.visible_to(officer).filter(reference=reference).first()
    if row is None:
        raise Http404(f"{reference} is not a seizure that you may see.")
    entitled = bool(officer.all_roles & ENTITLED)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    error: CustodyError | None = None
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                state_purpose(
                    officer,
                    case=row.id,
                    purpose=Purpose(form.cleaned_data["purpose"]),
                    reason=form.cleaned_data["reason"],
                    break_glass=not entitled,
                )
            except CustodyError as refused:
                error, status = refused, STATUS[refused.category]
            else:
                messages.success(
                    request, _("Your purpose is on record. It holds for twelve hours.")
                )
                return redirect("seizure", reference=reference)
        else:
            status = 422
    shows_seizures(request, officer, [row])
    return show(
        request,
        officer,
        "purpose.html",
        status=status,
        seizure=row,
        form=form,
        entitled=entitled,
        error=error,
    )


class CanaryForm(forms.Form):
    """What nobody has a reason to open."""

    use_required_attribute = False

    thing = forms.CharField(
        label=gettext_lazy("Label of a unit, or reference of a seizure"), max_length=32
    )


@signed_in("GET", "POST")
def reads(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The read log of the agency, and the alerts that nobody has looked at yet."""
    officer.require(Right.REVIEW)
    canary = CanaryForm(request.POST if request.method == "POST" else None)
    error: CustodyError | None = None
    if request.method == "POST" and canary.is_valid():
        try:
            set_canary(officer, _thing(officer, canary.cleaned_data["thing"]))
        except CustodyError as refused:
            error = refused
        else:
            messages.success(request, _("Who opens it will be told to you, and to nobody else."))
            return redirect("reads")
    rows = Read.objects.visible_to(officer).order_by("-read_at", "-id")
    badge = request.GET.get("badge", "")
    if badge:
        rows = rows.filter(badge=badge)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    ids = {one for row in page.object_list for one in row.objects_shown}
    shows(request, dict.fromkeys(ids, Reach(Relation.NONE, Shown.NOTHING)))
    open_alerts = ReadAlert.objects.visible_to(officer).filter(reviewed_at__isnull=True)
    return show(
        request,
        officer,
        "reads.html",
        status=422 if request.method == "POST" else 200,
        canary=canary,
        error=error,
        page=page,
        badge=badge,
        names=_names(ids),
        alerts=open_alerts.order_by("-raised_at")[:ALERTS_SHOWN],
        alert_count=open_alerts.count(),
    )


@signed_in("GET", "POST")
def alert(request: HttpRequest, officer: Officer, alert_id: UUID) -> HttpResponse:
    """One alert, and what was found."""
    officer.require(Right.REVIEW)
    row = ReadAlert.objects.visible_to(officer).filter(pk=alert_id).first()
    if row is None:
        raise Http404("There is no such alert that you may see.")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    error: CustodyError | None = None
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                review(officer, alert_id, form.cleaned_data["reason"][:400])
            except CustodyError as refused:
                error, status = refused, STATUS[refused.category]
            else:
                messages.success(request, _("Reviewed; what you found is on record."))
                return redirect("reads")
        else:
            status = 422
    read = Read.objects.visible_to(officer).filter(id=row.source).first()
    ids = set(read.objects_shown) if read else set()
    shows(request, dict.fromkeys(ids, Reach(Relation.NONE, Shown.NOTHING)))
    return show(
        request,
        officer,
        "alert.html",
        status=status,
        alert=row,
        read=read,
        names=_names(ids),
        form=form,
        error=error,
    )


def _thing(officer: Officer, text: str) -> UUID:
    """The id of what a watcher names, of what concerns their agency; they need not see anything of it.

    Raises:
        NothingToWatch: there is none.
    """
    own = [officer.unit.agency_id]
    found = (
        Exhibit.objects.filter(label=text, concerned__contains=own).first()
        or Seizure.objects.filter(reference=text, concerned__contains=own).first()
    )
    if found is None:
        raise NothingToWatch(field="thing", thing=text)
    return found.id


def _names(ids: set[UUID]) -> dict[UUID, str]:
    """Labels and references for those who watch over reading: they have to know what was read, and see no more."""
    return {
        **dict(Exhibit.objects.filter(pk__in=ids).values_list("pk", "label")),
        **dict(Seizure.objects.filter(pk__in=ids).values_list("pk", "reference")),
    }
