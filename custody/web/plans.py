"""Plans of incineration sessions: asked for, watched while they are made, read beside the simple rule's, accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.words import said
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.planning.models import READY, UNDER_WAY, SessionPlan
from custody.planning.queries import LONGEST
from custody.planning.services import MOST_SECONDS, accept, ask, stop
from custody.seizures.models import Exhibit
from custody.web.access import STATUS, show, shows_exhibits, signed_in
from custody.web.second_factor import require_fresh_proof

PLANS_A_PAGE = 30


class PlanForm(forms.Form):
    """What is to be planned."""

    use_required_attribute = False

    days = forms.IntegerField(
        label=gettext_lazy("Days ahead"), min_value=1, max_value=LONGEST.days, initial=7
    )
    seconds = forms.IntegerField(
        label=gettext_lazy("Seconds to look for a better one"),
        min_value=1,
        max_value=MOST_SECONDS,
        initial=20,
        help_text=gettext_lazy("The first proposal is there within seconds; it can be stopped."),
    )


@signed_in("GET", "POST")
def plans(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The officer's plans, the newest first, and asking for another."""
    officer.require(Right.OVERSEE)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("plan", plan_id=ask(officer, **form.cleaned_data).id)
        except CustodyError as error:
            form.add_error(error.field, said(error))
    rows = (
        SessionPlan.objects.visible_to(officer)
        .plans()
        .defer("proposal")
        .order_by("-asked_at", "id")
    )
    return show(
        request,
        officer,
        "plans.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        page=Paginator(rows, PLANS_A_PAGE).get_page(request.GET.get("page")),
    )


@signed_in("GET", "POST")
def plan(request: HttpRequest, officer: Officer, plan_id: UUID) -> HttpResponse:
    """One plan: how far it is, what it proposes and why; stopping it, accepting it."""
    officer.require(Right.OVERSEE)
    error: CustodyError | None = None
    status = 200
    if request.method == "POST":
        if request.POST.get("do") == "accept":
            require_fresh_proof(request)
        try:
            messages.success(request, _done(request, officer, plan_id))
            return redirect("plan", plan_id=plan_id)
        except CustodyError as refused:
            if refused.category == "not_found":
                raise
            error, status = refused, STATUS[refused.category]
    row = SessionPlan.objects.visible_to(officer).plans().filter(pk=plan_id).first()
    if row is None:
        raise Http404("There is no such plan of yours.")
    told: Any = row.proposal or {}
    labels = {one["unit"] for one in _units(told)}
    shows_exhibits(request, officer, Exhibit.objects.visible_to(officer).filter(label__in=labels))
    return show(
        request,
        officer,
        "plan.html",
        status=status,
        plan=row,
        error=error,
        proposal=told,
        sessions=[_session(one) for one in told.get("sessions", ())],
        under_way=row.state in UNDER_WAY,
        ready=row.state in READY and bool(told.get("sessions")),
    )


def _done(request: HttpRequest, officer: Officer, plan_id: UUID) -> str:
    asked = request.POST.get("do")
    if asked == "accept":
        accept(officer, plan_id)
        return _("Accepted: the sessions are booked and planned, each by an event.")
    if asked == "stop":
        stop(officer, plan_id)
        return _("It stops; what it has found by then is the proposal.")
    raise Http404("There is nothing of that name to do.")


def _units(told: Any) -> Iterator[Any]:
    for one in told.get("sessions", ()):
        yield from one["units"]
    yield from told.get("left_out", ())


def _session(told: Any) -> dict[str, Any]:
    """A session as the page shows it: with times as such, and how full it is in percent, rounded up."""
    cap = told["cap_grams"]
    return {
        **told,
        "begins": parse_datetime(told["starts_at"]),
        "full": min(-(-told["load_grams"] * 100 // cap), 100) if cap else 100,
        "journeys": [
            {"place": one["from"], "leaves": parse_datetime(one["leave_at"]), "units": one["units"]}
            for one in told["fetch"]
        ],
    }
