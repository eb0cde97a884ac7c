"""What stands in the stores of a unit: how full they are, what came in today, what leaves, and what nobody counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone

from custody.burning.models import Session
from custody.handling.store import STORES
from custody.inventories.models import Inventory, InventoryLine
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.places.models import Place
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, ExhibitQuerySet

#: At most so much in one store before an order: the practice in Flanders in 2020, by the press.
MOST_BEFORE_ORDER_GRAMS = Decimal(1_500_000)

#: Of the units of a store, those that no order in force names.
_WAITING = Q(orders=[])
_ARRIVALS = ("exhibit.received", "exhibit.handed_over", "exhibit.stored", "exhibit.found")


@dataclass(frozen=True)
class Stock:
    """One store.

    Attributes:
        units, gross_grams: the handling units stored there, and what they weigh.
        waiting_grams: of that, what no destruction order in force names.
        ordered: how many units one names: they can leave for the fire.
        counted: the last inventory of it that was closed.
        uncounted: units stored there now that nobody scanned in that inventory; all, if there was none.
    """

    place: Place
    units: int
    gross_grams: Decimal
    waiting_grams: Decimal
    ordered: int
    counted: Inventory | None
    uncounted: int

    @property
    def room_grams(self) -> Decimal:
        """How much more may come in before an order; below nothing, if there is too much already."""
        return MOST_BEFORE_ORDER_GRAMS - self.waiting_grams

    @property
    def percent(self) -> int:
        return min(100, int(100 * self.waiting_grams / MOST_BEFORE_ORDER_GRAMS))


@dataclass(frozen=True)
class Crowded:
    """A store that holds more before an order than it should, or would.

    Attributes:
        waiting_grams: what is in it, or would be, that no destruction order in force names.
    """

    place: str
    waiting_grams: Decimal
    most_grams: Decimal = MOST_BEFORE_ORDER_GRAMS


def crowded(actor: Officer, coming: Sequence[Exhibit] = ()) -> list[Crowded]:
    """The stores of the actor's unit that hold too much before an order, or would by what is coming; two queries.

    Nobody is kept from bringing more: on a quay at night a full store is still the safest place. It is said.

    Args:
        coming: handling units that are about to be put into one of them, or just were.
    """
    places = Place.objects.filter(unit=actor.unit_id, kind__in=STORES).order_by("code")
    rows: Any = (
        stored_with(actor).values("place_id").annotate(grams=Sum("gross_grams", filter=_WAITING))
    )
    waiting = {row["place_id"]: row["grams"] or Decimal(0) for row in rows}
    found = []
    for place in places:
        added = [one for one in coming if _adds_to(place, one)]
        held = waiting.get(place.code, Decimal(0)) + sum(
            (one.gross_grams or Decimal(0) for one in added), Decimal(0)
        )
        if held > MOST_BEFORE_ORDER_GRAMS and (added or not coming):
            found.append(Crowded(place.code, held))
    return found


def _adds_to(place: Place, unit: Exhibit) -> bool:
    """Whether a unit is not counted in a store yet, and no order lets it leave."""
    there = unit.stage == Stage.STORED and unit.place_id == place.code
    return not unit.orders and not there


def stored_with(actor: Officer) -> ExhibitQuerySet:
    """The handling units in the stores of the actor's unit."""
    return Exhibit.objects.handling_units_visible_to(actor).filter(
        stage=Stage.STORED, custodian_unit=actor.unit_id
    )


def stocks(actor: Officer) -> list[Stock]:
    """The stores that the actor's unit keeps, by code; three queries and one for each store."""
    places = list(Place.objects.filter(unit=actor.unit_id, kind__in=STORES).order_by("code"))
    rows: Any = (
        stored_with(actor)
        .values("place_id")
        .annotate(
            units=Count("id"),
            gross=Sum("gross_grams"),
            waiting=Sum("gross_grams", filter=_WAITING),
            ordered=Count("id", filter=~Q(orders=[])),
        )
    )
    sums = {row["place_id"]: row for row in rows}
    last = {
        one.place_id: one
        for one in Inventory.objects.visible_to(actor)
        .filter(place__in=places, closed_at__isnull=False)
        .order_by("place", "-closed_at")
        .distinct("place")
    }
    found = []
    for place in places:
        row = sums.get(place.code, {})
        found.append(
            Stock(
                place=place,
                units=row.get("units", 0),
                gross_grams=row.get("gross") or Decimal(0),
                waiting_grams=row.get("waiting") or Decimal(0),
                ordered=row.get("ordered", 0),
                counted=last.get(place.code),
                uncounted=_uncounted(actor, place, last.get(place.code)).count()
                if place.code in last
                else row.get("units", 0),
            )
        )
    return found


def _uncounted(actor: Officer, place: Place, inventory: Inventory | None) -> ExhibitQuerySet:
    scanned = InventoryLine.objects.filter(
        inventory=inventory, label=OuterRef("label"), counted_at__isnull=False
    )
    return stored_with(actor).filter(~Exists(scanned), place=place)


def arrived_today(actor: Officer, now: datetime) -> list[Exhibit]:
    """The units in the hands of the actor's unit that came into them, or into its stores, today; the latest first."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    # who is off duty is told of arrivals by their day, and not which came first
    order = ("-last_at", "label") if actor.unit_id in actor.on_duty_for else ("label",)
    # whatever came in today has an event of today: few have, of many thousands
    rows = list(
        Exhibit.objects.handling_units_visible_to(actor)
        .live()
        .filter(custodian_unit=actor.unit_id, last_at__gte=midnight)
        .select_related("seizure")
        .order_by(*order)
    )
    came = Entry.objects.filter(
        subject_type="exhibit",
        subject_id__in=[str(row.pk) for row in rows],
        kind__in=_ARRIVALS,
        occurred_at__gte=midnight,
    ).values_list("subject_id", flat=True)
    arrived = set(came)
    return [row for row in rows if str(row.pk) in arrived]


def due_out(actor: Officer) -> list[tuple[Session, list[Exhibit]]]:
    """The units in the actor's hands that are planned into sessions of which the actor is told, the next first."""
    sessions = list(Session.objects.visible_to(actor).live().order_by("starts_at", "id"))
    planned = {one for session in sessions for one in session.units}
    rows = {
        row.pk: row
        for row in Exhibit.objects.handling_units_visible_to(actor)
        .filter(custodian_unit=actor.unit_id, pk__in=planned)
        .select_related("seizure")
    }
    found = [(one, [rows[unit] for unit in one.units if unit in rows]) for one in sessions]
    return [(session, units) for session, units in found if units]
