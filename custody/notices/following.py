"""From the ledger to the outbox: each event about a flag becomes a row for each who is to hear of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError, ProgrammingError, transaction

from custody.deadlines.models import Flag
from custody.deadlines.rules import Level
from custody.kit import clock, ids
from custody.ledger.models import Entry
from custody.ledger.queries import events_after
from custody.notices.hearers import of_supervisors
from custody.notices.models import (
    Mailbox,
    Notice,
    NoticeCursor,
    NoticeRoute,
    SetAside,
    Webhook,
)
from custody.notices.rules import Matter, Way, tell_at
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.seizures.queries import outermost

logger = logging.getLogger("custody.notices")

#: Entries looked through in one transaction.
BATCH = 500
_RETRIED_AFTER = timedelta(hours=1)
#: What is wrong with the house and not with an event or a notice: nothing is set aside for it.
HOUSE_FAULTS = (OperationalError, InterfaceError, ProgrammingError)


def follow() -> int:
    """Put into the outbox what the ledger says since last time; how many notices.

    Any number of these may run: one follows, the others find the cursor taken and leave it to that one.
    """
    total = 0
    while True:
        with transaction.atomic():
            cursor = NoticeCursor.objects.select_for_update(skip_locked=True).first()
            if cursor is None:
                return total
            entries = list(events_after(cursor.seq, BATCH).defer("body", "leaf", "previous"))
            total += _tell([one for one in entries if one.subject_type == "flag"])
            cursor.seq = entries[-1].seq if entries else cursor.seq
            cursor.followed_at = clock.now()
            if len(entries) < BATCH:
                total += _try_again()
            cursor.save()
        if len(entries) < BATCH:
            return total


def _tell(entries: Sequence[Entry]) -> int:
    """Rows for these events; those that cannot be told while others can are set aside."""
    if not entries:
        return 0
    try:
        with transaction.atomic():
            return _write(entries)
    except HOUSE_FAULTS:
        raise
    except Exception:
        logger.exception("a batch of events cannot be told; they are taken one by one")
    count, failed = 0, dict[int, Exception]()
    for entry in entries:
        try:
            with transaction.atomic():
                count += _write([entry])
        except HOUSE_FAULTS:
            raise
        except Exception as error:
            logger.exception("an event cannot be told", extra={"seq": entry.seq})
            failed[entry.seq] = error
    if 1 < len(failed) == len(entries):
        raise failed[entries[0].seq]
    now = clock.now()
    for seq, fault in failed.items():
        SetAside.objects.update_or_create(
            seq=seq, defaults={"fault": type(fault).__name__, "set_aside_at": now}
        )
    return count


def _try_again() -> int:
    """Events that were set aside an hour ago, once more."""
    stale = SetAside.objects.filter(set_aside_at__lte=clock.now() - _RETRIED_AFTER)
    again = list(stale.values_list("seq", flat=True)[:BATCH])
    if not again:
        return 0
    stale.filter(pk__in=again).delete()
    return _tell(list(Entry.objects.filter(pk__in=again).defer("body").order_by("seq")))


def _write(entries: Sequence[Entry]) -> int:
    flags = Flag.objects.in_bulk([UUID(one.subject_id) for one in entries])
    hearers = _Hearers(list(flags.values()))
    now, zone = clock.now(), ZoneInfo(settings.DISPLAY_TIME_ZONE)
    rows: list[Notice] = []
    for entry in entries:
        flag = flags[UUID(entry.subject_id)]
        told = {
            "flag_id": flag.pk,
            "seq": entry.seq,
            "kind": entry.kind,
            "level": flag.level,
            "occurred_at": entry.occurred_at,
            "made_at": now,
        }
        rows += [
            Notice(id=ids.new_id(), webhook_id=webhook, next_try_at=now, **told)
            for webhook in hearers.webhooks(flag)
        ]
        if entry.kind == "flag.raised" and not (flag.resolved_at or flag.annulled_at):
            rows += [
                Notice(
                    id=ids.new_id(),
                    mailbox=box,
                    next_try_at=tell_at(now, Level(flag.level), box.habits, zone),
                    **told,
                )
                for box in hearers.mailboxes(flag)
            ]
    return len(Notice.objects.bulk_create(rows, ignore_conflicts=True))


@dataclass
class _Hearers:
    """Who hears of the flags of one batch: read once, and need-to-know asked once for each officer."""

    flags: Sequence[Flag]

    def webhooks(self, flag: Flag) -> list[str]:
        """The webhooks whose service officers may see the flag."""
        return [one.code for one in self._webhooks if self._may_see(one.officer, flag)]

    def mailboxes(self, flag: Flag) -> list[Mailbox]:
        """The supervisors of who has it and that unit itself; and whom a route names. Nobody who may not see it.

        Where the unit has no supervisor who can be reached, those of its agency; where that has none, as with
        a carrier's, those of every agency that the exhibit concerns: somebody hears of it.
        """
        unit = self._units[flag.exhibit_id]
        matter = Matter(unit.custodian_unit, unit.place_id, unit.lane, Level(flag.level))
        agency = matter.unit.partition("/")[0]
        seeing = [one for one in self._supervisors if self._hears(one, flag, unit)]
        first = (
            [one for one in seeing if one.officer and one.officer.unit_id == matter.unit]
            or [one for one in seeing if one.officer and one.officer.unit.agency_id == agency]
            or seeing
        )
        named = {code for way in self._ways for code in way.mailboxes if way.leads(matter)}
        named |= {matter.unit, *(one.code for one in first)}
        return [
            box
            for code in sorted(named)
            if (box := self._mailboxes.get(code)) and self._hears(box, flag, unit)
        ]

    def _hears(self, box: Mailbox, flag: Flag, unit: Exhibit) -> bool:
        if box.officer is not None:
            return self._may_see(box.officer, flag)
        assert box.unit is not None
        return bool({box.unit.code, box.unit.agency_id} & {*unit.concerned, unit.custodian_unit})

    def _may_see(self, officer: Officer, flag: Flag) -> bool:
        if officer.badge not in self._seen:
            shown = Flag.objects.visible_to(officer).filter(pk__in=[one.pk for one in self.flags])
            self._seen[officer.badge] = set(shown.values_list("pk", flat=True))
        return officer.is_active and flag.pk in self._seen[officer.badge]

    @cached_property
    def _seen(self) -> dict[str, set[UUID]]:
        return {}

    @cached_property
    def _units(self) -> dict[UUID, Exhibit]:
        """For each exhibit the handling unit that has place, lane and custodian."""
        outer = outermost({one.exhibit_id for one in self.flags})
        rows = Exhibit.objects.in_bulk(set(outer.values()))
        return {inner: rows[top] for inner, top in outer.items()}

    @cached_property
    def _mailboxes(self) -> dict[str, Mailbox]:
        rows = Mailbox.objects.filter(is_active=True).select_related("officer__unit", "unit")
        return {one.code: one for one in rows}

    @cached_property
    def _supervisors(self) -> list[Mailbox]:
        """Mailboxes of those who are supervisors, or stand for one now."""
        return of_supervisors(self._mailboxes.values())

    @cached_property
    def _ways(self) -> list[Way]:
        return [one.way for one in NoticeRoute.objects.filter(is_active=True)]

    @cached_property
    def _webhooks(self) -> list[Webhook]:
        return list(Webhook.objects.filter(is_active=True).select_related("officer__unit"))
