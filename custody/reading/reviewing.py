"""Looking at what alerts say about reading."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import append
from custody.ledger.commitments import commit
from custody.ledger.events import Subject, seal
from custody.people.models import Officer
from custody.people.rights import Right
from custody.reading.models import Canary, ReadAlert


class UnknownAlert(CustodyError):
    """There is no alert {alert} that you could review: it is none, of another agency, or about yourself."""

    code = "unknown_alert"
    category = "not_found"


class AlreadyReviewed(CustodyError):
    """{reviewer} has reviewed this already."""

    code = "already_reviewed"
    category = "conflict"


@transaction.atomic
def review(actor: Officer, alert: UUID, finding: str) -> ReadAlert:
    """Say what became of an alert, once, by an event.

    Args:
        actor: who reviews; never whose reading it was.
        alert: its id.
        finding: what it was, in words; the event commits to it.

    Raises:
        RightMissing, UnknownAlert, AlreadyReviewed: it may not be.
    """
    actor.require(Right.REVIEW)
    row = ReadAlert.objects.visible_to(actor).select_for_update().filter(pk=alert).first()
    if row is None:
        raise UnknownAlert(alert=alert)
    if row.reviewed_at:
        raise AlreadyReviewed(reviewer=row.reviewed_by_id)
    row.reviewed_at, row.reviewed_by, row.finding = clock.now(), actor, finding
    row.save(update_fields=["reviewed_at", "reviewed_by", "finding"])
    opening = commit("finding", finding)
    event = seal(
        kind="reads.reviewed",
        subject=Subject("alert", str(row.id)),
        actor=actor.person,
        occurred_at=row.reviewed_at,
        payload={
            "alert": row.kind,
            "badge": row.badge,
            "source": str(row.source),
            "finding": {"commitment": opening.commitment},
        },
        previous=None,
        act_id=ids.new_id(),
    )
    append.append([event], [opening])
    return row


class NothingToWatch(CustodyError):
    """There is nothing under {thing}: give the label of a unit or the reference of a seizure."""

    code = "nothing_to_watch"


def set_canary(actor: Officer, thing: UUID) -> None:
    """Watch a record that nobody has a reason to open; only those who watch over reading know of it.

    Args:
        actor: who sets it.
        thing: id of a seizure or an exhibit.

    Raises:
        RightMissing: the actor does not watch over reading.
    """
    actor.require(Right.REVIEW)
    Canary.objects.get_or_create(object_id=thing, defaults={"set_by": actor, "set_at": clock.now()})
