"""Adopting permits, crews and the capacities of vehicles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from custody.burning import content
from custody.burning.errors import InvalidCrew, InvalidPermit, InvalidVehicle, PermitOverlaps
from custody.burning.models import Crew, Permit, VehicleCapacity
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger.events import Person
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
        PermitOverlaps: another permit of the plant holds on one of its days.
    """
    _require_code(code, InvalidPermit)
    read = content.permit(told)
    plant, first, last = str(read["plant"]), read["valid_from"], read["valid_until"]
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
def adopt_vehicle(*, place: str, told: Mapping[str, Any], actor: Person) -> VehicleCapacity:
    """Adopt what a vehicle carries at most, under its code name.

    Raises:
        InvalidVehicle: it makes no sense, or is of no vehicle; names the field.
    """
    read = content.vehicle(told)
    _lock_place(place, PlaceKind.VEHICLE, InvalidVehicle, "place")
    return VehicleCapacity.adopt(place, read, actor=actor)


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
