"""Opening inventories: the population is settled, then the seed is drawn, and one event commits to both."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody.inventories.findings import EXPECTED
from custody.inventories.models import Inventory, Occasion, SealedPopulation
from custody.inventories.projection import fold_inventory, opened_content
from custody.inventories.sizes import Method
from custody.kit import ids
from custody.kit.errors import CustodyError
from custody.ledger.commitments import commit
from custody.ledger.events import Event, Json, Subject
from custody.places.models import Place
from custody.sampling.selection import ALGORITHM, new_seed
from custody.seizures.models import Exhibit

#: Seals an event of whoever opens it: subject, kind, payload.
Seal = Callable[[Subject, str, dict[str, Any]], Event]


class InventoryUnderWay(CustodyError):
    """{place} is being counted already: close that inventory first."""

    code = "inventory_under_way"
    category = "conflict"


class NothingToCount(CustodyError):
    """By the record there is nothing at {place} to be counted."""

    code = "nothing_to_count"
    category = "conflict"


@dataclass(frozen=True)
class Wanted:
    """An inventory to be opened.

    Attributes:
        place: where.
        method: how many are looked for.
        occasion: why.
        first: the inventory of which it is the second round, and ``without``: labels drawn in that one.
        chance: what drew it, if it is unannounced.
    """

    place: str
    method: Method
    occasion: Occasion
    first: UUID | None = None
    without: Collection[str] = ()
    chance: dict[str, Json] | None = None


def open_inventory(wanted: Wanted, seal: Seal, *, inventory_id: UUID | None = None) -> Event:
    """Write the rows of a new inventory; its event, for the caller to append in this transaction.

    The units are locked until then, so nothing leaves between the list and the event that commits to it.

    Raises:
        InventoryUnderWay: the place has one that is open.
        NothingToCount: nothing should be there.
    """
    place = Place.objects.select_for_update(no_key=True).get(pk=wanted.place)
    if Inventory.objects.filter(place=place, closed_at__isnull=True).exists():
        raise InventoryUnderWay(field="place", place=place.code)
    labels = _settled(place, wanted.without)
    if not labels:
        raise NothingToCount(field="place", place=place.code)
    opening = commit("population", "\n".join(labels))
    event = seal(
        Subject("inventory", str(inventory_id or ids.new_id())),
        "inventory.opened",
        opened_content(
            place=place.code,
            unit=str(place.unit_id),
            method=wanted.method.value,
            occasion=wanted.occasion.value,
            first=wanted.first,
            algorithm=ALGORITHM,
            seed=new_seed(),
            population_digest=opening.commitment,
            chance=wanted.chance,
        ),
    )
    columns, _ = fold_inventory(None, {}, event)
    row = Inventory(**columns)
    row.save(force_insert=True)
    SealedPopulation(inventory=row, salt=opening.salt, text=opening.text).save(force_insert=True)
    return event


def _settled(place: Place, without: Collection[str]) -> list[str]:
    found = (
        Exhibit.objects.filter(
            place=place, within__isnull=True, stage__in=[one.value for one in EXPECTED]
        )
        .order_by("id")
        .select_for_update()
    )
    return sorted({row.label for row in found} - {*without})
