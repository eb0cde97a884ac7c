"""A permit, a crew and a vehicle for tests."""

from __future__ import annotations

from typing import Any

from custody.burning.models import Crew, Permit, VehicleCapacity
from custody.burning.services import (
    adopt_crew,
    adopt_permit,
    adopt_vehicle,
    earliest_end,
)
from custody.ledger.events import SYSTEM
from custody.people.models import Officer
from custody.people.rights import Role
from custody.people.services import enrol

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: dict[str, Any] = {day: {"from": "00:00", "to": "24:00"} for day in DAYS}
CAP = {"substance": None, "form": None, "grams": "100000"}


def told(**change: Any) -> dict[str, Any]:
    """A permit that allows much, but for what is changed."""
    return {
        "plant": "PLANT-A",
        "valid_from": "2020-01-01",
        "valid_until": None,
        "caps": [CAP],
        "sessions_per_week": 100,
        "opening_hours": ALWAYS,
        "minimum_temperature_celsius": 850,
        "requisitionable": True,
        "source": "IED 2010/75/EU, chapter IV",
        "confirmed": False,
        **change,
    }


def chief_of_the_plant() -> Officer:
    """The plant's own administrator."""
    return enrol(
        badge="kiln_chief",
        name="K. Chief",
        unit="KILN/NORTH",
        roles=[Role.ADMINISTRATOR],
        actor=SYSTEM,
    )


def yesterday() -> str:
    """The day with which a permit on record ends at the earliest."""
    return earliest_end().isoformat()


def permit(code: str = "OVAM-1", **change: Any) -> Permit:
    """It, adopted."""
    return adopt_permit(code=code, told=told(**change), actor=SYSTEM)


def crew(code: str = "CREW-1", **change: Any) -> Crew:
    """A crew of the haulier that always can, but for what is changed."""
    content = {
        "unit": "HAULIER/ROAD",
        "size": 4,
        "hours": ALWAYS,
        "valid_from": "2020-01-01",
        "valid_until": None,
        **change,
    }
    return adopt_crew(code=code, told=content, actor=SYSTEM)


def vehicle(place: str = "VAN-A", grams: str = "1200000") -> VehicleCapacity:
    """The haulier's van, and what it carries."""
    return adopt_vehicle(place=place, told={"capacity_grams": grams}, actor=SYSTEM)
