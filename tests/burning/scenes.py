"""Sessions for tests: booked, planned and run by real acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.burning.models import Session
from custody.handling.book import BookSession, ConfirmSession
from custody.handling.certify import Certify, LogTemperature
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.photograph import Photograph
from custody.handling.plan_session import PlanSession
from custody.kit import clock, ids
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.files import brought, paper, picture
from tests.handling.burning import GROSS, carry, keep_samples, order

HOUR = timedelta(hours=1)


def slot(after: timedelta = HOUR, length: timedelta = 2 * HOUR) -> dict[str, datetime]:
    """From when to when, counted from now."""
    start = clock.now() + after
    return {"starts_at": start, "ends_at": start + length}


def asked(cast: Cast, after: timedelta = HOUR, length: timedelta = 2 * HOUR) -> Session:
    """A session that a supervisor asked for."""
    done = do(cast.supervisor, BookSession(plant="PLANT-A", **slot(after, length)))
    return Session.objects.get(pk=done.lines[0].subject_id)


def confirmed(cast: Cast, after: timedelta = HOUR, length: timedelta = 2 * HOUR) -> Session:
    """One that the plant promised."""
    row = asked(cast, after, length)
    do(cast.operator, ConfirmSession(session=row.id))
    return fresh(row)


def fresh(row: Session) -> Session:
    return Session.objects.get(pk=row.id)


def ready(cast: Cast, units: int = 1, *, at_plant: bool = True) -> list[Exhibit]:
    """Barrels of one seizure that may burn: photographed, sampled, ordered, and at the plant."""
    seizure, barrels = catch(cast, units)
    shown = (brought(cast.officer, picture()),)
    for one in barrels:
        do(cast.officer, Photograph(exhibit=one.label, photographs=shown))
    keep_samples(cast, barrels[0].label)
    order(cast, seizure, *(one.label for one in barrels), number=f"D-{ids.new_id().hex[:12]}")
    if at_plant:
        carry(cast, [one.label for one in barrels], "PLANT-A", cast.operator)
    return [Exhibit.objects.get(pk=one.pk) for one in barrels]


def plan(cast: Cast, row: Session, units: Sequence[Exhibit], **more: Any) -> Session:
    """The supervisor plans these units into it, and nothing else."""
    told = PlanSession(session=row.id, exhibits=tuple(one.label for one in units), **more)
    do(cast.supervisor, told)
    return fresh(row)


def weighed(units: Sequence[Exhibit], gross: Decimal = GROSS) -> tuple[Weighed, ...]:
    return tuple(Weighed(exhibit=one.label, gross_grams=gross) for one in units)


def stage(units: Sequence[Exhibit], session: UUID | None, gross: Decimal = GROSS) -> Stage:
    return Stage(scale=FLOOR_SCALE, units=weighed(units, gross), session=session)


def load(units: Sequence[Exhibit], session: UUID | None) -> Load:
    return Load(exhibits=tuple(one.label for one in units), kiln="K1", session=session)


def incinerate(
    units: Sequence[Exhibit], session: UUID | None, celsius: int = 1_100, gross: Decimal = GROSS
) -> Incinerate:
    return Incinerate(
        scale=FLOOR_SCALE,
        temperature_celsius=celsius,
        units=weighed(units, gross),
        session=session,
        first_witness="second_operator",
        second_witness="keeper",
    )


def burn(
    cast: Cast,
    row: Session,
    units: Sequence[Exhibit],
    celsius: int = 1_100,
    gross: Decimal = GROSS,
) -> Session:
    """Stage, load and burn them in the session, before two witnesses."""
    do(cast.operator, stage(units, row.id))
    do(cast.operator, load(units, row.id))
    told = incinerate(units, row.id, celsius, gross)
    do(cast.operator, told, cast.second_operator, cast.keeper)
    return fresh(row)


def log(cast: Cast, row: Session) -> str:
    """Attach a temperature log; its hash."""
    name = brought(cast.operator, paper())
    do(cast.operator, LogTemperature(session=row.id, documents=(name,)))
    return name


def certify(cast: Cast, row: Session) -> Session:
    do(cast.operator, Certify(session=row.id))
    return fresh(row)
