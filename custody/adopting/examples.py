"""An example of each kind of entry: one file that names nothing but itself. ``docs/adopting.md`` shows the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TO_COME = "2030-01-01T00:00:00.000000Z"
_WORKDAYS = {day: {"from": "06:00", "to": "22:00"} for day in ("mon", "tue", "wed", "thu", "fri")}

_EXAMPLES: Mapping[str, Any] = {
    "agencies": {"code": "CUSTOMS", "name": "Customs", "kind": "customs"},
    "units": {"agency": "CUSTOMS", "code": "QUAY", "name": "Quay of the port"},
    "officers": {
        "badge": "quay-1",
        "name": "A. Person",
        "unit": "CUSTOMS/QUAY",
        "roles": ["officer"],
        "password": "for the first time alone",
    },
    "assignments": {
        "kind": "duty",
        "officer": "quay-1",
        "unit": "CUSTOMS/QUAY",
        "since": "2030-01-01T06:00:00+01:00",
        "until": "2030-01-31T22:00:00+01:00",
    },
    "places": [
        {"code": "EMBER", "kind": "plant", "unit": "CUSTOMS/QUAY"},
        {"code": "SWALLOW", "kind": "vehicle", "unit": "CUSTOMS/QUAY"},
    ],
    "scales": {
        "code": "FLOOR-1",
        "unit": "CUSTOMS/QUAY",
        "capacity_grams": "1500000",
        "readability_grams": "50",
        "calibrated_on": "2029-12-01",
    },
    "permits": {
        "code": "EMBER-30",
        "plant": "EMBER",
        "valid_from": "2030-01-01",
        "caps": [
            {"substance": None, "form": None, "grams": "1500000"},
            {"substance": "heroin", "form": None, "grams": "200000"},
        ],
        "sessions_per_week": 13,
        "opening_hours": _WORKDAYS,
        "minimum_temperature_celsius": 850,
        "requisitionable": True,
        "source": "The plant's permit, page 4",
        "confirmed": True,
    },
    "crews": {
        "code": "NIGHT-1",
        "unit": "CUSTOMS/QUAY",
        "size": 4,
        "hours": _WORKDAYS,
        "valid_from": "2030-01-01",
    },
    "vehicle_capacities": {"place": "SWALLOW", "capacity_grams": "1200000"},
    "policies": {
        "code": "port-2030",
        "effective_at": _TO_COME,
        "clocks": [
            {
                "name": "transit",
                "starts": ["exhibit.dispatched"],
                "stops": ["exhibit.received", "exhibit.found"],
                "lanes": ["fast", "standard"],
                "limit_seconds": 7200,
                "warn_percent": 75,
                "escalate_percent": 150,
                "received_at": [],
                "samples": True,
                "source": "House rule 12",
            }
        ],
    },
    "profiles": {"code": "belgium", "effective_at": _TO_COME},
    "protocols": {
        "code": "N-3",
        "substances": ["cocaine", "heroin"],
        "reagent": "RG-17",
        "ratio": {"grams_per_gram": "0.2", "tolerance": "0.05"},
        "hold_minutes": 20,
        "mixing": {"how": "Paddle, 30 turns a minute", "minutes": 10},
        "readings": [{"name": "pH", "unit": "pH", "least": "11", "most": "14"}],
        "criterion": {
            "standard": "non-retrievable (21 CFR 1300.05)",
            "method": "GC-MS",
            "unit": "% of active substance by mass",
            "most": "0.1",
        },
        "source": "The laboratory's report 17",
        "confirmed": True,
    },
    "reagent_lots": {
        "code": "RG-17/0423",
        "reagent": "RG-17",
        "number": "0423",
        "unit": "CUSTOMS/QUAY",
        "grams": "25000",
        "expires_on": "2031-06-30",
    },
    "mass_rules": {
        "effective_at": _TO_COME,
        "calibration_days": 365,
        "drying": [
            {"substance": "cannabis", "percent": "5.5", "days": 30, "source": "who measured it"}
        ],
    },
    "mailboxes": {
        "officer": "quay-1",
        "address": "quay-1@customs.example",
        "quiet": {"from": "22:00", "until": "06:00"},
        "digest_at": "07:00",
    },
    "routes": {
        "code": "fast lane",
        "mailboxes": ["quay-1"],
        "level": "due",
        "unit": "CUSTOMS/QUAY",
        "lane": "fast",
    },
}
#: As a file has them, by kind.
EXAMPLES: Mapping[str, list[Any]] = {
    kind: told if isinstance(told, list) else [told] for kind, told in _EXAMPLES.items()
}
