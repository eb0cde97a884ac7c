"""Flags: everything that a supervisor has to see, and taking note of one or of several at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody.audit.timeline import Happening, labels_in, timeline
from custody.audit.trails import steps_of
from custody.deadlines.models import Flag, FlagCause
from custody.deadlines.queries import last_sweep, open_flags
from custody.deadlines.services import acknowledge
from custody.deadlines.telling import telling
from custody.handling.record import refusals
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.faults import LedgerFault
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event
from custody.people.models import Officer
from custody.people.rights import Right
from custody.web.access import (
    STATUS,
    show,
    shows_cases,
    shows_exhibits,
    shows_labels,
    signed_in,
)
from custody.web.countersigning import ReasonForm
from custody.web.discrepancies import matters
from custody.web.faces import trouble
from custody.web.troubles import measured, open_for, troubles

GROUPS_A_PAGE, FLAGS_A_PAGE = 30, 60
_NARROWING = {"seizure": "exhibit__seizure__reference", "cause": "cause", "clock": "clock_name"}


@signed_in("GET", "POST")
def flags(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Open flags: by seizure and cause, or those of one of them to tick and acknowledge."""
    now = clock.now()
    asked = {
        column: request.GET[name] for name, column in _NARROWING.items() if request.GET.get(name)
    }
    if "exhibit__seizure__reference" not in asked and request.method == "GET":
        every = open_for(officer).filter(**asked)
        found = troubles(officer, every, now)
        page = Paginator(found, GROUPS_A_PAGE).get_page(request.GET.get("page"))
        shows_cases(request, officer, {one.seizure_id for one in page.object_list})
        shows_labels(request, officer, [label for one in page.object_list for label in one.named])
        return show(
            request,
            officer,
            "flags.html",
            page=page,
            troubles=measured(every, list(page.object_list)),
            count=sum(one.flags for one in found),
            swept_at=last_sweep(),
            may_oversee=Right.OVERSEE in officer.rights,
        )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    error: CustodyError | None = None
    status = 200
    ticked: list[Flag] = []
    if request.method == "POST":
        officer.require(Right.ACKNOWLEDGE)
        ticked = _ticked(officer, request.POST.getlist("flag"))
        if form.is_valid() and ticked:
            try:
                with refusals(officer, "acknowledge"), transaction.atomic():
                    for one in ticked:
                        acknowledge(officer, one.pk, form.cleaned_data["reason"])
            except CustodyError as refused:
                error, status = refused, STATUS[refused.category]
            else:
                count = len(ticked)
                told = ngettext(
                    "{count} flag acknowledged; why is on record.",
                    "{count} flags acknowledged; why is on record.",
                    count,
                )
                messages.success(request, told.format(count=count))
                return redirect("flags")
        else:
            status = 422
            if not ticked:
                form.add_error(None, _("Tick the flags that you have seen."))
    rows = open_flags(officer).filter(**asked)
    one_page = Paginator(rows, FLAGS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(one_page.object_list)
    about = matters([flag.source for flag in shown if flag.cause == FlagCause.DISCREPANCY])
    reached = shows_exhibits(request, officer, [flag.exhibit for flag in shown])
    hidden = telling(shown) if any(one.masked for one in reached.values()) else None
    return show(
        request,
        officer,
        "flags_of.html",
        status=status,
        page=one_page,
        reference=request.GET.get("seizure", ""),
        troubles=[
            trouble(
                flag,
                now,
                about.get(flag.source),
                hidden if reached[flag.exhibit_id].masked else None,
            )
            for flag in shown
        ],
        # nobody takes note of what they did not tick themselves; what was ticked stays so
        chosen={one.pk for one in ticked},
        form=form,
        error=error,
    )


def _ticked(officer: Officer, told: Sequence[str]) -> list[Flag]:
    """The flags that were ticked and that nobody has taken note of meanwhile.

    Raises:
        Http404: one of them is none, or not the officer's to see.
    """
    try:
        ids = {UUID(one) for one in told[:FLAGS_A_PAGE]}
    except ValueError as error:
        raise Http404("There is no such flag.") from error
    found = list(Flag.objects.visible_to(officer).filter(pk__in=ids).order_by("id"))
    if len(found) < len(ids):
        raise Http404("There is no such flag that you may see.")
    return [
        one
        for one in found
        if one.acknowledged_at is None and one.resolved_at is None and one.annulled_at is None
    ]


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
    own = shows_exhibits(request, officer, [found.exhibit])[found.exhibit_id]
    form = ReasonForm(request.POST if request.method == "POST" else None)
    error: CustodyError | None = None
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                with refusals(officer, "acknowledge"):
                    acknowledge(officer, flag_id, form.cleaned_data["reason"])
            except CustodyError as refused:
                error, status = refused, STATUS[refused.category]
            else:
                messages.success(request, _("Acknowledged; your reason is on record."))
                return redirect("exhibit", label=found.exhibit.label)
        else:
            status = 422
    told = trouble(
        found,
        clock.now(),
        matters([found.source]).get(found.source),
        telling([found]) if own.masked else None,
    )
    return show(
        request,
        officer,
        "flag.html",
        status=status,
        trouble=told,
        # it tells its moment; by how much masses differ stands with the flag
        report=None if told.by_day else _report(found),
        form=form,
        error=error,
        may=Right.ACKNOWLEDGE in officer.rights and found.acknowledged_at is None,
    )


def _report(row: Flag) -> Happening | None:
    """The report of a discrepancy, in words; None of any other flag, and of one that does not hold any more."""
    reports = Entry.objects.filter(kind="exhibit.discrepancy_reported")
    entry = reports.filter(event_id=row.source).first() if row.source else None
    if entry is None:
        return None
    try:
        steps = steps_of([(entry, sound_event(entry))])
    except LedgerFault:
        return None
    return timeline(steps, labels_in(steps))[0]
