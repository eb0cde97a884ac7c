"""Reading permits and sessions for whoever judges an act; what an officer may see of them is ``visible_to``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.db.models import Q

from custody.burning.errors import NoPermit
from custody.burning.hours import local_day
from custody.burning.models import LIVE, Permit, Session
from custody.kit import clock
from custody.people.models import Officer

_SLOTS = (Path(__file__).parent / "sql" / "slots.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class SlotUse:
    """How much of one session's cap was used, or is going to be.

    Attributes:
        burnt_grams, planned_grams: gross; planned is what is not burnt yet.
    """

    session: UUID
    plant: str
    starts_at: datetime
    state: str
    requisitioned: bool
    cap_grams: Decimal
    burnt_grams: Decimal
    planned_grams: Decimal


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


def slot_use(actor: Officer, begins_at: datetime, ends_at: datetime) -> list[SlotUse]:
    """The sessions of the actor whose slot begins in a span of time, the earliest first; one query."""
    rows = Session.objects.concerning(actor).filter(starts_at__gte=begins_at, starts_at__lt=ends_at)
    visible, told = rows.order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS.replace("{visible}", visible), [*told, list(LIVE)])
        return [SlotUse(*row) for row in cursor.fetchall()]
