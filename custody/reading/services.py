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
# What the same view showed the same reader for the same purpose a moment ago; the index on badge and time serves it.
_LATELY = """
SELECT DISTINCT one FROM custody_read, unnest(objects_shown) AS one
 WHERE badge = %s AND read_at > clock_timestamp() - interval '10 minutes' AND route = %s
   AND purpose IS NOT DISTINCT FROM %s AND action = %s
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
    refreshing: bool = False,
) -> UUID | None:
    """Write down that these things are about to be shown; the id of the row.

    Args:
        actor: who reads; by name where nobody is signed in, as at the server's console.
        shown: the things by id, with what the reader has to do with each.
        route: the address asked, as a pattern: its parameters are among the things shown.
        action: what article 25 calls it.
        purpose: why, if it was stated.
        recipients: who gets it, of what leaves the house.
        refreshing: the view is opened again and again: only what it did not show the reader within the last ten
            minutes is written down, and no row (None) if that is nothing.

    Raises:
        NotLogged: it cannot be written, so nothing may be shown.
    """
    read = ids.new_id()
    person = actor.person if isinstance(actor, Officer) else actor
    try:
        with connection.cursor() as cursor:
            if refreshing:
                cursor.execute(_LATELY, [actor.badge, route[:120], purpose, action.value])
                known = {one for (one,) in cursor.fetchall()}
                shown = {one: relation for one, relation in shown.items() if one not in known}
                if not shown:
                    return None
            weakest = max(shown.values(), key=_STRENGTH.index, default=Relation.NONE)
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
