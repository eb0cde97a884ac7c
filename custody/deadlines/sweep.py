"""The sweep: finds what has become late by one index and flags it, each level once, however many sweeps run."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from custody.deadlines.models import Clock, Flag, SweepRun
from custody.deadlines.rules import Level, levels_between, next_at
from custody.deadlines.services import Scene, clock_state, flag_for_level
from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger.events import SYSTEM

logger = logging.getLogger("custody.deadlines")


@dataclass(frozen=True)
class Swept:
    """What one sweep did: flags raised, and the clocks that it had to set aside."""

    raised: int
    set_aside: tuple[UUID, ...]


def sweep(*, batch: int = 500) -> Swept:
    """Flag every clock that has reached a level since it was last looked at.

    Runs beside other sweeps and acts: a clock that somebody else holds is left to them. A clock that cannot be
    flagged is set aside and reported, and the others go on.

    Args:
        batch: clocks per transaction.
    """
    raised, set_aside = 0, set[UUID]()
    while True:
        due = _due(batch, set_aside)
        if not due:
            break
        try:
            raised += _flag(due)
        except Exception:  # noqa: BLE001  whatever ails one clock must not stop the others
            logger.warning("a batch of clocks failed, trying one by one")
            for one in due:
                try:
                    raised += _flag([one])
                except Exception:
                    logger.exception("clock set aside", extra={"clock": str(one)})
                    set_aside.add(one)
    SweepRun.objects.update_or_create(
        id=1,
        defaults={"finished_at": clock.now(), "raised": raised, "set_aside": len(set_aside)},
    )
    return Swept(raised, tuple(sorted(set_aside)))


def _due(batch: int, set_aside: set[UUID]) -> list[UUID]:
    rows = Clock.objects.filter(next_at__lte=clock.now()).exclude(pk__in=set_aside)
    with transaction.atomic():
        free = rows.order_by("next_at").select_for_update(skip_locked=True)
        return list(free.values_list("pk", flat=True)[:batch])


@transaction.atomic
def _flag(due: Sequence[UUID]) -> int:
    """Flag these clocks, as far as nobody else has meanwhile; the number of flags."""
    now = clock.now()
    scene = Scene(act_id=ids.new_id(), actor=SYSTEM, now=now)
    rows = list(
        Clock.objects.filter(pk__in=due, next_at__lte=now)
        .order_by("id")
        .select_for_update(skip_locked=True)
    )
    flags, events = [], []
    for row in rows:
        state = clock_state(row)
        for level in levels_between(state, Level(row.level), now):
            flag, event = flag_for_level(scene, state, level)
            flags.append(flag)
            events.append(event)
            row.level = level
        row.next_at = next_at(state, Level(row.level))
    if not rows:
        return 0
    Flag.objects.bulk_create(flags)
    Clock.objects.bulk_update(rows, ["level", "next_at"])
    if events:
        append.append(events)
    return len(flags)
