"""The name under which the log signs: from event 0, and after a restored backup from the event that declares it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import append, events, merkle
from custody.ledger.append import LedgerNotOpen
from custody.ledger.events import Event, Json, Person, Subject, seal
from custody.ledger.models import Entry
from custody.ledger.tlog import Checkpoint

#: The kind by which a log that lost its end goes on, under another name.
ROLLED_BACK = "ledger.rolled_back"
_UNFIT = re.compile(r"[^\w./-]+")


class NothingLost(CustodyError):
    """The ledger holds all {size} events of that checkpoint, as they were: nothing was rolled back."""

    code = "nothing_lost"
    category = "conflict"


class AnotherLog(CustodyError):
    """That checkpoint is of {theirs}; this log is {ours}."""

    code = "another_log"
    category = "conflict"


def current_origin() -> str | None:
    """The log's origin; None while the ledger is not open.

    It repeats what the ledger is for unless that is production, so that nobody takes a demonstration for evidence.
    """
    told = _named()
    return origin_in(told[-1].payload) if told else None


def origin_in(payload: Mapping[str, Any]) -> str:
    """The origin that an event of the ledger itself gives it."""
    name = _UNFIT.sub("-", payload["origin"])
    return name if payload["purpose"] == "production" else f"{name}/{payload['purpose']}"


@transaction.atomic
def declare_rollback(lost: Checkpoint, *, actor: Person, confirmer: Person) -> str:
    """Go on after a restored backup under another name, which whoever relies on the log will notice.

    Args:
        lost: the last checkpoint that was signed, of more than the ledger holds now.
        actor: who declares it.
        confirmer: who confirms it.

    Returns:
        The new origin.

    Raises:
        NothingLost: the ledger holds all of it.
        AnotherLog: it is not a checkpoint of this log.
    """
    told = _named()
    opened, before = told[0], told[-1]
    origin = origin_in(before.payload)
    if lost.origin != origin:
        raise AnotherLog(theirs=lost.origin, ours=origin)
    leaves = _leaves()
    kept = len(leaves)
    if kept >= lost.size and merkle.root(leaves[: lost.size]) == lost.root:
        raise NothingLost(size=lost.size)
    event = event_of_the_ledger(
        ROLLED_BACK,
        {
            "purpose": opened.payload["purpose"],
            "origin": f"{opened.payload['origin']}/restored-{kept}-{lost.root.hex()[:8]}",
            "lost": {**_written(lost), "first_lost": kept},
            "kept": {"size": kept, "root": b64encode(merkle.root(leaves)).decode()},
        },
        actor=actor,
        confirmers=(confirmer,),
    )
    append.append([event])
    return origin_in(event.payload)


def event_of_the_ledger(
    kind: str, payload: Mapping[str, Json], *, actor: Person, confirmers: tuple[Person, ...] = ()
) -> Event:
    """An event about the ledger itself, which follows the last such one.

    Args:
        kind: what happened to it.
        payload: what there is to say.
        actor: who did it.
        confirmers: who confirmed it.
    """
    last = Entry.objects.filter(subject_type="ledger").order_by("-seq").first()
    if last is None:
        raise LedgerNotOpen(why="it has no first event")
    return seal(
        kind=kind,
        subject=Subject("ledger", last.subject_id),
        actor=actor,
        confirmers=confirmers,
        occurred_at=clock.now(),
        payload=payload,
        previous=bytes(last.leaf).hex(),
        act_id=ids.new_id(),
    )


def declared(lost: Checkpoint, origin: str) -> bool:
    """Whether it is on record that after this checkpoint the log goes on under a name."""
    return any(
        one.kind == ROLLED_BACK
        and origin_in(one.payload) == origin
        and one.payload["lost"].items() >= _written(lost).items()  # type: ignore[union-attr]
        for one in _named()
    )


def _written(checkpoint: Checkpoint) -> dict[str, str | int]:
    root = b64encode(checkpoint.root).decode()
    return {"origin": checkpoint.origin, "size": checkpoint.size, "root": root}


def _named() -> list[Event]:
    """The events that name the log, oldest first."""
    named = Entry.objects.filter(subject_type="ledger", kind__in=("ledger.opened", ROLLED_BACK))
    return [
        events.read(bytes(body)) for body in named.order_by("seq").values_list("body", flat=True)
    ]


def _leaves() -> list[bytes]:
    rows = Entry.objects.order_by("seq").values_list("leaf", flat=True)
    return [bytes(leaf) for leaf in rows.iterator()]
