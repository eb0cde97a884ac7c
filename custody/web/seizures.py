"""Seizures: the list, and one catch with its units in the stages where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse

from custody.audit.timeline import Happening, timeline
from custody.audit.trails import steps_of
from custody.handling.register import ACTS
from custody.kit import clock
from custody.law.models import DestructionOrder, Hold
from custody.ledger.events import Subject
from custody.ledger.queries import entries_of, sound_event
from custody.people.models import AgencyKind, Officer, Unit
from custody.people.rights import Right
from custody.seizures.lifecycle import LIVE, TABLE, Stage
from custody.seizures.models import Exhibit, Seizure
from custody.web.access import show, shows, shows_labels, shows_seizures, signed_in
from custody.web.board import together
from custody.web.cards import cards, reached_by
from custody.web.troubles import measured, open_for, troubles

A_PAGE = 25
UNITS_A_PAGE = 50
FLAGS_SHOWN = 10


@signed_in()
def seizures(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Every seizure that one may see, newest first."""
    rows = Seizure.objects.visible_to(officer).order_by("-opened_at", "id")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    sums: Any = (
        Exhibit.objects.handling_units_visible_to(officer)
        .filter(seizure__in=[row.pk for row in page.object_list])
        .values("seizure_id")
        .annotate(units=Count("id"), gross=Sum("gross_grams"))
    )
    shows_seizures(request, officer, page.object_list)
    return show(
        request,
        officer,
        "seizures.html",
        page=page,
        sums={row["seizure_id"]: row for row in sums},
    )


@signed_in()
def seizure(request: HttpRequest, officer: Officer, reference: str) -> HttpResponse:
    """One seizure."""
    row = Seizure.objects.visible_to(officer).filter(reference=reference).first()
    if row is None:
        raise Http404(f"{reference} is not a seizure that you may see.")
    now = clock.now()
    own = Exhibit.objects.handling_units_visible_to(officer).filter(seizure=row)
    stages: Any = (
        own.values("stage").annotate(units=Count("id"), gross=Sum("gross_grams")).order_by("stage")
    )
    page = Paginator(own.select_related("seizure").order_by("label"), UNITS_A_PAGE).get_page(
        request.GET.get("page")
    )
    units = list(page.object_list)
    shown = cards(officer, units, now)
    shows_seizures(request, officer, [row])
    shows(request, reached_by(shown))
    acts = [
        ACTS[name]
        for name in ("give_order", "document", "amend")
        if Right(TABLE[ACTS[name].kind].right) in officer.rights
    ]
    flags = open_for(officer).filter(exhibit__seizure=row)
    found = measured(flags, troubles(officer, flags, now)[:FLAGS_SHOWN])
    shows_labels(request, officer, [label for one in found for label in one.named])
    return show(
        request,
        officer,
        "seizure.html",
        seizure=row,
        whole=row.pk in officer.cases or not {*officer.scopes}.isdisjoint(row.concerned),
        stages=list(stages),
        unheard_of=_is_unheard_of(row, [one["stage"] for one in stages]),
        page=page,
        cards=shown,
        options=together(officer, units),
        acts=acts,
        may_amend=ACTS["amend"] in acts,
        documents=_documents(row) if row.documents else [],
        flags=found,
        orders=DestructionOrder.objects.visible_to(officer)
        .filter(seizure=row)
        .order_by("given_at"),
        holds=Hold.objects.visible_to(officer)
        .filter(seizure=row, lifted_at__isnull=True)
        .order_by("placed_at"),
    )


def _is_unheard_of(row: Seizure, stages: Iterable[str]) -> bool:
    """Whether something of it could be ordered destroyed, and no prosecutor's office knows of it."""
    informed = Unit.objects.filter(pk__in=row.concerned, agency__kind=AgencyKind.PROSECUTION)
    return any(Stage(one) in LIVE for one in stages) and not informed.exists()


def _documents(row: Seizure) -> list[Happening]:
    """The documents of a case, newest first. Whoever opens one says why."""
    entries = entries_of(Subject("seizure", str(row.id))).filter(kind="seizure.documented")
    told = [(entry, sound_event(entry)) for entry in entries]
    return timeline(steps_of(told), {})[::-1]
