"""The prosecutor's desk: catches without an order, with what the law still asks of each, and what orders cover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, F, Min, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse

from custody.deadlines.rows import clock_state
from custody.deadlines.telling import Telling, telling
from custody.kit import clock
from custody.law import gate
from custody.law.facts import Facts
from custody.law.gate import Deed
from custody.law.models import DestructionOrder, Hold
from custody.law.queries import facts_for
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures import labels
from custody.seizures.lifecycle import SAMPLE_FORMS
from custody.seizures.models import Exhibit, ExhibitQuerySet, Seizure
from custody.seizures.reach import reach
from custody.seizures.rows import exhibit_state
from custody.web.access import show, shows, shows_labels, shows_seizures, signed_in
from custody.web.cards import cards, reached_by
from custody.web.faces import Face, face
from custody.web.overview import live_units, running

CASES_A_PAGE, ORDERS_SHOWN, UNITS_A_PAGE = 8, 12, 50
#: So many units of the cases on a page are held against the law; of a larger catch the first ones speak for it.
JUDGED = 240
#: What an order settles: it is no reason not to give one.
_SETTLED = frozenset({"no_order"})


@dataclass(frozen=True)
class Obstacle:
    """What the law still asks, of so many units.

    Attributes:
        text: as it is told of the first of them.
    """

    text: str
    rule: str
    units: int

    @property
    def named(self) -> list[str]:
        """The labels that it tells: of the unit, or of what is inside it and stands in the way."""
        words = self.text.replace(",", " ").split()
        return [one for one in words if one.startswith(f"{labels.ISSUER}-")]


@dataclass
class Case:
    """A catch of which something has no order.

    Attributes:
        units: how many handling units have none.
        refused: of how many of them the order was refused.
        face: the clock that falls due first.
        judged: how many units were held against the law.
        photographed: of how many of these photographs show the unit, or all that is in it.
        by_contents: of how many of them only what is in it.
        asks_photographs: whether the law in force asks for any before they burn.
    """

    seizure: Seizure
    units: int
    gross: Decimal | None
    refused: int
    held: int
    photographed: int = 0
    by_contents: int = 0
    asks_photographs: bool = True
    face: Face | None = None
    judged: int = 0
    obstacles: Sequence[Obstacle] = ()
    samples: dict[str, int] = field(default_factory=dict)
    holds: list[Hold] = field(default_factory=list)


def undecided(officer: Officer) -> ExhibitQuerySet:
    """The live handling units that no order is about, but for samples."""
    samples = [form.value for form in SAMPLE_FORMS]
    return live_units(officer).filter(orders=[]).exclude(form__in=samples)


@signed_in()
def decisions(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What waits for the officer's decision, what runs out first in front; and the orders that are in force."""
    officer.require(Right.ORDER)
    now = clock.now()
    counted = {row["seizure_id"]: row for row in _counted(undecided(officer))}
    hidden = telling()
    due = _first_limits(officer, counted, now, hidden)
    waiting = sorted(counted.values(), key=lambda row: _by_urgency(row, due))
    page = Paginator(waiting, CASES_A_PAGE).get_page(request.GET.get("page"))
    found = _cases(officer, list(page.object_list), now, hidden)
    orders = list(
        DestructionOrder.objects.visible_to(officer)
        .filter(revoked_at__isnull=True)
        .select_related("seizure")
        .order_by("-given_at", "id")[:ORDERS_SHOWN]
    )
    shows_seizures(
        request, officer, [*(one.seizure for one in found), *(o.seizure for o in orders)]
    )
    shows_labels(
        request, officer, [label for case in found for one in case.obstacles for label in one.named]
    )
    return show(
        request,
        officer,
        "decisions.html",
        page=page,
        cases=found,
        count=len(waiting),
        orders=orders,
    )


def case_of(officer: Officer, seizure: Seizure) -> Case | None:
    """What waits for a decision of one seizure; None if nothing does."""
    rows = _counted(undecided(officer).filter(seizure=seizure))
    found = _cases(officer, list(rows), clock.now(), telling())
    return found[0] if found else None


def _counted(units: ExhibitQuerySet) -> Any:
    """These units summed up by seizure."""
    return units.values("seizure_id", "seizure__opened_at").annotate(
        units=Count("id"),
        gross=Sum("gross_grams"),
        refused=Count("id", filter=Q(order_refused=True)),
        held=Count("id", filter=~Q(holds=[])),
    )


def _first_limits(
    officer: Officer, cases: Iterable[UUID], now: datetime, hidden: Telling
) -> dict[UUID, datetime]:
    """When the first limit of each of these cases falls, as far as the officer is told."""
    rows: Any = (
        running(officer, now, hidden)
        .filter(exhibit__in=undecided(officer).filter(seizure__in=list(cases)))
        .values("exhibit__seizure_id")
        .annotate(due=Min("told"))
        .order_by()
    )
    return {row["exhibit__seizure_id"]: row["due"] for row in rows}


def _by_urgency(row: Any, due: dict[UUID, datetime]) -> tuple[bool, bool, datetime, UUID]:
    """What was refused once can wait; then what runs out first, then what lies longest."""
    limit = due.get(row["seizure_id"])
    told = limit or row["seizure__opened_at"]
    return (row["refused"] == row["units"], limit is None, told, row["seizure_id"])


def _cases(officer: Officer, rows: Sequence[Any], now: datetime, hidden: Telling) -> list[Case]:
    seizures = Seizure.objects.in_bulk([row["seizure_id"] for row in rows])
    found = {
        row["seizure_id"]: Case(
            seizure=seizures[row["seizure_id"]],
            units=row["units"],
            gross=row["gross"],
            refused=row["refused"],
            held=row["held"],
        )
        for row in rows
    }
    _judge(officer, found, now)
    limits = (
        running(officer, now, hidden)
        .filter(exhibit__in=undecided(officer).filter(seizure__in=list(found)))
        .annotate(of=F("exhibit__seizure_id"))
    )
    first = list(
        limits.select_related("exhibit")
        .order_by("exhibit__seizure_id", "told", "name", "id")
        .distinct("exhibit__seizure_id")
    )
    reached = reach(officer, [one.exhibit for one in first])
    for one in first:
        masked = reached[one.exhibit_id].masked
        found[one.of].face = face(clock_state(one), now, hidden if masked else None)
    kept = (
        Exhibit.objects.visible_to(officer)
        .filter(seizure__in=list(found), form__in=[form.value for form in SAMPLE_FORMS])
        .live()
        .values("seizure_id", "form")
        .annotate(count=Count("id"))
        .order_by("form")
    )
    for row in kept:
        found[row["seizure_id"]].samples[row["form"]] = row["count"]
    for hold in (
        Hold.objects.visible_to(officer)
        .filter(seizure__in=list(found), lifted_at__isnull=True)
        .order_by("placed_at")
    ):
        found[hold.seizure_id].holds.append(hold)
    return list(found.values())


def _judge(officer: Officer, cases: dict[UUID, Case], now: datetime) -> None:
    """Put into each case what the gate still asks of its units before they may burn."""
    each = JUDGED // max(len(cases), 1)
    units: list[Exhibit] = []
    for seizure, case in cases.items():
        own = list(undecided(officer).filter(seizure=seizure).order_by("label")[:each])
        case.judged = len(own)
        units += own
    facts = facts_for([exhibit_state(one) for one in units], now, now) if units else {}
    told: dict[UUID, dict[str, Obstacle]] = {}
    for unit in units:
        obstacles = told.setdefault(unit.seizure_id, {})
        missing = gate.missing(Deed.INCINERATE, facts[unit.id])
        lacking = any(one.code == "no_photograph" for one in missing)
        _count_photographs(cases[unit.seizure_id], facts[unit.id], lacking=lacking)
        for one in missing:
            if one.code not in _SETTLED:
                known = obstacles.get(one.code, Obstacle(one.text, one.rule, 0))
                obstacles[one.code] = Obstacle(known.text, known.rule, known.units + 1)
    for seizure, obstacles in told.items():
        cases[seizure].obstacles = list(obstacles.values())


def _count_photographs(case: Case, facts: Facts, *, lacking: bool) -> None:
    """As the law counts them; where it asks for none, a unit is shown by its own or by those of all that is in it."""
    profile, own = facts.profile, bool(facts.unit.photographs)
    asks = profile is not None and profile.deeds[Deed.INCINERATE].photographs is not None
    inside = all(one.photographs for one in facts.everything if one.innermost)
    shown = not lacking if asks else own or inside
    case.photographed += shown
    case.by_contents += shown and not own
    case.asks_photographs = asks or profile is None


@signed_in()
def order(request: HttpRequest, officer: Officer, order_id: UUID) -> HttpResponse:
    """What one order covers, and what has become of it."""
    found = (
        DestructionOrder.objects.visible_to(officer)
        .select_related("seizure", "given_by__unit")
        .filter(pk=order_id)
        .first()
    )
    if found is None:
        raise Http404("There is no such order that you may see.")
    covered = Exhibit.objects.visible_to(officer).filter(pk__in=found.exhibits)
    stages: Any = covered.values("stage").annotate(count=Count("id")).order_by("stage")
    units = covered.filter(within__isnull=True).select_related("seizure").order_by("label")
    page = Paginator(units, UNITS_A_PAGE).get_page(request.GET.get("page"))
    shown = cards(officer, list(page.object_list), clock.now())
    shows_seizures(request, officer, [found.seizure])
    shows(request, reached_by(shown))
    return show(
        request,
        officer,
        "order.html",
        order=found,
        stages=list(stages),
        covered=len(found.exhibits),
        page=page,
        cards=shown,
        may_revoke=(
            Right.ORDER in officer.rights
            and found.revoked_at is None
            and found.given_by.unit.agency_id == officer.unit.agency_id
        ),
    )
