"""Reading permits and sessions for whoever judges an act; what an officer may see of them is ``visible_to``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from custody.burning.errors import NoPermit
from custody.burning.hours import local_day
from custody.burning.models import Permit, Session
from custody.kit import clock


def permit_in_force(plant: str, start: datetime, end: datetime) -> Permit:
    """The permit by which a plant may burn from one moment to another.

    Raises:
        NoPermit: none holds on all of these days.
    """
    found = Permit.objects.filter(plant=plant).in_force(local_day(start), local_day(end)).first()
    if found is None:
        raise NoPermit(
            field="plant", plant=plant, start=clock.to_text(start), end=clock.to_text(end)
        )
    return found


def claims(units: Collection[UUID]) -> dict[UUID, Session]:
    """Which live session each of these exhibits is planned into or was scanned in, where there is one.

    A unit's row is locked by whoever claims it, so that who holds the lock reads what stays true.
    """
    if not units:
        return {}
    wanted = list(units)
    rows = Session.objects.live().filter(Q(units__overlap=wanted) | Q(staged__overlap=wanted))
    return {one: row for row in rows for one in {*row.units, *row.staged} & set(units)}
