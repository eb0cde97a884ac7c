"""Adopting agencies, units and officers."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction

from custody.ledger.commitments import commit
from custody.ledger.events import Person
from custody.people.models import Agency, AgencyKind, Officer, Unit
from custody.people.rights import Role, require_compatible


def adopt_agency(*, code: str, name: str, kind: AgencyKind, actor: Person) -> Agency:
    """Adopt an agency under its code."""
    return Agency.adopt(code, {"name": name, "kind": kind.value}, actor=actor)


def adopt_unit(*, agency: str, code: str, name: str, actor: Person) -> Unit:
    """Adopt a unit of an agency; ``code`` is its part behind the slash."""
    return Unit.adopt(f"{agency}/{code}", {"agency": agency, "name": name}, actor=actor)


@transaction.atomic
def enrol(
    *,
    badge: str,
    name: str,
    unit: str,
    roles: Sequence[Role],
    actor: Person,
    password: str | None = None,
    active: bool = True,
) -> Officer:
    """Adopt an officer: who they are, where they belong, what they may do.

    Args:
        badge: the number they act under, for life.
        name: the person's name; the ledger holds only a salted commitment to it.
        unit: code of the unit.
        roles: the roles held, at least one.
        actor: who enrols.
        password: sets it when given; never part of the record.
        active: False keeps the officer on record and out of the system.

    Raises:
        RolesApart: nobody may hold these roles together.
    """
    require_compatible(roles)
    # Hashing takes its time, which nobody should have to wait for once the ledger is held.
    hashed = None if password is None else make_password(password)
    opening = commit("name", name)
    officer = Officer.adopt(
        badge,
        {
            "unit": unit,
            "roles": [role.value for role in roles],
            "name": {"commitment": opening.commitment},
            "active": active,
        },
        actor=actor,
        openings=[opening],
    )
    if hashed is not None:
        officer.password = hashed
        officer.save(update_fields=["password"])
    return officer
