"""What officers are there for: cases, duties, the roles of colleagues, and the purposes that they state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger.commitments import Opening, commit
from custody.ledger.events import Json
from custody.people.models import Assignment, AssignmentKind, Officer, Unit
from custody.people.rights import BLIND, ENTITLED, Right, Role, require_compatible


class OtherAgency(CustodyError):
    """{badge} is of another agency: each agency assigns its own people."""

    code = "other_agency"
    category = "forbidden"


class NotInTheirGift(CustodyError):
    """{stands_for} does not hold {roles}: only roles that somebody holds can be delegated."""

    code = "not_in_their_gift"
    category = "conflict"


class SpanWrong(CustodyError):
    """From {since} until {until} cannot be: an assignment ends after it begins, and within {days} days."""

    code = "span_wrong"
    category = "invalid"


class NothingAssigned(CustodyError):
    """There is no assignment {code} in force that you could end."""

    code = "nothing_assigned"
    category = "not_found"


#: Whatever lets somebody see more than their unit does is looked at again after a quarter of a year.
LONGEST = timedelta(days=92)


def assign(
    actor: Officer,
    *,
    kind: AssignmentKind,
    officer: Officer,
    until: datetime,
    since: datetime | None = None,
    case: UUID | None = None,
    unit: Unit | None = None,
    stands_for: Officer | None = None,
    roles: Sequence[Role] = (),
    code: UUID | None = None,
) -> Assignment:
    """Assign a case, a duty or the roles of a colleague to an officer of the own agency, by an event.

    Args:
        actor: who assigns; holds the right to.
        kind: which of the three; ``case``, ``unit`` or ``stands_for`` with ``roles`` belongs to it.
        officer: who gets it.
        until: when it ends by itself, at most 92 days after it begins.
        since: when it begins; now, unless told.
        case: the seizure, which the actor may see.
        unit: the unit to be on duty for, of the own agency.
        stands_for: whose roles are delegated, of the own agency.
        roles: which of their roles.
        code: the id to record it under; a new one, unless told.

    Raises:
        RightMissing, OtherAgency, NotInTheirGift, RolesApart, SpanWrong: it may not be.
    """
    actor.require(Right.ASSIGN)
    begins = since or clock.now()
    if not begins < until <= begins + LONGEST:
        raise SpanWrong(
            field="until",
            since=clock.to_text(begins),
            until=clock.to_text(until),
            days=LONGEST.days,
        )
    for name, person in (("officer", officer), ("stands_for", stands_for)):
        if person and person.unit.agency_id != actor.unit.agency_id:
            raise OtherAgency(field=name, badge=person.badge)
    if unit and unit.agency_id != actor.unit.agency_id:
        raise OtherAgency(field="unit", badge=unit.code)
    if stands_for:
        beyond = sorted({*roles} - {*stands_for.roles})
        if beyond:
            raise NotInTheirGift(
                field="roles", stands_for=stands_for.badge, roles=", ".join(beyond)
            )
        others = delegated(officer, begins, until)
        require_compatible([*(Role(role) for role in officer.roles), *others, *roles])
    content = _content(kind, officer, begins, until) | {
        "case": str(case) if case else None,
        "unit": unit.code if unit else None,
        "stands_for": stands_for.badge if stands_for else None,
        "roles": [role.value for role in roles],
    }
    return Assignment.adopt(str(code or ids.new_id()), content, actor=actor.person)


def delegated(officer: Officer, since: datetime, until: datetime) -> list[Role]:
    """The roles that the officer holds for somebody else at any moment of a time."""
    rows = Assignment.objects.filter(
        kind=AssignmentKind.DELEGATION, officer=officer, since__lt=until, until__gt=since
    )
    return [Role(role) for row in rows for role in row.roles]


def _content(
    kind: AssignmentKind, officer: Officer, since: datetime, until: datetime
) -> dict[str, Json]:
    return {
        "kind": kind.value,
        "officer": officer.badge,
        "case": None,
        "unit": None,
        "stands_for": None,
        "roles": [],
        "purpose": None,
        "reason": None,
        "glass_broken": False,
        "since": clock.to_text(since),
        "until": clock.to_text(until),
    }


@transaction.atomic
def end_assignment(actor: Officer, code: UUID) -> Assignment:
    """End an assignment now, by an event.

    Raises:
        RightMissing: the actor may not assign.
        NothingAssigned: none of the own agency is in force, or to come, under this code.
    """
    actor.require(Right.ASSIGN)
    now = clock.now()
    found = (
        Assignment.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .filter(pk=str(code), until__gt=now)
        .exclude(kind=AssignmentKind.PURPOSE)
        .first()
    )
    if found is None:
        raise NothingAssigned(code=code)
    content = _content(AssignmentKind(found.kind), found.officer, min(found.since, now), now) | {
        "case": str(found.case) if found.case else None,
        "unit": found.unit_id,
        "stands_for": found.stands_for_id,
        "roles": list(found.roles),
    }
    return Assignment.adopt(found.code, content, actor=actor.person)


class Purpose(StrEnum):
    """Why somebody reads what is not in their hands."""

    INVESTIGATION = "investigation"
    PROSECUTION = "prosecution"
    SUPERVISION = "supervision"
    AUDIT = "audit"
    TRANSPORT = "transport"
    EMERGENCY = "emergency"


class NotEntitled(CustodyError):
    """The whole of this takes an assignment to its case. In an emergency break the glass: with a reason, seen at once, reviewed by somebody else."""

    code = "not_entitled"
    category = "forbidden"


#: A purpose is asked once per case and shift.
SHIFT = timedelta(hours=12)


def state_purpose(
    actor: Officer,
    *,
    case: UUID,
    purpose: Purpose,
    reason: str,
    break_glass: bool = False,
    code: UUID | None = None,
) -> Assignment:
    """Say why one reads a case, and see the whole of it for a shift; by an event.

    Args:
        actor: who reads.
        case: a seizure of which the actor sees something.
        purpose: which of the purposes.
        reason: in words; the record holds a commitment to it.
        break_glass: for who is not entitled by role. It raises an alert that somebody else reviews.
        code: the id to record it under; a new one, unless told.

    Raises:
        NotEntitled: the role gives no title, and the glass is not broken.
    """
    if actor.rights <= BLIND or not (break_glass or actor.all_roles & ENTITLED):
        raise NotEntitled(field="purpose")
    now = clock.now()
    opening: Opening = commit("reason", reason)
    content = _content(AssignmentKind.PURPOSE, actor, now, now + SHIFT) | {
        "case": str(case),
        "purpose": purpose.value,
        "reason": {"commitment": opening.commitment},
        "glass_broken": break_glass,
    }
    return Assignment.adopt(
        str(code or ids.new_id()), content, actor=actor.person, openings=[opening]
    )
