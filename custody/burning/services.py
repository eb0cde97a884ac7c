"""Adopting permits, crews and the capacities of vehicles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from custody.burning import content
from custody.burning.errors import (
    EndsInThePast,
    InvalidCrew,
    InvalidPermit,
    InvalidVehicle,
    PermitOverlaps,
)
from custody.burning.hours import local_day
from custody.burning.models import Crew, Permit, VehicleCapacity
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger.adoption import require_as_shown
from custody.ledger.events import Json, Person
from custody.people.models import Unit
from custody.places.models import Place, PlaceKind


@transaction.atomic
def adopt_permit(*, code: str, told: Mapping[str, Any], actor: Person) -> Permit:
    """Adopt a permit of a plant: new, or as the next version of the one with this code.

    Args:
        code: its number, as whoever gave it numbers it.
        told: as :func:`custody.burning.content.permit` reads it.
        actor: who adopts it.

    Raises:
        InvalidPermit: it makes no sense, or is of no plant; names the field.
        EndsInThePast: what is on record would have ended before yesterday.
        PermitOverlaps: another permit of the plant holds on one of its days.
    """
    _require_code(code, InvalidPermit)
    read = content.permit(told)
    plant, first, last = str(read["plant"]), read["valid_from"], read["valid_until"]
    _require_end_to_come(Permit.held(code), last)
    _lock_place(plant, PlaceKind.PLANT, InvalidPermit, "plant")
    others = Permit.objects.filter(plant=plant).exclude(pk=code)
    others = others.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=str(first)))
    if last is not None:
        others = others.filter(valid_from__lte=str(last))
    other = others.order_by("valid_from").first()
    if other is not None:
        raise PermitOverlaps(field="valid_from", code=other.code, plant=plant)
    return Permit.adopt(code, read, actor=actor)


@transaction.atomic
def adopt_crew(*, code: str, told: Mapping[str, Any], actor: Person) -> Crew:
    """Adopt a crew under its code.

    Raises:
        InvalidCrew: it makes no sense, or is of no unit; names the field.
    """
    _require_code(code, InvalidCrew)
    read = content.crew(told)
    if not Unit.objects.filter(pk=read["unit"]).exists():
        raise InvalidCrew(field="unit", why=Sentence("there is no unit {read}", read=read["unit"]))
    return Crew.adopt(code, read, actor=actor)


@transaction.atomic
def adopt_vehicle(
    *, place: str, told: Mapping[str, Any], actor: Person, shown: str | None = None
) -> VehicleCapacity:
    """Adopt what a vehicle carries at most, under its code name.

    Args:
        shown: see :func:`custody.ledger.adoption.require_as_shown`.

    Raises:
        InvalidVehicle: it makes no sense, or is of no vehicle; names the field.
        OnRecordAlready, AdoptedMeanwhile: what is on record is not what the actor was shown.
    """
    read = content.vehicle(told)
    _lock_place(place, PlaceKind.VEHICLE, InvalidVehicle, "place")
    require_as_shown(VehicleCapacity.held(place), place, shown)
    return VehicleCapacity.adopt(place, read, actor=actor)


def earliest_end() -> date:
    """The day with which something on record ends at the earliest: what happened while it held stays lawful."""
    return local_day(clock.now()) - timedelta(days=1)


def _require_end_to_come(known: Permit | None, last: Json) -> None:
    """Pass if a permit that is on record ends as it did, or yesterday at the earliest."""
    if known is None or last is None or last == known.content["valid_until"]:
        return
    earliest = earliest_end().isoformat()
    if str(last) < earliest:
        raise EndsInThePast(field="valid_until", code=known.code, earliest=earliest)


def _require_code(code: Any, error: type[CustodyError]) -> None:
    if not isinstance(code, str) or not 1 <= len(code) <= 40:
        raise error(field="code", why="give a code of 1 to 40 characters")


def _lock_place(code: str, kind: PlaceKind, error: type[CustodyError], field: str) -> None:
    """Hold the place, so that two adoptions about it come one after the other."""
    found = Place.objects.select_for_update(no_key=True).filter(pk=code, kind=kind).first()
    if found is None:
        raise error(
            field=field, why=Sentence("there is no {kind} {code}", kind=kind.value, code=code)
        )
