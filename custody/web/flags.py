"""Flags: everything that a supervisor has to see, and taking note of one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from custody.deadlines.models import Flag, FlagCause
from custody.deadlines.queries import last_sweep, open_flags
from custody.deadlines.services import acknowledge
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.web.access import STATUS, show, signed_in
from custody.web.countersigning import ReasonForm
from custody.web.faces import trouble

A_PAGE = 30


@signed_in()
def flags(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Open flags, what hurts first."""
    now = clock.now()
    cause = request.GET.get("cause", "")
    rows = open_flags(officer).select_related("exhibit", "clock", "acknowledged_by")
    counts = dict(
        Flag.objects.visible_to(officer).open().values_list("cause").annotate(Count("id"))
    )
    if cause in FlagCause.values:
        rows = rows.filter(cause=cause)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        officer,
        "flags.html",
        page=page,
        troubles=[trouble(flag, now) for flag in page.object_list],
        causes=[(value, counts.get(value, 0)) for value in FlagCause.values],
        cause=cause,
        swept_at=last_sweep(),
    )


@signed_in("GET", "POST")
def flag(request: HttpRequest, officer: Officer, flag_id: UUID) -> HttpResponse:
    """One flag, and taking note of it with a reason."""
    found = (
        Flag.objects.visible_to(officer)
        .select_related("exhibit", "clock", "acknowledged_by")
        .filter(pk=flag_id)
        .first()
    )
    if found is None:
        raise Http404("There is no such flag that you may see.")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    error: CustodyError | None = None
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                acknowledge(officer, flag_id, form.cleaned_data["reason"])
            except CustodyError as refused:
                error, status = refused, STATUS[refused.category]
            else:
                messages.success(request, "Acknowledged; your reason is on record.")
                return redirect("flags")
        else:
            status = 422
    return show(
        request,
        officer,
        "flag.html",
        status=status,
        trouble=trouble(found, clock.now()),
        form=form,
        error=error,
        may=Right.ACKNOWLEDGE in officer.rights and found.acknowledged_at is None,
    )
