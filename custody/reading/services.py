"""Writing the read log: before anything is sent, in its own right, failing closed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import DatabaseError, connection

from custody.kit import ids
from custody.kit.errors import CustodyError
from custody.ledger.events import Person
from custody.people.models import Officer
from custody.people.rights import Relation
from custody.reading.models import Action


class NotLogged(CustodyError):
    """What you asked for cannot be shown, because the reading of it cannot be written down. Ask again in a moment."""

    code = "not_logged"
    category = "unavailable"


_INSERT = """
INSERT INTO custody_read
    (id, read_at, badge, unit, agency, action, route, relation, purpose, objects_shown, recipients)
VALUES (%s, clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_STRENGTH = list(Relation)


def log_reading(
    actor: Officer | Person,
    shown: Mapping[UUID, Relation],
    *,
    route: str,
    action: Action = Action.CONSULTATION,
    purpose: str | None = None,
    recipients: str | None = None,
) -> UUID:
    """Write down that these things are about to be shown; the id of the row.

    Args:
        actor: who reads; by name where nobody is signed in, as at the server's console.
        shown: the things by id, with what the reader has to do with each.
        route: the address asked, as a pattern: its parameters are among the things shown.
        action: what article 25 calls it.
        purpose: why, if it was stated.
        recipients: who gets it, of what leaves the house.

    Raises:
        NotLogged: it cannot be written, so nothing may be shown.
    """
    read = ids.new_id()
    person = actor.person if isinstance(actor, Officer) else actor
    weakest = max(shown.values(), key=_STRENGTH.index, default=Relation.NONE)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT,
                [
                    read,
                    person.badge,
                    person.unit,
                    person.agency,
                    action.value,
                    route[:120],
                    weakest.value,
                    purpose,
                    sorted(shown),
                    recipients,
                ],
            )
    except DatabaseError as error:
        raise NotLogged from error
    return read
