"""The cast of the tests: one person for every role, and an outsider who must see nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from custody.deadlines.flanders import flanders_2024
from custody.deadlines.services import adopt_policy
from custody.handling.commands import Command
from custody.handling.intercept import Found, Intercept
from custody.handling.proposals import confirm
from custody.handling.record import Pending, Receipt, perform
from custody.handling.register import ACTS
from custody.kit import ids
from custody.law.jurisdictions import belgium
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.neutralising.services import adopt_protocol, receive_lot
from custody.people.models import AgencyKind, Officer
from custody.people.rights import Role
from custody.people.services import adopt_agency, adopt_unit, enrol
from custody.places.models import PlaceKind
from custody.places.services import adopt_place, adopt_scale
from custody.seizures.labels import new_label
from custody.seizures.models import Exhibit, Seizure

assert ACTS

AGENCIES = {
    "CUSTOMS": AgencyKind.CUSTOMS,
    "COURT": AgencyKind.PROSECUTION,
    "LAB": AgencyKind.LABORATORY,
    "HAULIER": AgencyKind.CARRIER,
    "KILN": AgencyKind.PLANT,
    "POLICE": AgencyKind.POLICE,
}
UNITS = (
    "CUSTOMS/QUAY",
    "CUSTOMS/STORE",
    "COURT/PORT",
    "LAB/DRUGS",
    "HAULIER/ROAD",
    "KILN/NORTH",
    "POLICE/FAR",
)
OFFICERS: dict[str, tuple[str, Role]] = {
    "officer": ("CUSTOMS/QUAY", Role.OFFICER),
    "colleague": ("CUSTOMS/QUAY", Role.OFFICER),
    "keeper": ("CUSTOMS/STORE", Role.KEEPER),
    "second_keeper": ("CUSTOMS/STORE", Role.KEEPER),
    "driver": ("HAULIER/ROAD", Role.DRIVER),
    "second_driver": ("HAULIER/ROAD", Role.DRIVER),
    "prosecutor": ("COURT/PORT", Role.PROSECUTOR),
    "analyst": ("LAB/DRUGS", Role.LABORATORY),
    "second_analyst": ("LAB/DRUGS", Role.LABORATORY),
    "operator": ("KILN/NORTH", Role.OPERATOR),
    "second_operator": ("KILN/NORTH", Role.OPERATOR),
    "supervisor": ("CUSTOMS/QUAY", Role.SUPERVISOR),
    "second_supervisor": ("CUSTOMS/QUAY", Role.SUPERVISOR),
    "auditor": ("CUSTOMS/QUAY", Role.AUDITOR),
    "administrator": ("CUSTOMS/QUAY", Role.ADMINISTRATOR),
    "statistician": ("CUSTOMS/QUAY", Role.STATISTICIAN),
    "protector": ("CUSTOMS/QUAY", Role.PROTECTION),
    "outsider": ("POLICE/FAR", Role.OFFICER),
    "far_supervisor": ("POLICE/FAR", Role.SUPERVISOR),
}
PLACES = {
    "QUAY-A": (PlaceKind.QUAY, "CUSTOMS/QUAY"),
    "VAULT-A": (PlaceKind.VAULT, "CUSTOMS/STORE"),
    "VAULT-B": (PlaceKind.VAULT, "CUSTOMS/STORE"),
    "VAN-A": (PlaceKind.VEHICLE, "HAULIER/ROAD"),
    "LAB-A": (PlaceKind.LABORATORY, "LAB/DRUGS"),
    "PLANT-A": (PlaceKind.PLANT, "KILN/NORTH"),
}
#: Code, capacity and readability in grams.
FLOOR_SCALE, FINE_SCALE = "FLOOR", "FINE"
SCALES = {FLOOR_SCALE: (1_500_000, "50"), FINE_SCALE: (6_000, "0.01")}
#: A kilogram of reagent for every ten; a lot lies on the quay.
PROTOCOL, LOT = "N-3/1", "RG-17/0423"
PROTOCOL_CONTENT: dict[str, Any] = {
    "code": "N-3",
    "substances": ["cocaine", "heroin"],
    "reagent": "RG-17",
    "ratio": {"grams_per_gram": "0.1", "tolerance": "0.06"},
    "hold_minutes": 0,
    "mixing": {"how": "Paddle, 30 turns a minute", "minutes": 10},
    "readings": [{"name": "pH", "unit": "pH", "least": "11", "most": "14"}],
    "criterion": {
        "standard": "non-retrievable (21 CFR 1300.05)",
        "method": "GC-MS",
        "unit": "% of active substance by mass",
        "most": "0.1",
    },
    "source": "For tests: nobody stands for it",
    "confirmed": False,
}
PASSWORD = "tests only"


@dataclass
class Cast:
    """Everybody by role; ``cast.officer`` and the like."""

    officers: dict[str, Officer] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Officer:
        try:
            return self.officers[name]
        except KeyError:
            raise AttributeError(name) from None


@transaction.atomic
def enlist() -> Cast:
    """Adopt agencies, units, officers, places, scales, policy and legal profile."""
    for code, kind in AGENCIES.items():
        adopt_agency(code=code, name=code.title(), kind=kind, actor=SYSTEM)
    for unit in UNITS:
        agency, _, code = unit.partition("/")
        adopt_unit(agency=agency, code=code, name=unit.title(), actor=SYSTEM)
    for badge, (unit, role) in OFFICERS.items():
        enrol(
            badge=badge,
            name=badge.title(),
            unit=unit,
            roles=[role],
            actor=SYSTEM,
        )
    for code, (place_kind, unit) in PLACES.items():
        adopt_place(code=code, kind=place_kind, unit=unit, actor=SYSTEM)
    for code, (capacity, readability) in SCALES.items():
        adopt_scale(
            code=code,
            unit="CUSTOMS/QUAY",
            capacity_grams=Decimal(capacity),
            readability_grams=Decimal(readability),
            calibrated_on=date(2026, 1, 5),
            actor=SYSTEM,
        )
    adopt_policy(content=flanders_2024(), actor=SYSTEM)
    adopt_profile(content=belgium(), actor=SYSTEM)
    adopt_protocol(PROTOCOL_CONTENT, actor=SYSTEM)
    receive_lot(
        code=LOT,
        reagent="RG-17",
        number="0423",
        unit="CUSTOMS/QUAY",
        grams=Decimal(500_000),
        expires_on=date(2099, 12, 31),
        actor=SYSTEM,
    )
    return everybody()


def everybody() -> Cast:
    """The cast as it is enlisted."""
    rows = Officer.objects.select_related("unit").in_bulk(list(OFFICERS))
    return Cast({badge: rows[badge] for badge in OFFICERS})


def let_sign_in(cast: Cast) -> None:
    """Everybody signs in with :data:`PASSWORD` from now on."""
    hashed = make_password(PASSWORD)
    for officer in cast.officers.values():
        officer.password = hashed
    Officer.objects.bulk_update(cast.officers.values(), ["password"])


def do(actor: Officer, command: Command, *confirmers: Officer, **more: Any) -> Receipt:
    """Perform an act and let these officers confirm it; its receipt."""
    answer = perform(actor, command, key=str(ids.new_id()), **more)
    for confirmer in confirmers:
        assert isinstance(answer, Pending)
        answer = confirm(confirmer, answer.act_id)
    assert isinstance(answer, Receipt), answer
    return answer


def propose(actor: Officer, command: Command, **more: Any) -> UUID:
    """Propose an act; the proposal's id."""
    answer = perform(actor, command, key=str(ids.new_id()), **more)
    assert isinstance(answer, Pending)
    return answer.act_id


def catch(
    cast: Cast,
    units: int = 1,
    *,
    form: str = "barrel",
    gross: str = "25000",
    tare: str | None = "1000",
    lane: str = "fast",
    seals: Sequence[str] = (),
    labels: Sequence[str] = (),
    **more: Any,
) -> tuple[Seizure, list[Exhibit]]:
    """A seizure by ``cast.officer`` on the quay, of equal units; the prosecutor knows of it.

    The units come in the order of their labels, which is that of the seals too.
    """
    names = labels or sorted(new_label() for _ in range(units))
    report = f"PV-{ids.new_id().hex[:12]}"
    do(
        cast.officer,
        Intercept(
            customs_report=report,
            prosecutor_notice=None,
            prosecutor_unit="COURT/PORT",
            container_number=None,
            vessel_imo=None,
            location="BEANR",
            place="QUAY-A",
            substance="cocaine",
            lane=lane,
            scale=FLOOR_SCALE,
            exhibits=tuple(
                Found(
                    label=names[number],
                    form=form,
                    gross_grams=Decimal(gross),
                    tare_grams=None if tare is None else Decimal(tare),
                    seal_number=seals[number] if number < len(seals) else None,
                    seal_class="H" if number < len(seals) else None,
                )
                for number in range(units)
            ),
        ),
        **more,
    )
    seizure = Seizure.objects.get(customs_report=report)
    return seizure, list(seizure.exhibits.order_by("label"))
