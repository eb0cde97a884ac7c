"""What acts about sessions hold, in one order for everybody: plants, sessions, units, crews, vehicles; the ledger last.

Who took them in another order would wait for somebody who waits for them, and one of the two would be sent away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from custody.burning.models import Crew, Session, VehicleCapacity
from custody.burning.projection import SCANS
from custody.people.models import Officer
from custody.places.models import Place
from custody.seizures import labels
from custody.seizures.models import Exhibit
from custody.seizures.queries import outermost


def hold(
    actor: Officer,
    *,
    plants: Collection[str] = (),
    sessions: Collection[UUID] = (),
    units: Collection[UUID] = (),
    crews: Collection[str | None] = (),
    vehicles: Collection[str | None] = (),
) -> dict[UUID, Session]:
    """Hold all that one transaction is going to need, before it looks at anything; the sessions by id.

    Whatever is in the sessions is held too, and who brings it. No session is held that the actor may not see.
    """
    if plants:
        # Exhibits refer to the place all the time, and are not kept waiting by this.
        list(Place.objects.filter(pk__in=plants).order_by("code").select_for_update(no_key=True))
    rows = (
        list(
            Session.objects.visible_to(actor)
            .filter(pk__in=sessions)
            .order_by("starts_at", "id")
            .select_for_update(of=("self",))
        )
        if sessions
        else []
    )
    inside = {one for row in rows for several in ("units", *SCANS) for one in getattr(row, several)}
    _hold_units({*units, *inside})
    _hold_who_brings({*crews, *(row.crew_id for row in rows)}, Crew)
    _hold_who_brings({*vehicles, *(row.vehicle_id for row in rows)}, VehicleCapacity)
    return {row.id: row for row in rows}


def _hold_units(ids: Collection[UUID]) -> None:
    """The handling units around them first, then in id order, as everybody locks."""
    if ids:
        tops = set(outermost(sorted(ids)).values())
        list(Exhibit.objects.filter(pk__in=tops).order_by("id").select_for_update())
        list(Exhibit.objects.filter(pk__in=ids).order_by("id").select_for_update())


def _hold_who_brings(names: set[str | None], model: type[Crew | VehicleCapacity]) -> None:
    wanted = names - {None}
    if wanted:
        list(model.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True))


def visible_ids(actor: Officer, names: Iterable[str]) -> list[UUID]:
    """The units with these labels that the actor may see; what is no label is left to the act to refuse."""
    found = set()
    for one in names:
        try:
            found.add(labels.parse(one))
        except labels.MisreadLabel:
            continue
    seen = Exhibit.objects.visible_to(actor).filter(label__in=found)
    return list(seen.values_list("pk", flat=True))
