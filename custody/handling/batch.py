"""Batches: many acts at once, judged in order, all or nothing, the ledger written once at the end.

What a phone gathered without a network, or another system over night, goes in by one request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from custody.handling import lookups
from custody.handling.acts import act_of
from custody.handling.commands import Command, to_json
from custody.handling.desk import Desk
from custody.handling.models import RequestKey
from custody.handling.record import Receipt, claim, judge_time, of_entries, receipt, refusals
from custody.handling.sitting import Sitting
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import append
from custody.ledger.commitments import Opening
from custody.ledger.events import Json
from custody.ledger.models import Entry
from custody.people.models import Officer

MOST_ACTS = 1_000


class NeedsOthers(CustodyError):
    """Somebody else has to confirm this: propose it by itself, not in a batch."""

    code = "needs_others"
    category = "conflict"


class ActsRefused(CustodyError):
    """{count} of {all} acts are refused, so nothing of the batch is recorded."""

    code = "acts_refused"
    category = "conflict"

    def __init__(self, faults: Sequence[tuple[int, CustodyError]], count: int) -> None:
        """Name the faults.

        Args:
            faults: each with the position of its act in the batch, from 0.
            count: how many acts the batch has.
        """
        super().__init__(count=len(faults), all=count)
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Item:
    """One act of a batch; see :func:`custody.handling.record.perform`."""

    command: Command
    occurred_at: datetime | None = None
    captured: Mapping[str, Json] | None = None
    late_reason: str | None = None


@dataclass(frozen=True)
class BatchReceipt:
    """What was recorded: the batch and the receipts of its acts, in order."""

    batch_id: UUID
    receipts: tuple[Receipt, ...]


def perform_batch(actor: Officer, items: Sequence[Item], *, key: str) -> BatchReceipt:
    """Record acts in order, each upon what those before it made; all of them or none.

    Args:
        actor: who acts.
        items: 1 to 1,000 acts, none of which anybody has to confirm.
        key: the caller's key for this request; the same again gives the same answer.

    Raises:
        ActsRefused: with what is wrong with each act that is refused. One that only the database could
            refuse, such as a seal number that somebody else uses at this moment, ends the judging.
        KeyReused, RequestInFlight, Busy: as for one act.
    """
    with refusals(actor, "batch"):
        return _once(actor, items, key)


@transaction.atomic
def _once(actor: Officer, items: Sequence[Item], key: str) -> BatchReceipt:
    now = clock.now()
    asked = ["batch", *(_told(item) for item in items)]
    taken, new = claim(actor, key, asked, now, [ids.new_id() for _ in items])
    if not new:
        return _answer(taken)
    sitting = Sitting(actor, [item.command for item in items])
    openings: list[Opening] = []
    faults: list[tuple[int, CustodyError]] = []
    with sitting.judging(), lookups.remembering():
        for position, (item, act_id) in enumerate(zip(items, taken.acts, strict=True)):
            desk = Desk(
                actor=actor,
                act_id=act_id,
                at=item.occurred_at,
                now=now,
                captured=item.captured,
                late_reason=item.late_reason,
                known=sitting.known,
            )
            try:
                _judge(desk, item, now)
            except CustodyError as error:
                faults.append((position, error))
                continue
            try:
                sitting.take(desk)
            except CustodyError as error:
                faults.append((position, error))
                break
            openings += desk.openings
    if faults:
        raise ActsRefused(faults, len(items))
    by_act = sitting.events()
    told = iter(append.append([event for events in by_act for event in events], openings))
    return BatchReceipt(
        taken.act_id,
        tuple(
            receipt(act_id, list(zip(events, islice(told, len(events)), strict=True)))
            for act_id, events in zip(taken.acts, by_act, strict=True)
        ),
    )


def _told(item: Item) -> list[Json]:
    at = item.occurred_at and clock.to_text(item.occurred_at)
    return [act_of(item.command).name, to_json(item.command), at, item.late_reason]


def _judge(desk: Desk, item: Item, now: datetime) -> None:
    judge_time(desk.at, now, item.late_reason)
    act_of(item.command).put_down(desk, item.command)
    if desk.requirement:
        raise NeedsOthers


def _answer(taken: RequestKey) -> BatchReceipt:
    entries: dict[UUID, list[Entry]] = {act_id: [] for act_id in taken.acts}
    for entry in Entry.objects.filter(act_id__in=taken.acts).order_by("seq"):
        entries[entry.act_id].append(entry)
    return BatchReceipt(taken.act_id, tuple(of_entries(one) for one in entries.values()))
