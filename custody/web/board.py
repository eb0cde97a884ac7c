"""The board: what hurts, what waits for you, and every live unit by stage."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect

from custody.deadlines.telling import telling
from custody.handling.commands import Kind, describe
from custody.handling.legal import Option, legal_now
from custody.handling.register import ACTS
from custody.kit import clock
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.web.access import show, shows, shows_cases, signed_in
from custody.web.cards import cards, reached_by
from custody.web.first_steps import is_offered
from custody.web.overview import COLUMNS, Group, by_limit, columns, deal, groups, live_units
from custody.web.pressed import shows_lines
from custody.web.pressing import sections
from custody.web.sections import version_of
from custody.web.words import stage as stage_name

GROUPS_A_PAGE, UNITS_A_PAGE = 25, 50


@signed_in()
def board(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The page that everybody starts from; with ``live`` only those parts that the tag told does not name, or 304.

    The tag begins with whose board it is: nobody's page is brought up to date with what another sees, who signed in
    beside it.
    """
    now = clock.now()
    pressing = sections(officer, now)
    stages = columns(officer, now)
    stages_version = version_of([column.told for column in stages])
    live = "live" in request.GET
    whose = version_of(officer.badge)
    tag = f'"{".".join([whose, *(one.version for one in pressing), stages_version])}"'
    if live:
        told = request.headers.get("If-None-Match", "")
        if told == tag:
            return HttpResponseNotModified()
        known = told.strip('"').split(".")
        if told and known[0] != whose:
            return redirect("board")
        pressing = [one for one in pressing if one.version not in known]
        stages = [] if stages_version in known else stages
    groups_shown = [group for column in stages for group in column.shown]
    _shows_groups(request, groups_shown)
    shows_cases(request, officer, {group.seizure_id for group in groups_shown})
    shows_lines(request, officer, [line for one in pressing for line in one.shown])
    answer = show(
        request,
        officer,
        "_live.html" if live else "board.html",
        sections=pressing,
        columns=stages,
        stages_version=stages_version,
        tag=tag,
        blind=not (officer.scopes or officer.cases),
        tour=is_offered(request),
    )
    answer["ETag"] = tag
    return answer


@signed_in()
def stage(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """One stage: its seizures, or the units of one of them to tick and act upon."""
    if name not in COLUMNS:
        raise Http404(f"There is no stage {name}.")
    now = clock.now()
    reference = request.GET.get("seizure")
    if not reference:
        hidden = telling()
        several = Paginator(groups(officer, now, [name], hidden), GROUPS_A_PAGE).get_page(
            request.GET.get("page")
        )
        deal(officer, now, list(several.object_list), hidden)
        _shows_groups(request, several.object_list)
        shows_cases(request, officer, {group.seizure_id for group in several.object_list})
        return show(
            request,
            officer,
            "stage.html",
            stage=name,
            title=stage_name(name),
            page=several,
        )
    units = live_units(officer).filter(stage=name, seizure__reference=reference)
    units = by_limit(officer, units, now)
    page = Paginator(units.select_related("seizure"), UNITS_A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = list(page.object_list)
    if not rows:
        raise Http404(f"{reference} has nothing here that you may see.")
    shown = cards(officer, rows, now)
    shows(request, reached_by(shown))
    return show(
        request,
        officer,
        "units.html",
        stage=name,
        title=stage_name(name),
        reference=reference,
        page=page,
        cards=shown,
        options=together(officer, rows),
    )


def _shows_groups(request: HttpRequest, shown: Iterable[Group]) -> None:
    for group in shown:
        shows(request, reached_by(group.cards))


def together(officer: Officer, exhibits: list[Exhibit]) -> list[Option]:
    """The acts that one may do to several of these at once, as far as one of them allows it."""
    found: dict[str, Option] = {}
    for options in legal_now(officer, exhibits).values():
        for option in options:
            if _takes_several(option.act):
                known = found.get(option.act)
                if known is None or known.blocked_by:
                    found[option.act] = option
    return list(found.values())


def _takes_several(act: str) -> bool:
    for _, description in describe(ACTS[act].command):
        if description.kind is Kind.LABELS and description.required:
            return True
        if description.kind is Kind.ROWS and description.row is not None:
            return "exhibit" in dict(describe(description.row))
    return False
