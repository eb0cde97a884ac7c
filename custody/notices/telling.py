"""Telling: follow the ledger, and deliver what is in the outbox, each recipient in a lane of its own.

The database is this thread's alone; the lanes only talk to the outside. One that hangs holds up nobody but the
recipient whose it is, and while it hangs the ledger is followed further.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings

from custody.deadlines.models import Flag
from custody.deadlines.telling import telling
from custody.kit import clock
from custody.kit.clock import start_of_day
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry
from custody.notices import letters, outbox, posting, signing, webhooks
from custody.notices.errors import Undelivered
from custody.notices.following import HOUSE_FAULTS, follow
from custody.notices.models import Notice
from custody.people.models import Officer
from custody.seizures.reach import reach

logger = logging.getLogger("custody.notices")

#: Recipients at once. Mail has one server: few lanes, so that a slow one leaves room for the webhooks.
POST_LANES, MAIL_LANES = 16, 2
#: After so long nothing new is taken; the next sweep goes on.
BUDGET_SECONDS = 20.0
_LOOK_SECONDS = 0.25


def tell() -> int:
    """Follow, repeat and deliver until nothing is left to do; how many notices arrived.

    Any number of these may run at once: each row is one's at a time.
    """
    end = time.monotonic() + BUDGET_SECONDS
    with ThreadPoolExecutor(POST_LANES + MAIL_LANES) as pool:
        lanes = _Lanes(pool)
        while True:
            follow()
            outbox.repeat()
            if time.monotonic() < end:
                lanes.fill()
            if not lanes.running:
                return lanes.arrived
            lanes.look()


@dataclass
class _Lanes:
    """What is under way, by recipient. A recipient that fails is left alone until the next sweep."""

    pool: ThreadPoolExecutor
    running: dict[Future[None], tuple[str, list[Notice]]] = field(default_factory=dict)
    tired: set[str] = field(default_factory=set)
    arrived: int = 0

    def fill(self) -> None:
        """Give every free lane something to do."""
        while self._under_way(mail=False) < POST_LANES:
            one = outbox.take_post(self._busy())
            if one is None:
                break
            self._start(str(one.webhook_id), [one], _posting)
        while self._under_way(mail=True) < MAIL_LANES:
            several = outbox.take_mail(self._busy())
            if not several:
                break
            self._start(str(several[0].mailbox_id), several, _mailing)

    def look(self) -> None:
        """See what has ended, and write down how."""
        ended, _ = wait(self.running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
        for one in ended:
            recipient, notices = self.running.pop(one)
            fault = one.exception()
            if fault is None:
                outbox.told(notices)
                self.arrived += len(notices)
            else:
                self._failed(recipient, notices, fault)

    def _start(
        self,
        recipient: str,
        notices: list[Notice],
        prepare: Callable[[list[Notice]], Callable[[], None] | None],
    ) -> None:
        try:
            job = prepare(notices)
        except HOUSE_FAULTS:
            raise
        except CustodyError as error:
            self._failed(recipient, notices, error)
            return
        except Exception as error:
            logger.exception("a notice cannot be made")
            outbox.failed(notices, type(error).__name__, for_good=True)
            return
        if job is None:
            outbox.withdraw(notices)
        else:
            self.running[self.pool.submit(job)] = (recipient, notices)

    def _failed(self, recipient: str, notices: list[Notice], fault: BaseException) -> None:
        self.tired.add(recipient)
        if isinstance(fault, Undelivered):
            outbox.failed(notices, str(fault.params["why"]))
        elif isinstance(fault, CustodyError):
            outbox.failed(notices, fault.code, for_good=True)
        else:
            logger.error("a notice cannot be delivered", extra={"why": type(fault).__name__})
            outbox.failed(notices, type(fault).__name__, for_good=True)

    def _busy(self) -> set[str]:
        return {recipient for recipient, _ in self.running.values()} | self.tired

    def _under_way(self, *, mail: bool) -> int:
        return sum((one[0].mailbox_id is not None) is mail for _, one in self.running.values())


def _posting(notices: list[Notice]) -> Callable[[], None] | None:
    """The delivery of one notice to a webhook; None when there is nobody any more."""
    (one,) = notices
    webhook = one.webhook
    assert webhook is not None
    url = webhooks.urls_of([webhook])[webhook.url_commitment]
    reachable = webhook.is_active and webhook.officer.is_active
    if url is None or not reachable or not _seen(webhook.officer, {one.flag_id}):
        return None
    payload = signing.body(
        event_id=Entry.objects.values_list("event_id", flat=True).get(pk=one.seq),
        kind=one.kind,
        occurred_at=_at(webhook.officer, one),
        flag_id=one.flag_id,
        level=one.level,
        seq=one.seq,
        site=settings.SITE_URL,
    )
    headers = signing.headers(
        message=signing.message_id(one.pk),
        sent_at=clock.now(),
        payload=payload,
        signing=webhooks.secrets_of(webhook),
    )
    return partial(posting.post, url, payload, headers, guarded=settings.WEBHOOKS_GUARDED)


def _mailing(notices: list[Notice]) -> Callable[[], None] | None:
    """One mail about what is still open; what is not any more is withdrawn. None when nothing is left."""
    mailbox = notices[0].mailbox
    assert mailbox is not None
    address = letters.address_of(mailbox)
    reachable = mailbox.is_active and (mailbox.officer is None or mailbox.officer.is_active)
    open_ones = outbox.unheeded({one.flag_id for one in notices})
    if mailbox.officer:
        open_ones = _seen(mailbox.officer, open_ones)
    if address is None or not reachable or not open_ones:
        return None
    outbox.withdraw([one for one in notices if one.flag_id not in open_ones])
    notices[:] = [one for one in notices if one.flag_id in open_ones]
    return partial(letters.send, letters.letter(address, notices))


def _at(officer: Officer, notice: Notice) -> datetime:
    """When it happened; by its day alone where the officer is told of transports so, and the flag would tell."""
    flag = Flag.objects.select_related("exhibit").get(pk=notice.flag_id)
    if not telling([flag]).hides_flag(flag):
        return notice.occurred_at
    masked = reach(officer, [flag.exhibit])[flag.exhibit_id].masked
    return start_of_day(notice.occurred_at) if masked else notice.occurred_at


def _seen(officer: Officer, flags: Collection[UUID]) -> set[UUID]:
    """Those of these flags that the officer may still see: it may be long since they were to be told."""
    return set(Flag.objects.visible_to(officer).filter(pk__in=flags).values_list("pk", flat=True))
