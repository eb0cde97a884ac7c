"""Who and what there is in the demonstration. Nobody in it exists; places bear code names."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from custody.burning.services import adopt_crew, adopt_permit, adopt_vehicle
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.services import adopt_policy
from custody.law.jurisdictions import belgium
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.neutralising.services import adopt_protocol, receive_lot
from custody.people.models import AgencyKind, Officer
from custody.people.rights import Role
from custody.people.services import adopt_agency, adopt_unit, enrol
from custody.places.models import PlaceKind
from custody.places.services import adopt_place, adopt_scale

#: Everybody's, here and nowhere else.
PASSWORD = "demonstration"  # noqa: S105

AGENCIES = {
    "CUSTOMS": ("Customs", AgencyKind.CUSTOMS),
    "PROSECUTION": ("Public prosecution", AgencyKind.PROSECUTION),
    "INSTITUTE": ("Forensic institute", AgencyKind.LABORATORY),
    "ESCORT": ("Escorted transport", AgencyKind.CARRIER),
    "FURNACE": ("Waste incineration", AgencyKind.PLANT),
    "POLICE": ("Police of another district", AgencyKind.POLICE),
}
UNITS = {
    "CUSTOMS/QUAY": "Container team",
    "CUSTOMS/STORE": "Secure store",
    "PROSECUTION/PORT": "Port office",
    "INSTITUTE/DRUGS": "Drugs laboratory",
    "ESCORT/NIGHT": "Night transport",
    "FURNACE/LINE": "Furnace line",
    "POLICE/AWAY": "Not concerned",
}
#: Badge: unit, role, and what the person is there for.
OFFICERS = {
    "quay-1": ("CUSTOMS/QUAY", Role.OFFICER, "customs officer on the quay"),
    "quay-2": ("CUSTOMS/QUAY", Role.OFFICER, "the colleague who countersigns"),
    "quay-chief": ("CUSTOMS/QUAY", Role.SUPERVISOR, "supervisor of customs"),
    "quay-deputy": ("CUSTOMS/QUAY", Role.SUPERVISOR, "second supervisor"),
    "store-1": ("CUSTOMS/STORE", Role.KEEPER, "store keeper"),
    "store-2": ("CUSTOMS/STORE", Role.KEEPER, "second store keeper"),
    "driver-1": ("ESCORT/NIGHT", Role.DRIVER, "driver"),
    "driver-2": ("ESCORT/NIGHT", Role.DRIVER, "second driver"),
    "prosecutor": ("PROSECUTION/PORT", Role.PROSECUTOR, "prosecutor"),
    "analyst": ("INSTITUTE/DRUGS", Role.LABORATORY, "forensic analyst"),
    "furnace-1": ("FURNACE/LINE", Role.OPERATOR, "incinerator operator"),
    "furnace-2": ("FURNACE/LINE", Role.OPERATOR, "second operator"),
    "quay-office": ("CUSTOMS/QUAY", Role.ADMINISTRATOR, "administrator of customs"),
    "furnace-office": ("FURNACE/LINE", Role.ADMINISTRATOR, "administrator of the plant"),
    "auditor": ("CUSTOMS/QUAY", Role.AUDITOR, "auditor of customs"),
    "outsider": ("POLICE/AWAY", Role.OFFICER, "whom none of it concerns, and who sees nothing"),
}
QUAY, VAULT, SECOND_VAULT, VAN, LABORATORY, PLANT = (
    "HERON",
    "CELLAR",
    "ATTIC",
    "SWALLOW",
    "PRISM",
    "EMBER",
)
PLACES = {
    QUAY: (PlaceKind.QUAY, "CUSTOMS/QUAY"),
    VAULT: (PlaceKind.VAULT, "CUSTOMS/STORE"),
    SECOND_VAULT: (PlaceKind.VAULT, "CUSTOMS/STORE"),
    VAN: (PlaceKind.VEHICLE, "ESCORT/NIGHT"),
    LABORATORY: (PlaceKind.LABORATORY, "INSTITUTE/DRUGS"),
    PLANT: (PlaceKind.PLANT, "FURNACE/LINE"),
}
FLOOR_SCALE, FINE_SCALE, KILN_SCALE = "FLOOR-1", "FINE-1", "KILN-1"
#: Unit, capacity and readability in grams.
SCALES = {
    FLOOR_SCALE: ("CUSTOMS/QUAY", "1500000", "50"),
    FINE_SCALE: ("CUSTOMS/QUAY", "6200", "0.01"),
    KILN_SCALE: ("FURNACE/LINE", "1500000", "50"),
}
PERMIT, CREW = "EMBER-23", "NIGHT-1"
_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
#: The caps and the thirteen sessions a week are those that the press told of Antwerp in 2022 and 2023; nobody confirmed
#: them. The temperature is that of directive 2010/75/EU, article 50, for waste with little chlorine.
_PERMIT: dict[str, Any] = {
    "plant": PLANT,
    "valid_until": None,
    "caps": [{"substance": None, "form": None, "grams": "1500000"}],
    "sessions_per_week": 13,
    "opening_hours": {day: {"from": "06:00", "to": "22:00"} for day in _WORKDAYS},
    "minimum_temperature_celsius": 850,
    "requisitionable": True,
    "source": "Press, 2022 and 2023; directive 2010/75/EU, article 50",
    "confirmed": False,
}
_CREW: dict[str, Any] = {
    "unit": "ESCORT/NIGHT",
    "size": 4,
    "valid_until": None,
    "hours": {day: {"from": "06:00", "to": "22:00"} for day in _WORKDAYS},
}


#: What quay officers mix in; nobody stands for its values, which no source gives.
PROTOCOL, REAGENT_LOT = "N-3/1", "RG-17/0423"
_PROTOCOL: dict[str, Any] = {
    "code": "N-3",
    "substances": ["cocaine", "heroin"],
    "reagent": "RG-17",
    "ratio": {"grams_per_gram": "0.2", "tolerance": "0.05"},
    "hold_minutes": 20,
    "mixing": {"how": "Paddle, 30 turns a minute", "minutes": 10},
    "readings": [
        {"name": "pH", "unit": "pH", "least": "11", "most": "14"},
        {"name": "temperature", "unit": "°C", "least": "15", "most": "60"},
    ],
    "criterion": {
        "standard": "non-retrievable (21 CFR 1300.05)",
        "method": "GC-MS",
        "unit": "% of active substance by mass",
        "most": "0.1",
    },
    "source": "Made up for the demonstration",
    "confirmed": False,
}
#: A tanker's load.
_LOT_GRAMS = Decimal(20_000_000)


@transaction.atomic
def enlist(calibrated_on: date) -> dict[str, Officer]:
    """Adopt everybody and everything; the officers by badge."""
    for code, (name, kind) in AGENCIES.items():
        adopt_agency(code=code, name=name, kind=kind, actor=SYSTEM)
    for code, name in UNITS.items():
        agency, _, part = code.partition("/")
        adopt_unit(agency=agency, code=part, name=name, actor=SYSTEM)
    for badge, (unit, role, purpose) in OFFICERS.items():
        enrol(badge=badge, name=purpose.capitalize(), unit=unit, roles=[role], actor=SYSTEM)
    # One hash for all: it is slow on purpose, and here it guards nothing.
    Officer.objects.update(password=make_password(PASSWORD))
    for code, (place_kind, unit) in PLACES.items():
        adopt_place(code=code, kind=place_kind, unit=unit, actor=SYSTEM)
    for code, (unit, capacity, readability) in SCALES.items():
        adopt_scale(
            code=code,
            unit=unit,
            capacity_grams=Decimal(capacity),
            readability_grams=Decimal(readability),
            calibrated_on=calibrated_on,
            actor=SYSTEM,
        )
    adopt_policy(flanders_2024(), SYSTEM)
    adopt_profile(belgium(), SYSTEM)
    adopt_permit(
        code=PERMIT, told={**_PERMIT, "valid_from": calibrated_on.isoformat()}, actor=SYSTEM
    )
    adopt_crew(code=CREW, told={**_CREW, "valid_from": calibrated_on.isoformat()}, actor=SYSTEM)
    adopt_vehicle(place=VAN, told={"capacity_grams": "1600000"}, actor=SYSTEM)
    adopt_protocol(_PROTOCOL, actor=SYSTEM)
    receive_lot(
        code=REAGENT_LOT,
        reagent="RG-17",
        number="0423",
        unit="CUSTOMS/QUAY",
        grams=_LOT_GRAMS,
        expires_on=calibrated_on + timedelta(days=730),
        actor=SYSTEM,
    )
    return {row.badge: row for row in Officer.objects.select_related("unit")}
