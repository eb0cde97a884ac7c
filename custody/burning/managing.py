"""Permits and crews of an agency: what an administrator puts down, changes and ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from custody.burning.errors import EndsInThePast, UnknownCrew, UnknownPermit
from custody.burning.hours import local_day
from custody.burning.models import Crew, Permit
from custody.burning.services import adopt_crew, adopt_permit
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.people.models import Officer, Unit
from custody.people.provisioning import OfAnotherAgency
from custody.people.rights import Right
from custody.places.models import Place, PlaceKind


@transaction.atomic
def manage_permit(actor: Officer, *, code: str, told: Mapping[str, Any]) -> Permit:
    """Put down a permit of a plant of the agency, or change it, by an event.

    Args:
        actor: an administrator.
        code, told: see :func:`custody.burning.services.adopt_permit`.

    Raises:
        RightMissing, OfAnotherAgency, InvalidPermit, PermitOverlaps: it may not be.
    """
    actor.require(Right.ADOPT)
    require_own_permit(actor, code=code, plant=told["plant"])
    return adopt_permit(code=code, told=told, actor=actor.person)


@transaction.atomic
def end_permit(actor: Officer, code: str, last_day: date) -> Permit:
    """Let a permit end with a day, by an event: one that was withdrawn, yesterday at the earliest.

    Raises:
        RightMissing, UnknownPermit, EndsInThePast, InvalidPermit: it may not be.
    """
    actor.require(Right.ADOPT)
    own = Permit.objects.filter(plant__unit__agency=actor.unit.agency_id, pk=code)
    told = _ended(own, last_day, UnknownPermit(code=code))
    return manage_permit(actor, code=code, told=told)


@transaction.atomic
def manage_crew(actor: Officer, *, code: str, told: Mapping[str, Any]) -> Crew:
    """Put down a crew of the agency, or change it, by an event.

    Raises:
        RightMissing, OfAnotherAgency, InvalidCrew: it may not be.
    """
    actor.require(Right.ADOPT)
    require_own_crew(actor, code=code, unit=told["unit"])
    return adopt_crew(code=code, told=told, actor=actor.person)


@transaction.atomic
def end_crew(actor: Officer, code: str, last_day: date) -> Crew:
    """Let a crew end with a day, by an event, yesterday at the earliest.

    Raises:
        RightMissing, UnknownCrew, EndsInThePast, InvalidCrew: it may not be.
    """
    actor.require(Right.ADOPT)
    own = Crew.objects.filter(unit__agency=actor.unit.agency_id, pk=code)
    told = _ended(own, last_day, UnknownCrew(crew=code))
    return manage_crew(actor, code=code, told=told)


def require_own_permit(actor: Officer, *, code: str, plant: str) -> None:
    """Pass if the plant is kept by the actor's agency, and no permit of another agency's plant has this code.

    Raises:
        OfAnotherAgency: it is not.
    """
    agency = actor.unit.agency_id
    places = Place.objects.filter(pk=str(plant), kind=PlaceKind.PLANT)
    if not places.filter(unit__agency=agency).exists():
        raise OfAnotherAgency(field="plant", code=plant)
    if Permit.objects.filter(pk=str(code)).exclude(plant__unit__agency=agency).exists():
        raise OfAnotherAgency(field="code", code=code)


def require_own_crew(actor: Officer, *, code: str, unit: str) -> None:
    """Pass if the unit is of the actor's agency, and no crew of another agency has this code.

    Raises:
        OfAnotherAgency: it is not.
    """
    agency = actor.unit.agency_id
    if not Unit.objects.filter(pk=str(unit), agency=agency).exists():
        raise OfAnotherAgency(field="unit", code=unit)
    if Crew.objects.filter(pk=str(code)).exclude(unit__agency=agency).exists():
        raise OfAnotherAgency(field="code", code=code)


def _ended(
    own: QuerySet[Permit] | QuerySet[Crew], last_day: date, unknown: CustodyError
) -> dict[str, Any]:
    """What the one row says when it ends with a day."""
    row = own.select_for_update(of=("self",)).first()
    if row is None:
        raise unknown
    earliest = local_day(clock.now()) - timedelta(days=1)
    if last_day < earliest or (row.valid_until and row.valid_until < earliest):
        raise EndsInThePast(field="last_day", code=row.code, earliest=earliest.isoformat())
    return {**row.content, "valid_until": last_day.isoformat()}
