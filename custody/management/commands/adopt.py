"""``manage.py adopt FILE.json``: agencies, units, officers, places, policies, profiles, protocols, mailboxes and the like, each by an
event."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, connection, transaction

from custody.burning.services import adopt_crew, adopt_permit, adopt_vehicle
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.rules import Level
from custody.deadlines.services import adopt_policy
from custody.kit import clock, grams, ids
from custody.kit.errors import CustodyError
from custody.law.jurisdictions import SHIPPED, belgium
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.neutralising.services import adopt_protocol, receive_lot
from custody.notices.addresses import adopt_mailbox, adopt_route
from custody.people.models import AgencyKind, Assignment, AssignmentKind
from custody.people.provisioning import FIRST_PASSWORD_LASTS
from custody.people.rights import Role
from custody.people.services import adopt_agency, adopt_unit, enrol
from custody.places.models import PlaceKind
from custody.places.services import adopt_place, adopt_scale
from custody.seizures.services import adopt_mass_rules

Told = Mapping[str, Any]


def _agency(told: Told) -> object:
    return adopt_agency(
        code=told["code"], name=told["name"], kind=AgencyKind(told["kind"]), actor=SYSTEM
    )


def _unit(told: Told) -> object:
    return adopt_unit(agency=told["agency"], code=told["code"], name=told["name"], actor=SYSTEM)


def _officer(told: Told) -> object:
    officer = enrol(
        badge=told["badge"],
        name=told["name"],
        unit=told["unit"],
        roles=[Role(role) for role in told["roles"]],
        actor=SYSTEM,
        password=told.get("password"),
        active=told.get("active", True),
    )
    if "password" in told:
        officer.password_until = clock.now() + FIRST_PASSWORD_LASTS
        officer.save(update_fields=["password_until"])
    return officer


def _place(told: Told) -> object:
    return adopt_place(
        code=told["code"], kind=PlaceKind(told["kind"]), unit=told["unit"], actor=SYSTEM
    )


def _scale(told: Told) -> object:
    return adopt_scale(
        code=told["code"],
        unit=told["unit"],
        capacity_grams=Decimal(told["capacity_grams"]),
        readability_grams=Decimal(told["readability_grams"]),
        calibrated_on=date.fromisoformat(told["calibrated_on"]),
        actor=SYSTEM,
    )


def _assignment(told: Told) -> object:
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
        actor=SYSTEM,
    )


def _mailbox(told: Told) -> object:
    return adopt_mailbox(
        officer=told.get("officer"),
        unit=told.get("unit"),
        address=told["address"],
        quiet=told.get("quiet"),
        digest_at=told.get("digest_at"),
        active=told.get("active", True),
        actor=SYSTEM,
    )


def _route(told: Told) -> object:
    return adopt_route(
        told["code"],
        mailboxes=told["mailboxes"],
        level=told.get("level", Level.SOON),
        unit=told.get("unit"),
        place=told.get("place"),
        lane=told.get("lane"),
        active=told.get("active", True),
        actor=SYSTEM,
    )


def _permit(told: Told) -> object:
    return adopt_permit(code=told["code"], told=_without(told, "code"), actor=SYSTEM)


def _crew(told: Told) -> object:
    return adopt_crew(code=told["code"], told=_without(told, "code"), actor=SYSTEM)


def _vehicle(told: Told) -> object:
    return adopt_vehicle(place=told["place"], told=_without(told, "place"), actor=SYSTEM)


def _without(told: Told, name: str) -> Told:
    return {key: value for key, value in told.items() if key != name}


def _policy(told: Any) -> object:
    return adopt_policy(flanders_2024() if told == "flanders-2024" else dict(told), SYSTEM)


def _profile(told: Any) -> object:
    if told == "belgium":
        told = belgium()
    elif told.keys() == {"code", "effective_at"}:
        told = SHIPPED[told["code"]](effective_at=told["effective_at"])
    return adopt_profile(dict(told), SYSTEM)


def _protocol(told: Told) -> object:
    return adopt_protocol(told, actor=SYSTEM)


def _reagent_lot(told: Told) -> object:
    return receive_lot(
        code=told["code"],
        reagent=told["reagent"],
        number=told["number"],
        unit=told["unit"],
        grams=grams.parse(told["grams"]),
        expires_on=date.fromisoformat(told["expires_on"]),
        actor=SYSTEM,
    )


def _mass_rules(told: Told) -> object:
    return adopt_mass_rules(dict(told), SYSTEM)


#: In the order in which they refer to each other.
_KINDS: Mapping[str, Callable[[Any], object]] = {
    "agencies": _agency,
    "units": _unit,
    "officers": _officer,
    "assignments": _assignment,
    "places": _place,
    "scales": _scale,
    "permits": _permit,
    "crews": _crew,
    "vehicle_capacities": _vehicle,
    "policies": _policy,
    "profiles": _profile,
    "protocols": _protocol,
    "reagent_lots": _reagent_lot,
    "mass_rules": _mass_rules,
    "mailboxes": _mailbox,
    "routes": _route,
}


class Command(BaseCommand):
    """Adopt everything in a file, all or nothing."""

    help = (
        f"Adopt what a JSON file holds under {', '.join(_KINDS)}: each entry by an event, all or nothing. "
        "What is on record already gets a new version; a lot of reagent is taken into stock once. "
        'The policy "flanders-2024" and the profile "belgium" are known by name; of every profile that is shipped, '
        "code and effective_at will do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = json.loads(options["file"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        if not isinstance(told, dict):
            raise CommandError(f"{options['file']} holds no object with {', '.join(_KINDS)}")
        unknown = told.keys() - _KINDS.keys()
        if unknown:
            raise CommandError(f"{min(unknown)} is not known; known are {', '.join(_KINDS)}")
        for kind, entries in told.items():
            if not isinstance(entries, list):
                raise CommandError(f"{kind} is no list")
        for kind, adopt in _KINDS.items():
            for number, one in enumerate(told.get(kind, [])):
                if not isinstance(one, dict | str):
                    raise CommandError(f"{kind}[{number}] is no object")
                try:
                    with transaction.atomic():
                        adopt(one)
                        connection.check_constraints()
                except (CustodyError, IntegrityError, KeyError, ValueError, TypeError) as error:
                    raise CommandError(f"{kind}[{number}]: {error!r}") from error
            self.stdout.write(f"{kind}: {len(told.get(kind, []))}")
