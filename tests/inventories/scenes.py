"""Stores with something in them, and people who count it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from custody.handling.inventory import CloseInventory, CountInventory, ListInventory, OpenInventory
from custody.inventories.models import Inventory
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.seizures.queries import outermost
from tests.cast import Cast, catch, do
from tests.handling.burning import put_away


def stored(cast: Cast, units: int, place: str = "VAULT-A") -> list[str]:
    """So many barrels in a vault: their labels in order."""
    _, barrels = catch(cast, units)
    found = [barrel.label for barrel in barrels]
    put_away(cast, found, place)
    return found


def opened(cast: Cast, method: str = "full", place: str = "VAULT-A", **more: Any) -> UUID:
    """An inventory opened by a supervisor: its id."""
    told = {"occasion": "routine"} | more
    receipt = do(cast.supervisor, OpenInventory(place=place, method=method, **told))
    (line,) = receipt.lines
    return UUID(line.subject_id)


def scan(
    actor: Officer, inventory: UUID, labels: Iterable[str] = (), unlabelled: int | None = None
) -> None:
    do(
        actor,
        CountInventory(inventory=inventory, exhibits=tuple(labels) or None, unlabelled=unlabelled),
    )


def list_of(actor: Officer, inventory: UUID) -> list[str]:
    """What an officer who counts is told to look for."""
    do(actor, ListInventory(inventory=inventory))
    return list(Inventory.objects.get(pk=inventory).drawn or ())


def closed(actor: Officer, inventory: UUID) -> Inventory:
    do(actor, CloseInventory(inventory=inventory))
    return Inventory.objects.get(pk=inventory)


def findings(inventory: UUID) -> dict[str, str | None]:
    """By label."""
    return dict(Inventory.objects.get(pk=inventory).lines.values_list("label", "finding"))


def stages(labels: Sequence[str]) -> dict[str, str]:
    """By label; of what is in a container, that of the container."""
    rows = {row.label: row for row in Exhibit.objects.filter(label__in=labels)}
    tops = outermost([row.id for row in rows.values()])
    held = Exhibit.objects.in_bulk({*tops.values()})
    return {label: held[tops[row.id]].stage for label, row in rows.items()}
