"""People come, change, lose their password and leave: what an administrator does about their own agency's officers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from allauth.idp.oidc.models import Client, Token
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from knox.models import AuthToken

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import append
from custody.ledger.commitments import Opening, commit
from custody.ledger.events import Json, Subject, seal
from custody.ledger.models import Disclosure
from custody.people.assigning import LONGEST, OtherAgency, delegated
from custody.people.models import Officer, Unit
from custody.people.rights import Right, Role, require_compatible
from custody.people.services import enrol

#: How long a first password waits to be used.
FIRST_PASSWORD_LASTS = timedelta(days=3)


#: A badge stands in addresses, cookies and codes.
_BADGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,22}[A-Za-z0-9])?", re.ASCII)


class BadgeMalformed(CustodyError):
    """{badge} is no badge: letters, digits, points and hyphens between them, 24 at most."""

    code = "badge_malformed"


class NotYourUnit(CustodyError):
    """{unit} is not a unit of your agency."""

    code = "not_your_unit"


class NotYourOfficer(CustodyError):
    """There is no officer {badge} in your agency."""

    code = "not_your_officer"
    category = "not_found"


class OfAnotherAgency(CustodyError):
    """{code} is of another agency, or of none: each agency puts down what is its own."""

    code = "of_another_agency"
    category = "forbidden"


class NotYourself(CustodyError):
    """Nobody does this about themselves: ask another administrator."""

    code = "not_yourself"
    category = "forbidden"


class NameErased(CustodyError):
    """The name behind {badge} was erased."""

    code = "name_erased"
    category = "conflict"


@transaction.atomic
def provision(
    actor: Officer, *, badge: str, name: str, unit: str, roles: Sequence[Role]
) -> Officer:
    """Take an officer into service, or change what they are, by an event.

    Args:
        actor: an administrator of the same agency.
        badge: the number they act under, for life.
        name: the person's name; the ledger holds only a salted commitment to it.
        unit: code of a unit of the actor's agency.
        roles: the roles held, at least one.

    Raises:
        RightMissing, NotYourself, NotYourUnit, OtherAgency, RolesApart, BadgeMalformed: it may not be.
    """
    actor.require(Right.ADOPT)
    _require_another(actor, badge)
    if not Unit.objects.filter(pk=unit, agency=actor.unit.agency_id).exists():
        raise NotYourUnit(field="unit", unit=unit)
    known = Officer.held(badge)
    if known and known.unit.agency_id != actor.unit.agency_id:
        raise OtherAgency(field="badge", badge=badge)
    if known is None and not _BADGE.fullmatch(badge):
        raise BadgeMalformed(field="badge", badge=badge)
    if known:
        now = clock.now()
        require_compatible([*roles, *delegated(known, now, now + LONGEST)])
    return enrol(badge=badge, name=name, unit=unit, roles=roles, actor=actor.person)


@transaction.atomic
def retire(actor: Officer, badge: str) -> Officer:
    """Take a leaver out of service, by an event; everything by which they get in ends with it.

    Raises:
        RightMissing, NotYourself, NotYourOfficer: it may not be.
    """
    officer = _own(actor, badge)
    content: dict[str, Json] = {
        "unit": officer.unit_id,
        "roles": list(officer.roles),
        "name": {"commitment": officer.name_commitment},
        "active": False,
    }
    end_access(officer)
    return Officer.adopt(badge, content, actor=actor.person)


@transaction.atomic
def give_first_password(actor: Officer, badge: str) -> str:
    """A password for who is new, or forgot theirs: good for one sign-in within three days, which has to set another.

    Second factors stay as they are: who has the password alone gets no further than before. That it was given, and
    by whom, is an event: whoever has it could sign in first.

    Raises:
        RightMissing, NotYourself, NotYourOfficer: it may not be.
    """
    officer = _own(actor, badge)
    password = secrets.token_urlsafe(15)
    officer.set_password(password)
    officer.password_until = clock.now() + FIRST_PASSWORD_LASTS
    officer.save(update_fields=["password", "password_until"])
    end_access(officer)
    _note(actor, "officer.password_given", {"badge": badge})
    return password


@transaction.atomic
def identify(actor: Officer, badge: str, reason: str) -> str:
    """The name of the person behind a badge of the own agency; asking is an event that commits to the reason.

    Raises:
        RightMissing, NotYourOfficer, NameErased: it is not told.
    """
    actor.require(Right.IDENTIFY)
    officer = Officer.objects.filter(pk=badge, unit__agency=actor.unit.agency_id).first()
    if officer is None:
        raise NotYourOfficer(badge=badge)
    name = Disclosure.objects.filter(pk=officer.name_commitment, text__isnull=False).first()
    if name is None or name.text is None:
        raise NameErased(badge=badge)
    opening = commit("reason", reason)
    told: dict[str, Json] = {"badge": badge, "reason": {"commitment": opening.commitment}}
    _note(actor, "officer.identified", told, opening)
    return name.text


def _note(actor: Officer, kind: str, told: dict[str, Json], *openings: Opening) -> None:
    """Record what was done about an officer that changes nothing of what they are."""
    event = seal(
        kind=kind,
        subject=Subject("identification", str(ids.new_id())),
        actor=actor.person,
        occurred_at=clock.now(),
        payload=told,
        previous=None,
        act_id=ids.new_id(),
    )
    append.append([event], openings)


def end_access(officer: Officer) -> dict[str, int]:
    """End every token, client and session of an officer; how many of each."""
    sessions = UserSession.objects.filter(user=officer)
    keys = list(sessions.values_list("session_key", flat=True))
    counts = {
        "tokens": AuthToken.objects.filter(user=officer).delete()[0],
        "client tokens": Token.objects.filter(client__owner=officer).delete()[0],
        "clients": Client.objects.filter(owner=officer).delete()[0],
        "sessions": BrowserSession.objects.filter(session_key__in=keys).delete()[0],
    }
    sessions.delete()
    return counts


def _require_another(actor: Officer, badge: str) -> None:
    if badge == actor.badge:
        raise NotYourself(field="badge")


def _own(actor: Officer, badge: str) -> Officer:
    actor.require(Right.ADOPT)
    _require_another(actor, badge)
    officer = Officer.objects.filter(
        pk=badge, unit__agency=actor.unit.agency_id, is_active=True
    ).first()
    if officer is None:
        raise NotYourOfficer(badge=badge)
    return officer
