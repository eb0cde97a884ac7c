"""Printing labels: what was printed by whom, and the sheets to print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from custody.audit.words import said
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.labelling.models import LabelPrinting, Reason, Sort
from custody.labelling.services import MOST, print_labels
from custody.labelling.sheets import sheet
from custody.labelling.stocks import STOCKS, stock
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.models import Exhibit
from custody.web.access import STATUS, show, shows_exhibits, signed_in

PRINTINGS_A_PAGE = 50
#: So long its printer may be fed again with what was put down; afterwards it is printed anew, and says why.
FETCHED_WITHIN = timedelta(hours=1)
_SCANNED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "rows": 2}


class SheetGone(CustodyError):
    """These labels were printed more than an hour ago, or by somebody else: print them again, and say why."""

    code = "sheet_gone"
    category = "conflict"


class PrintingForm(forms.Form):
    """What to print: one of the three."""

    use_required_attribute = False

    count = forms.IntegerField(
        label=_("New labels"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=_("For a roll."),
    )
    units = forms.CharField(
        label=_("Labels of units"),
        required=False,
        widget=forms.Textarea(_SCANNED),
        help_text=_("Typed or scanned, one after another."),
    )
    places = forms.CharField(
        label=_("Places and vehicles"),
        required=False,
        widget=forms.Textarea(_SCANNED),
        help_text=_("Their code names, one after another."),
    )
    reason = forms.ChoiceField(
        label=_("Printed before? Why again"),
        choices=lambda: [("", "—"), *((value, said(label)) for value, label in Reason.choices)],
        required=False,
    )


@signed_in("GET", "POST")
def printings(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What was printed, the newest first, and the form of the next."""
    officer.require(Right.HANDLE)
    units = " ".join(request.GET.getlist("unit"))
    form = PrintingForm(
        request.POST if request.method == "POST" else None, initial={"units": units}
    )
    status, error = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = _printed(officer, form.cleaned_data)
                return redirect("printing", code=made.code)
            except CustodyError as refused:
                error, status = refused, STATUS[refused.category]
    rows = LabelPrinting.objects.visible_to(officer).order_by("-printed_at", "code")
    return show(
        request,
        officer,
        "printings.html",
        status=status,
        form=form,
        error=error,
        page=Paginator(rows, PRINTINGS_A_PAGE).get_page(request.GET.get("page")),
    )


def _printed(officer: Officer, told: dict[str, Any]) -> LabelPrinting:
    return print_labels(
        officer,
        count=told["count"],
        units=told["units"].split(),
        places=told["places"].upper().split(),
        reason=Reason(told["reason"]) if told["reason"] else None,
    )


@signed_in()
def printing(request: HttpRequest, officer: Officer, code: UUID) -> HttpResponse:
    """One printing, and on which paper to have it."""
    row = _find(request, officer, code)
    return show(
        request,
        officer,
        "printing.html",
        row=row,
        stocks=STOCKS.values(),
        fresh=_fresh(officer, row),
    )


@signed_in()
def pages(request: HttpRequest, officer: Officer, code: UUID) -> HttpResponse:
    """The sheets of a printing as PDF."""
    row = _find(request, officer, code)
    if not _fresh(officer, row):
        raise SheetGone
    told = request.GET.get("first", "1")
    first = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0
    answer = HttpResponse(
        sheet(row, stock(request.GET.get("stock", "")), first_position=first),
        content_type="application/pdf",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="labels-{row.code[:8]}.pdf"'
    return answer


def _fresh(officer: Officer, row: LabelPrinting) -> bool:
    return row.printed_by_id == officer.badge and clock.now() - row.printed_at <= FETCHED_WITHIN


def _find(request: HttpRequest, officer: Officer, code: UUID) -> LabelPrinting:
    row = LabelPrinting.objects.visible_to(officer).filter(pk=str(code)).first()
    if row is None:
        raise Http404("There is no such printing that you may see.")
    if row.sort == Sort.UNITS:
        shows_exhibits(
            request, officer, Exhibit.objects.visible_to(officer).filter(label__in=row.labels)
        )
    return row
