"""What presses, as pages: the lines that the board shows, and the full list of each section."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse

from custody.deadlines.rules import Standing
from custody.kit import clock
from custody.people.models import Officer
from custody.seizures.models import Seizure
from custody.web.access import show, shows, shows_cases, shows_exhibits, signed_in
from custody.web.cards import cards, reached_by
from custody.web.overview import by_limit, live_units
from custody.web.pressing import name_lines, whole_section
from custody.web.sections import TICKING, TITLES, Line

LINES_A_PAGE, UNITS_A_PAGE = 30, 50


def shows_lines(request: HttpRequest, officer: Officer, lines: Collection[Line]) -> None:
    """Say that a page shows these lines."""
    shows_cases(request, officer, {one.seizure_id for one in lines if one.seizure_id})
    shows_exhibits(request, officer, [line.exhibit for line in lines if line.exhibit])


@signed_in()
def pressing(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """The full list of a section; of late units and those due next, one seizure's by name."""
    if name not in TITLES:
        raise Http404(f"There is no section {name}.")
    now = clock.now()
    if name in TICKING and request.GET.get("seizure"):
        return _units(request, officer, name, now)
    found = whole_section(officer, now, name)
    page = Paginator(found.lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    name_lines(officer, list(page.object_list))
    shows_lines(request, officer, list(page.object_list))
    return show(request, officer, "pressing.html", section=found, page=page)


def _units(request: HttpRequest, officer: Officer, name: str, now: datetime) -> HttpResponse:
    reference = request.GET["seizure"]
    due = Q(clocks__due_at__lte=now) if name == "late" else Q(clocks__due_at__gt=now)
    limit = Q(clocks__stopped_at__isnull=True, clocks__standing=Standing.OWN) & due
    if request.GET.get("clock"):
        limit &= Q(clocks__name=request.GET["clock"])
    seizure = Seizure.objects.visible_to(officer).filter(reference=reference).first()
    if seizure is None:
        raise Http404(f"{reference} has nothing here that you may see.")
    units = live_units(officer).filter(limit, seizure=seizure).distinct()
    units = by_limit(officer, units, now)
    page = Paginator(units.select_related("seizure"), UNITS_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = cards(officer, list(page.object_list), now)
    shows_cases(request, officer, {seizure.pk})
    shows(request, reached_by(shown))
    return show(
        request,
        officer,
        "pressing_units.html",
        title=TITLES[name],
        section=name,
        seizure=seizure,
        page=page,
        cards=shown,
    )
