"""Permits of plants, and crews: what holds when, who put it down, and putting down, changing and ending it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import ChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.histories import history
from custody.audit.words import day, mass, said
from custody.burning.hours import local_day
from custody.burning.managing import end_crew, end_permit
from custody.burning.models import Crew, Permit
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.events import Subject
from custody.people.models import Officer
from custody.people.rights import Right
from custody.web.access import STATUS, show, signed_in
from custody.web.hours import DAYS
from custody.web.managing import record, require_governing
from custody.web.permit_forms import CrewForm, EndForm, PermitForm
from custody.web.second_factor import require_fresh_proof

Facts = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Sort:
    """What the pages of one sort of paper are about.

    Attributes:
        name: of its list among the addresses; ``one`` of a single one.
        subject: what its events are about.
        rows: those that an officer is shown.
        own: whether the officer's agency may change it.
        form: by which one is put down; ``where`` is its field for the place or unit that it is of.
        end: ends one with a day.
        line, facts: what is told of one, in a line and in full.
    """

    name: str
    one: str
    subject: str
    title: Promise
    new: Promise
    none: Promise
    rows: Callable[[Officer], QuerySet[Any]]
    own: Callable[[Officer, Any], bool]
    form: Callable[..., PermitForm | CrewForm]
    where: str
    end: Callable[[Officer, str, date], Permit | Crew]
    line: Callable[[Any], str]
    facts: Callable[[Any], Facts]


def _permits(officer: Officer) -> QuerySet[Permit]:
    seen = Permit.objects.visible_to(officer).values("pk")
    own = Q(plant__unit__agency=officer.unit.agency_id)
    return Permit.objects.filter(own | Q(pk__in=seen)).select_related("plant__unit")


def _crews(officer: Officer) -> QuerySet[Crew]:
    seen = Crew.objects.visible_to(officer).values("pk")
    own = Q(unit__agency=officer.unit.agency_id)
    return Crew.objects.filter(own | Q(pk__in=seen)).select_related("unit")


def _valid(row: Permit | Crew) -> str:
    if row.valid_until is None:
        return _("from {first}, until further notice").format(first=day(row.valid_from))
    return _("from {first} until {last}").format(
        first=day(row.valid_from), last=day(row.valid_until)
    )


def _state(row: Permit | Crew) -> str:
    today = local_day(clock.now())
    if row.valid_until is not None and row.valid_until < today:
        return "past"
    return "future" if row.valid_from > today else "now"


def _hours(weekly: Mapping[str, Mapping[str, str]]) -> Facts:
    for name, title in DAYS.items():
        span = weekly.get(name)
        yield str(title), f"{span['from']}\N{EN DASH}{span['to']}" if span else _("shut")


def _permit_facts(row: Permit) -> Facts:
    yield _("Plant"), row.plant_id
    yield _("Valid"), _valid(row)
    for cap in sorted(row.limits, key=lambda one: not one.general):
        what = _("everything together") if cap.general else said(cap.what)
        yield _("A session burns at most"), f"{mass(cap.grams)} · {what}"
    yield _("Sessions a week"), str(row.sessions_per_week)
    yield _("Lowest temperature"), f"{row.minimum_temperature_celsius} °C"
    yield (
        _("Can be requisitioned in an emergency"),
        _("yes") if row.requisitionable else _("no"),
    )
    yield from _hours(row.opening_hours)
    yield (
        _("Source"),
        row.source if row.confirmed else _("{source} (not confirmed)").format(source=row.source),
    )


def _crew_facts(row: Crew) -> Facts:
    yield _("Unit"), row.unit_id
    yield _("People"), str(row.size)
    yield _("Valid"), _valid(row)
    yield from _hours(row.hours)


PERMITS = Sort(
    name="permits",
    one="permit",
    subject=Permit.subject_type,
    title=gettext_lazy("Permits"),
    new=gettext_lazy("Put down a permit"),
    none=gettext_lazy(
        "No permit that you may see: whoever governs a plant puts down its own, and without one nothing is booked, staged or burnt there."
    ),
    rows=_permits,
    own=lambda officer, row: row.plant.unit.agency_id == officer.unit.agency_id,
    form=PermitForm,
    where="plant",
    end=end_permit,
    line=lambda row: f"{row.plant_id} · {mass(row.cap_grams)} · {_valid(row)}",
    facts=_permit_facts,
)
CREWS = Sort(
    name="crews",
    one="crew",
    subject=Crew.subject_type,
    title=gettext_lazy("Crews"),
    new=gettext_lazy("Put down a crew"),
    none=gettext_lazy("No crew that you may see: who drives to the plants is planned by crews."),
    rows=_crews,
    own=lambda officer, row: row.unit.agency_id == officer.unit.agency_id,
    form=CrewForm,
    where="unit",
    end=end_crew,
    line=lambda row: f"{row.unit_id} · {row.size} · {_valid(row)}",
    facts=_crew_facts,
)


@signed_in("GET", "POST")
def papers(request: HttpRequest, officer: Officer, sort: Sort) -> HttpResponse:
    """Every paper of a sort, and putting down another one."""
    may = require_governing(officer)
    form, status = sort.form(officer, request.POST or None), 200
    if request.method == "POST":
        row, status = record(request, officer, form)
        if row:
            return redirect(sort.one, code=row.pk)
    rows = [(row, sort.line(row), _state(row)) for row in sort.rows(officer)]
    where = form.fields[sort.where]
    assert isinstance(where, ChoiceField)
    order = ("now", "future", "past")
    return show(
        request,
        officer,
        "permits.html",
        status=status,
        sort=sort,
        rows=sorted(rows, key=lambda one: (order.index(one[2]), one[0].pk)),
        form=form,
        may=may,
        somewhere=bool(where.choices),
    )


@signed_in("GET", "POST")
def paper(request: HttpRequest, officer: Officer, sort: Sort, code: str) -> HttpResponse:
    """One of them: changed by its next version, or ended with a day."""
    require_governing(officer)
    row = sort.rows(officer).filter(pk=code).first()
    if row is None:
        raise Http404(f"There is no {sort.one} {code} that you may see.")
    deed, status = request.POST.get("deed", ""), 200
    ending = EndForm(
        request.POST if deed == "end" else None, initial={"last_day": local_day(clock.now())}
    )
    form = sort.form(officer, request.POST if deed == "change" else None, row)
    if request.method == "POST":
        if deed == "end":
            status = _ended(request, officer, sort, row.code, ending)
        else:
            status = record(request, officer, form)[1]
        if status == 200:
            return redirect(sort.one, code=row.code)
    return show(
        request,
        officer,
        "permit.html",
        status=status,
        stale=status == STATUS["stale"],
        sort=sort,
        row=row,
        state=_state(row),
        facts=sort.facts(row),
        form=form,
        ending=ending,
        changes=history(Subject(sort.subject, row.code)),
        may=Right.ADOPT in officer.rights and sort.own(officer, row),
    )


def _ended(request: HttpRequest, officer: Officer, sort: Sort, code: str, form: EndForm) -> int:
    """The status of the page on which a last day was told."""
    officer.require(Right.ADOPT)
    require_fresh_proof(request)
    if not form.is_valid():
        return 422
    try:
        row = sort.end(officer, code, form.cleaned_data["last_day"])
    except CustodyError as refused:
        if refused.category == "not_found":
            raise
        form.blame(refused)
        return STATUS[refused.category]
    assert row.valid_until is not None
    messages.success(
        request,
        _("{code} ends with {last}, by an event.").format(code=code, last=day(row.valid_until)),
    )
    return 200
