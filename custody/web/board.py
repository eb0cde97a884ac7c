"""The board: what hurts, what waits for you, and every live unit by stage."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from custody.handling.commands import Kind, describe
from custody.handling.legal import Option, legal_now
from custody.handling.proposals import exhibits_of, waiting_for
from custody.handling.register import ACTS
from custody.kit import clock
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.web.access import show, shows, shows_cases, shows_exhibits, signed_in
from custody.web.cards import cards, reached_by
from custody.web.overview import COLUMNS, Group, by_limit, columns, deal, groups, live_units
from custody.web.troubles import Trouble, open_for, troubles
from custody.web.words import stage as stage_name

#: Late units, and things that do not add up: neither crowds the other out.
LATE_SHOWN, OTHERS_SHOWN, WAITING_SHOWN = 4, 4, 4
GROUPS_A_PAGE, UNITS_A_PAGE = 25, 50


@signed_in()
def board(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The page that everybody starts from."""
    now = clock.now()
    found = troubles(open_for(officer), now)
    waiting = waiting_for(officer)
    stages = columns(officer, now)
    worst = _worst(found)
    seizures = {group.seizure_id for column in stages for group in column.shown}
    _shows_groups(request, [g for column in stages for g in column.shown])
    shows_cases(request, officer, seizures | {one.seizure_id for one in worst})
    shows_exhibits(request, officer, exhibits_of(waiting[:WAITING_SHOWN]))
    return show(
        request,
        officer,
        "board.html",
        troubles=worst,
        flag_count=sum(one.flags for one in found),
        waiting=waiting[:WAITING_SHOWN],
        waiting_count=len(waiting),
        columns=stages,
        now=now,
    )


def _worst(found: list[Trouble]) -> list[Trouble]:
    late = [one for one in found if one.late][:LATE_SHOWN]
    others = [one for one in found if not one.late][:OTHERS_SHOWN]
    return [*late, *others]


@signed_in()
def stage(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """One stage: its seizures, or the units of one of them to tick and act upon."""
    if name not in COLUMNS:
        raise Http404(f"There is no stage {name}.")
    now = clock.now()
    reference = request.GET.get("seizure")
    if not reference:
        several = Paginator(groups(officer, now, [name]), GROUPS_A_PAGE).get_page(
            request.GET.get("page")
        )
        deal(officer, now, list(several.object_list))
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
    units = by_limit(live_units(officer)).filter(stage=name, seizure__reference=reference)
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
