"""Permits and crews of an agency: what an administrator puts down, changes and ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from custody.burning.errors import EndsInThePast, UnknownCrew, UnknownPermit
from custody.burning.models import Crew, Permit
from custody.burning.services import adopt_crew, adopt_permit, earliest_end
from custody.ledger.adoption import require_as_shown
from custody.people.models import Officer, Unit
from custody.people.provisioning import OfAnotherAgency
from custody.people.rights import Right
from custody.places.models import Place, PlaceKind


@transaction.atomic
def manage_permit(
    actor: Officer, *, code: str, told: Mapping[str, Any], shown: str | None = None
) -> Permit:
    """Put down a permit of a plant of the agency, or change it, by an event.

    Args:
        actor: an administrator.
        code, told: see :func:`custody.burning.services.adopt_permit`.
        shown: see :func:`custody.ledger.adoption.require_as_shown`.

    Raises:
        RightMissing, OfAnotherAgency, InvalidPermit, PermitOverlaps, EndsInThePast: it may not be.
        OnRecordAlready, AdoptedMeanwhile: it is not what they were shown.
    """
    actor.require(Right.ADOPT)
    known = require_own_permit(actor, code=code, plant=told["plant"])
    require_as_shown(known, code, shown)
    return adopt_permit(code=code, told=told, actor=actor.person)


@transaction.atomic
def end_permit(actor: Officer, code: str, last_day: date) -> Permit:
    """Let a permit end with a day, by an event: one that was withdrawn, yesterday at the earliest.

    Raises:
        RightMissing, UnknownPermit, EndsInThePast, InvalidPermit: it may not be.
    """
    actor.require(Right.ADOPT)
    row = Permit.held(code)
    if row is None or row.plant.unit.agency_id != actor.unit.agency_id:
        raise UnknownPermit(code=code)
    return manage_permit(actor, code=code, told=_ending(row, last_day))


@transaction.atomic
def manage_crew(
    actor: Officer, *, code: str, told: Mapping[str, Any], shown: str | None = None
) -> Crew:
    """Put down a crew of the agency, or change it, by an event; see :func:`manage_permit`.

    Raises:
        RightMissing, OfAnotherAgency, InvalidCrew: it may not be.
        OnRecordAlready, AdoptedMeanwhile: it is not what they were shown.
    """
    actor.require(Right.ADOPT)
    known = require_own_crew(actor, code=code, unit=told["unit"])
    require_as_shown(known, code, shown)
    return adopt_crew(code=code, told=told, actor=actor.person)


@transaction.atomic
def end_crew(actor: Officer, code: str, last_day: date) -> Crew:
    """Let a crew end with a day, by an event, yesterday at the earliest.

    Raises:
        RightMissing, UnknownCrew, EndsInThePast, InvalidCrew: it may not be.
    """
    actor.require(Right.ADOPT)
    row = Crew.held(code)
    if row is None or row.unit.agency_id != actor.unit.agency_id:
        raise UnknownCrew(crew=code)
    return manage_crew(actor, code=code, told=_ending(row, last_day))


def require_own_permit(actor: Officer, *, code: str, plant: str) -> Permit | None:
    """Pass if the plant is kept by the actor's agency, and no permit of another agency's plant has this code.

    What is on record under the code, held: nobody else comes to use it before it is adopted.

    Raises:
        OfAnotherAgency: it is not.
    """
    agency = actor.unit.agency_id
    places = Place.objects.filter(pk=str(plant), kind=PlaceKind.PLANT)
    if not places.filter(unit__agency=agency).exists():
        raise OfAnotherAgency(field="plant", code=plant)
    known = Permit.held(str(code))
    if known and known.plant.unit.agency_id != agency:
        raise OfAnotherAgency(field="code", code=code)
    return known


def require_own_crew(actor: Officer, *, code: str, unit: str) -> Crew | None:
    """Pass if the unit is of the actor's agency, and no crew of another agency has this code; see
    :func:`require_own_permit`.

    Raises:
        OfAnotherAgency: it is not.
    """
    agency = actor.unit.agency_id
    if not Unit.objects.filter(pk=str(unit), agency=agency).exists():
        raise OfAnotherAgency(field="unit", code=unit)
    known = Crew.held(str(code))
    if known and known.unit.agency_id != agency:
        raise OfAnotherAgency(field="code", code=code)
    return known


def _ending(row: Permit | Crew, last_day: date) -> dict[str, Any]:
    """What the row says when it ends with a day."""
    earliest = earliest_end()
    if last_day < earliest or (row.valid_until and row.valid_until < earliest):
        raise EndsInThePast(field="last_day", code=row.code, earliest=earliest.isoformat())
    return {**row.content, "valid_until": last_day.isoformat()}
