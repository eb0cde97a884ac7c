"""What a file can hold, and how each entry of it is adopted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from custody.adopting import reach
from custody.burning.services import adopt_crew, adopt_permit, adopt_vehicle
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.rules import Level
from custody.deadlines.services import adopt_policy
from custody.kit import clock, grams, ids
from custody.kit.errors import InvalidMass
from custody.law.jurisdictions import SHIPPED, belgium
from custody.law.services import adopt_profile
from custody.ledger.adoption import Adopted
from custody.ledger.events import Person
from custody.neutralising.models import ReagentLot
from custody.neutralising.services import adopt_protocol, receive_lot
from custody.notices.addresses import adopt_mailbox, adopt_route
from custody.people.models import AgencyKind, Assignment, AssignmentKind, Officer
from custody.people.provisioning import FIRST_PASSWORD_LASTS
from custody.people.rights import Role
from custody.people.services import adopt_agency, adopt_unit, enrol
from custody.places.models import PlaceKind
from custody.places.services import adopt_place, adopt_scale
from custody.seizures.services import adopt_mass_rules

Told = Mapping[str, Any]
Row = Adopted | ReagentLot


@dataclass(frozen=True)
class Kind:
    """One kind of entry.

    Attributes:
        adopt: an entry and who adopts it to the row that it makes.
        theirs: passes if it is for an agency's administrator to adopt; None for what only who runs the
            installation adopts from a file.
    """

    adopt: Callable[[Any, Person], Row]
    theirs: Callable[[Officer, Any], None] | None = None


def _agency(told: Told, actor: Person) -> Row:
    return adopt_agency(
        code=told["code"], name=told["name"], kind=AgencyKind(told["kind"]), actor=actor
    )


def _unit(told: Told, actor: Person) -> Row:
    return adopt_unit(agency=told["agency"], code=told["code"], name=told["name"], actor=actor)


def _officer(told: Told, actor: Person) -> Row:
    officer = enrol(
        badge=told["badge"],
        name=told["name"],
        unit=told["unit"],
        roles=[Role(role) for role in told["roles"]],
        actor=actor,
        password=told.get("password"),
        active=told.get("active", True),
    )
    if "password" in told:
        officer.password_until = clock.now() + FIRST_PASSWORD_LASTS
        officer.save(update_fields=["password_until"])
    return officer


def _place(told: Told, actor: Person) -> Row:
    return adopt_place(
        code=told["code"], kind=PlaceKind(told["kind"]), unit=told["unit"], actor=actor
    )


def _scale(told: Told, actor: Person) -> Row:
    return adopt_scale(
        code=told["code"],
        unit=told["unit"],
        capacity_grams=_grams(told, "capacity_grams"),
        readability_grams=_grams(told, "readability_grams"),
        calibrated_on=date.fromisoformat(told["calibrated_on"]),
        actor=actor,
    )


def _assignment(told: Told, actor: Person) -> Row:
    return Assignment.adopt(
        str(told.get("code") or ids.new_id()),
        {
            "kind": AssignmentKind(told["kind"]).value,
            "officer": told["officer"],
            "case": told.get("case"),
            "unit": told.get("unit"),
            "stands_for": told.get("stands_for"),
            "roles": [Role(role).value for role in told.get("roles", [])],
            "purpose": None,
            "reason": None,
            "glass_broken": False,
            "since": clock.to_text(datetime.fromisoformat(told["since"])),
            "until": clock.to_text(datetime.fromisoformat(told["until"])),
        },
        actor=actor,
    )


def _mailbox(told: Told, actor: Person) -> Row:
    return adopt_mailbox(
        officer=told.get("officer"),
        unit=told.get("unit"),
        address=told["address"],
        quiet=told.get("quiet"),
        digest_at=told.get("digest_at"),
        active=told.get("active", True),
        actor=actor,
    )


def _route(told: Told, actor: Person) -> Row:
    return adopt_route(
        told["code"],
        mailboxes=told["mailboxes"],
        level=told.get("level", Level.SOON),
        unit=told.get("unit"),
        place=told.get("place"),
        lane=told.get("lane"),
        active=told.get("active", True),
        actor=actor,
    )


def _permit(told: Told, actor: Person) -> Row:
    return adopt_permit(code=told["code"], told=_without(told, "code"), actor=actor)


def _crew(told: Told, actor: Person) -> Row:
    return adopt_crew(code=told["code"], told=_without(told, "code"), actor=actor)


def _vehicle(told: Told, actor: Person) -> Row:
    return adopt_vehicle(place=told["place"], told=_without(told, "place"), actor=actor)


def _grams(told: Told, name: str) -> Decimal:
    try:
        return grams.parse(told[name])
    except InvalidMass as error:
        error.field = name
        raise


def _without(told: Told, name: str) -> Told:
    return {key: value for key, value in told.items() if key != name}


def _policy(told: Any, actor: Person) -> Row:
    return adopt_policy(flanders_2024() if told == "flanders-2024" else dict(told), actor)


def _profile(told: Any, actor: Person) -> Row:
    if told == "belgium":
        told = belgium()
    elif told.keys() == {"code", "effective_at"}:
        told = SHIPPED[told["code"]](effective_at=told["effective_at"])
    return adopt_profile(dict(told), actor)


def _protocol(told: Told, actor: Person) -> Row:
    return adopt_protocol(told, actor=actor)


def _reagent_lot(told: Told, actor: Person) -> Row:
    return receive_lot(
        code=told["code"],
        reagent=told["reagent"],
        number=told["number"],
        unit=told["unit"],
        grams=_grams(told, "grams"),
        expires_on=date.fromisoformat(told["expires_on"]),
        actor=actor,
    )


def _mass_rules(told: Told, actor: Person) -> Row:
    return adopt_mass_rules(dict(told), actor)


#: In the order in which they refer to each other.
KINDS: Mapping[str, Kind] = {
    "agencies": Kind(_agency),
    "units": Kind(_unit),
    "officers": Kind(_officer),
    "assignments": Kind(_assignment),
    "places": Kind(_place),
    "scales": Kind(_scale),
    "permits": Kind(_permit, reach.permit),
    "crews": Kind(_crew, reach.crew),
    "vehicle_capacities": Kind(_vehicle, reach.vehicle),
    "policies": Kind(_policy, reach.everybodys),
    "profiles": Kind(_profile, reach.everybodys),
    "protocols": Kind(_protocol, reach.everybodys),
    "reagent_lots": Kind(_reagent_lot, reach.lot),
    "mass_rules": Kind(_mass_rules, reach.everybodys),
    "mailboxes": Kind(_mailbox, reach.mailbox),
    "routes": Kind(_route, reach.route),
}
#: Those that an agency's administrator adopts from a file.
ON_PAGES = tuple(name for name, kind in KINDS.items() if kind.theirs)
