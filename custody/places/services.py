"""Adopting places and scales."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from custody.kit import grams
from custody.ledger.events import Person
from custody.places.models import Place, PlaceKind, Scale


def adopt_place(*, code: str, kind: PlaceKind, unit: str, actor: Person) -> Place:
    """Adopt a place under its code name, kept by a unit."""
    return Place.adopt(code, {"kind": kind.value, "unit": unit}, actor=actor)


def adopt_scale(
    *,
    code: str,
    unit: str,
    capacity_grams: Decimal,
    readability_grams: Decimal,
    calibrated_on: date,
    actor: Person,
) -> Scale:
    """Adopt a scale; a new calibration is a new adoption."""
    return Scale.adopt(
        code,
        {
            "unit": unit,
            "capacity_grams": grams.to_text(capacity_grams),
            "readability_grams": grams.to_text(readability_grams),
            "calibrated_on": calibrated_on.isoformat(),
        },
        actor=actor,
    )
