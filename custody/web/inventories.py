"""Inventories: what there is to count, counting it, and what was found. The acts have their forms elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from custody.inventories.findings import IN_ORDER
from custody.inventories.models import Inventory, InventoryLine
from custody.inventories.queries import Sought, search_list
from custody.people.models import Officer
from custody.people.rights import Relation, Right, Shown
from custody.seizures.models import Exhibit
from custody.seizures.reach import Reach
from custody.web.access import show, shows, signed_in

INVENTORIES_A_PAGE = 50
#: The figures in the order in which people read them.
FIGURES = (
    ("population", gettext_noop("By the record, when it was opened")),
    ("looked_for", gettext_noop("Looked for")),
    ("scanned", gettext_noop("Scanned")),
    ("scanned_blind", gettext_noop("Scanned before the list was told")),
    ("as_recorded", gettext_noop("As recorded")),
    ("missed", gettext_noop("Missed")),
    ("moved", gettext_noop("Came or went meanwhile")),
    ("elsewhere", gettext_noop("There, recorded elsewhere")),
    ("ended", gettext_noop("There, recorded as ended")),
    ("was_missing", gettext_noop("There, reported missing before")),
    ("unknown", gettext_noop("There, under an unknown label")),
    ("unlabelled", gettext_noop("There, without a label")),
    ("looked_up", gettext_noop("Looked up in the record by who counted")),
)


@signed_in()
def inventories(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Those that are open for the officer, or were made; they name no unit."""
    rows = Inventory.objects.visible_to(officer).order_by("-opened_at", "id")
    return show(
        request,
        officer,
        "inventories.html",
        page=Paginator(rows, INVENTORIES_A_PAGE).get_page(request.GET.get("page")),
        may_open=Right.OVERSEE in officer.rights,
    )


@signed_in()
def inventory(request: HttpRequest, officer: Officer, inventory_id: UUID) -> HttpResponse:
    """One: to who counts what there is to do, to who oversees or keeps the place what was found."""
    row = Inventory.objects.visible_to(officer).filter(pk=inventory_id).first()
    if row is None:
        raise Http404("There is no such inventory that you may see.")
    own = row.unit in {officer.unit_id, *officer.on_duty_for}
    counted = officer.badge in row.counters
    is_open = row.closed_at is None
    told = Inventory.objects.told_to(officer).filter(pk=row.pk).exists()
    return show(
        request,
        officer,
        "inventory.html",
        inventory=row,
        may_scan=is_open and not own and Right.STOCKTAKE in officer.rights,
        may_ask=is_open and counted and row.sampled and row.listed_at is None,
        may_close=is_open and not own and not counted and Right.OVERSEE in officer.rights,
        sample=_sample(request, row) if is_open and (counted or told) else [],
        figures=[(title, row.figures[name]) for name, title in FIGURES] if row.figures else [],
        wrong=_wrong(request, row) if told and not is_open else [],
        sought=_sought(request, officer, row) if told and not is_open else [],
        second=Inventory.objects.visible_to(officer).filter(first=row).first(),
    )


def _sample(request: HttpRequest, row: Inventory) -> list[str]:
    """What to look for, by label: the order of the draw tells nobody where a thing stands."""
    drawn = sorted(row.drawn or ())
    _named(request, drawn)
    return drawn


def _wrong(request: HttpRequest, row: Inventory) -> list[InventoryLine]:
    in_order = [one.value for one in IN_ORDER]
    found = list(row.lines.exclude(finding__in=in_order).order_by("finding", "label"))
    _named(request, [one.label for one in found])
    return found


def _sought(request: HttpRequest, officer: Officer, row: Inventory) -> Sequence[Sought]:
    found = search_list(officer, row)
    shows(request, {one.exhibit.pk: one.reach for one in found})
    return found


def _named(request: HttpRequest, labels: list[str]) -> None:
    """Say that a page names these units to somebody who is shown nothing else of them."""
    ids = Exhibit.objects.filter(label__in=labels).values_list("pk", flat=True)
    shows(request, dict.fromkeys(ids, Reach(Relation.NONE, Shown.NOTHING)))
