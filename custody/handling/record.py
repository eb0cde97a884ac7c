"""The spine: the one way by which custody is recorded.

One transaction: try-lock on (principal, key) → key row → lock the units in id order → rights → lifecycle and
law → masses → projection → deadlines → one append to the ledger as the last statement. A refusal rolls
everything back and is then noted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.crypto import salted_hmac

from custody.handling.acts import Act, act_of
from custody.handling.commands import Command, to_json
from custody.handling.desk import Desk
from custody.handling.errors import (
    Busy,
    InFuture,
    KeyReused,
    LateNeedsReason,
    NothingToCompare,
    RequestInFlight,
)
from custody.handling.models import Proposal, ProposalUnit, Refusal, RequestKey
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import canonical
from custody.ledger.append import Recorded
from custody.ledger.events import Event, Json
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.pseudonyms import who
from custody.seizures.lifecycle import Confirmers

logger = logging.getLogger("custody.handling")

T = TypeVar("T")

#: Deadlock, serialisation failure, lock not available.
_WAITED_IN_VAIN = frozenset({"40P01", "40001", "55P03"})

LATE_AFTER = timedelta(minutes=15)
LAPSES_AFTER = timedelta(hours=12)


@dataclass(frozen=True)
class Line:
    """One event as recorded."""

    seq: int
    leaf: str
    kind: str
    subject_type: str
    subject_id: str


@dataclass(frozen=True)
class Receipt:
    """What was recorded: proof of it for who acted."""

    act_id: UUID
    recorded_at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Pending:
    """What was proposed and waits for others."""

    act_id: UUID
    rule: Confirmers
    needed: int
    awaits_badges: tuple[str, ...]
    awaits_units: tuple[str, ...]
    lapses_at: datetime


def perform(
    actor: Officer,
    command: Command,
    *,
    key: str,
    occurred_at: datetime | None = None,
    captured: Mapping[str, Json] | None = None,
    late_reason: str | None = None,
    seen: Collection[str] | None = None,
) -> Receipt | Pending:
    """Record an act, or propose it where a second person has to confirm.

    Args:
        actor: who acts.
        command: what they do.
        key: the caller's key for this request; the same again gives the same answer.
        occurred_at: when it happened; now, unless given.
        captured: the device's own time and offset, if it told them.
        late_reason: why it is recorded more than 15 minutes after it happened.
        seen: heads of the exhibits and seizures that it names, as the caller read them; any other is refused.

    Raises:
        CustodyError: the act is refused; nothing is left of it but a note of the refusal.
    """
    act = act_of(command)
    with refusals(actor, act.name):
        return _once(act, actor, command, key, occurred_at, captured, late_reason, seen)


@contextmanager
def refusals(actor: Officer, act: str) -> Iterator[None]:
    """Note whatever the block refuses, after its transaction was rolled back.

    Raises:
        Busy: instead of what the database says when two transactions wait for each other, or one too long.
    """
    try:
        yield
    except CustodyError as error:
        note_refusal(actor, act, error)
        raise
    except OperationalError as error:
        if not waited_in_vain(error):
            raise
        busy = Busy()
        note_refusal(actor, act, busy)
        raise busy from error


def waited_in_vain(error: OperationalError) -> bool:
    """Whether the database gave up because two transactions wait for each other, or one too long: nothing is wrong with it."""
    return getattr(error.__cause__, "sqlstate", None) in _WAITED_IN_VAIN


@transaction.atomic
def _once(
    act: Act,
    actor: Officer,
    command: Command,
    key: str,
    occurred_at: datetime | None,
    captured: Mapping[str, Json] | None,
    late_reason: str | None,
    seen: Collection[str] | None,
) -> Receipt | Pending:
    now = clock.now()
    told = [act.name, to_json(command), occurred_at and clock.to_text(occurred_at), late_reason]
    taken, new = claim(actor, key, told, now)
    if not new:
        return answer(taken.act_id)
    judge_time(occurred_at or now, now, late_reason)
    desk = Desk(
        actor=actor,
        act_id=taken.act_id,
        at=occurred_at,
        now=now,
        captured=captured,
        late_reason=late_reason,
        seen=seen,
    )
    act.put_down(desk, command)
    if seen is not None and not desk.compared:
        raise NothingToCompare
    if desk.requirement is None:
        return close(desk)
    return _propose(desk, act, command, late_reason)


@transaction.atomic
def once(
    actor: Officer,
    key: str,
    told: Sequence[Json],
    write: Callable[[UUID], T],
    read: Callable[[UUID], T],
) -> T:
    """Do what is no act of custody, once for each key; the same again gives the same answer.

    Args:
        actor: who asks.
        key: the caller's key for this request.
        told: what is asked, whole: the same key for anything else is refused.
        write: does it under the id given.
        read: finds what was done under the id given.

    Raises:
        RequestInFlight, KeyReused: see :func:`claim`.
    """
    taken, new = claim(actor, key, told, clock.now())
    return write(taken.act_id) if new else read(taken.act_id)


def claim(
    actor: Officer, key: str, told: Sequence[Json], now: datetime, acts: Sequence[UUID] = ()
) -> tuple[RequestKey, bool]:
    """Take the request key: its row, and whether it is new.

    Args:
        told: the request, whole; only a fingerprint of it is kept.
        acts: the ids that the acts of a new batch will bear.

    Raises:
        RequestInFlight: another transaction is at it.
        KeyReused: it stands for another request.
    """
    # keyed: a copy of the database confirms no guess at a name or a text that was erased
    fingerprint = salted_hmac(
        "custody requests", canonical.encode(list(told)), algorithm="sha256"
    ).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{actor.badge} {key}"]
        )
        if not cursor.fetchone()[0]:
            raise RequestInFlight
        taken = RequestKey(
            officer=actor,
            key=key,
            fingerprint=fingerprint,
            act_id=ids.new_id(),
            acts=list(acts),
            recorded_at=now,
        )
        cursor.execute(
            "INSERT INTO custody_request_key (officer_id, key, fingerprint, act_id, acts, recorded_at)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (officer_id, key) DO NOTHING",
            [actor.badge, key, fingerprint, taken.act_id, taken.acts, now],
        )
        if cursor.rowcount:
            return taken, True
    row = RequestKey.objects.get(officer=actor, key=key)
    if row.fingerprint != fingerprint:
        raise KeyReused(field="key", key=key)
    return row, False


def judge_time(at: datetime, now: datetime, late_reason: str | None) -> None:
    """Pass if something may be recorded now as having happened then.

    Raises:
        InFuture: more than two minutes ahead.
        LateNeedsReason: more than 15 minutes ago, and nobody says why.
    """
    if at > now + clock.AHEAD:
        raise InFuture(field="occurred_at", value=clock.to_text(at), now=clock.to_text(now))
    if at < now - LATE_AFTER and not late_reason:
        raise LateNeedsReason(field="late_reason", value=clock.to_text(at))


def close(desk: Desk) -> Receipt:
    """Close the desk and say what was recorded."""
    return receipt(desk.act_id, desk.close())


def receipt(act_id: UUID, recorded: Sequence[tuple[Event, Recorded]]) -> Receipt:
    """What was recorded of an act."""
    return Receipt(
        act_id=act_id,
        recorded_at=recorded[-1][1].recorded_at,
        lines=tuple(
            Line(entry.seq, event.leaf, event.kind, event.subject.type, event.subject.id)
            for event, entry in recorded
        ),
    )


def answer(act_id: UUID) -> Receipt | Pending:
    """The answer that an accepted request got, from its act."""
    entries: Sequence[Entry] = list(Entry.objects.filter(act_id=act_id).order_by("seq"))
    return of_entries(entries) if entries else pending(Proposal.objects.get(pk=act_id))


def of_entries(entries: Sequence[Entry]) -> Receipt:
    """The receipt that an act got, from its entries in order."""
    return Receipt(
        act_id=entries[0].act_id,
        recorded_at=entries[-1].recorded_at,
        lines=tuple(
            Line(e.seq, bytes(e.leaf).hex(), e.kind, e.subject_type, e.subject_id) for e in entries
        ),
    )


def pending(proposal: Proposal) -> Pending:
    """A proposal as its proposer is told of it."""
    return Pending(
        act_id=proposal.act_id,
        rule=Confirmers(proposal.rule),
        needed=proposal.needed,
        awaits_badges=tuple(proposal.awaits_badges),
        awaits_units=tuple(proposal.awaits_units),
        lapses_at=proposal.lapses_at,
    )


def _propose(desk: Desk, act: Act, command: Command, late_reason: str | None) -> Pending:
    requirement = desk.requirement
    assert requirement is not None
    if requirement.rule is Confirmers.WITNESSES and requirement.badges:
        # who may never sign is named by mistake: said now, not found out at the kiln when nobody can
        named = Officer.objects.filter(pk__in=requirement.badges).select_related("unit")
        requirement.check(list(named.order_by("pk")))
    proposal = Proposal.objects.create(
        act_id=desk.act_id,
        act=act.name,
        command=to_json(command),
        proposer=desk.actor,
        occurred_at=desk.at,
        captured=desk.captured,
        late_reason=late_reason,
        proposed_at=desk.now,
        lapses_at=desk.now + LAPSES_AFTER,
        needed=requirement.count,
        rule=requirement.rule.value,
        awaits_badges=sorted(requirement.badges),
        awaits_units=sorted(requirement.units),
        awaits_right=requirement.right,
        barred=sorted(requirement.excluded),
    )
    ProposalUnit.objects.bulk_create(
        ProposalUnit(proposal=proposal, exhibit_id=exhibit) for exhibit in desk.already_there()
    )
    return pending(proposal)


def note_refusal(actor: Officer, act: str, error: CustodyError) -> None:
    """Note that an act was refused, and by which rule; nothing of what it said."""
    Refusal.objects.create(officer=actor, act=act, code=error.code, refused_at=clock.now())
    logger.info("refused", extra={"who": who(actor.badge), "act": act, "code": error.code})
