"""Adopting mailboxes and routes: who hears, where, and when they want to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from custody.deadlines.rules import Level
from custody.ledger.commitments import commit
from custody.ledger.events import Json, Person
from custody.notices.errors import MailboxOfNobody, NoMailAddress, NoSuchMailbox
from custody.notices.models import Mailbox, NoticeRoute
from custody.notices.rules import hour
from custody.seizures.lifecycle import Lane


def adopt_mailbox(
    *,
    officer: str | None = None,
    unit: str | None = None,
    address: str,
    actor: Person,
    quiet: Mapping[str, str] | None = None,
    digest_at: str | None = None,
    active: bool = True,
) -> Mailbox:
    """Adopt where an officer or a unit is written to, under the badge or the unit's code.

    Args:
        officer: badge, or None.
        unit: code of the unit, or None.
        address: the mail address; the ledger holds only a salted commitment to it.
        actor: who adopts it.
        quiet: ``{"from": "22:00", "until": "06:00"}``: then nothing but escalations. Times are those that pages show.
        digest_at: whatever is no escalation waits for this time of the day.
        active: False ends it.

    Raises:
        MailboxOfNobody, NoMailAddress, NotAnHour: it makes no sense; names the field.
    """
    if bool(officer) == bool(unit):
        raise MailboxOfNobody(field="officer", code=officer or unit or "it")
    try:
        validate_email(address)
    except ValidationError as error:
        raise NoMailAddress(field="address") from error
    told: dict[str, Json] | None = None
    if quiet is not None:
        told = {name: f"{hour(quiet[name], name):%H:%M}" for name in ("from", "until")}
    if digest_at is not None:
        hour(digest_at, "digest_at")
    opening = commit("address", address)
    content: dict[str, Json] = {
        "officer": officer,
        "unit": unit,
        "address": {"commitment": opening.commitment},
        "quiet": told,
        "digest_at": digest_at,
        "active": active,
    }
    return Mailbox.adopt(officer or str(unit), content, actor=actor, openings=[opening])


def adopt_route(
    code: str,
    *,
    mailboxes: Sequence[str],
    actor: Person,
    level: str = Level.SOON,
    unit: str | None = None,
    place: str | None = None,
    lane: str | None = None,
    active: bool = True,
) -> NoticeRoute:
    """Adopt who hears besides: a route adds hearers and silences nobody.

    Args:
        code: the name under which it is known.
        mailboxes: codes of mailboxes.
        actor: who adopts it.
        level: flags of this level and above.
        unit: only of units in this custody; None for all. The same for ``place`` and ``lane``.
        active: False ends it.

    Raises:
        NoSuchMailbox: one of them is not adopted.
        ValueError: there is no such level or lane.
    """
    known: set[Any] = set(Mailbox.objects.filter(pk__in=mailboxes).values_list("pk", flat=True))
    for one in mailboxes:
        if one not in known:
            raise NoSuchMailbox(field="mailboxes", mailbox=one)
    content: dict[str, Json] = {
        "unit": unit,
        "place": place,
        "lane": Lane(lane).value if lane else None,
        "level": Level(level).value,
        "mailboxes": list(mailboxes),
        "active": active,
    }
    return NoticeRoute.adopt(code, content, actor=actor)
