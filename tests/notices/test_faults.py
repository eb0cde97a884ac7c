"""Receivers that fail, workers that die, workers that race: nothing is lost, nobody is held up, no row is two's."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from socket import socket
from threading import Barrier, Event
from typing import Any

import pytest
from django.core import mail
from django.db import connections

from custody.deadlines.models import Flag
from custody.deadlines.sweeping import sweep
from custody.kit import clock
from custody.notices import following, outbox, posting, telling, webhooks
from custody.notices.following import follow
from custody.notices.models import Notice, NoticeCursor, SetAside, WebhookSecret
from custody.notices.telling import tell
from tests.cast import Cast, catch
from tests.notices.receivers import Receiver, answering, closing, flooding, receiving, thanks
from tests.notices.scenes import flag_ids, late_barrels, mailbox, states, webhook
from tests.races.children import child, line_of, until

DAY = timedelta(days=1)

#: Delivers once it is told to, and says how much arrived.
TELL = """
import sys, django
django.setup()
from custody.notices.telling import tell
print("ready", flush=True)
print(tell(), flush=True)
"""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hangs is not given up before the test says so."""
    monkeypatch.setattr(posting, "STEP_SECONDS", 60.0)
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 60.0)
    monkeypatch.setattr(telling, "BUDGET_SECONDS", 60.0)


@contextmanager
def after(wait: timedelta) -> Iterator[None]:
    with clock.simulated(clock.now() + wait):
        yield


@pytest.mark.django_db
def test_what_is_refused_is_tried_again_and_arrives(cast: Cast) -> None:
    with receiving(answering(500)) as receiver:
        webhook(cast, receiver.url)
        late_barrels(cast, minutes=95)
        assert tell() == 0
        assert Notice.objects.get().fault == "status 500"
        assert tell() == 0
        assert len(receiver.got) == 1, "not before its time"
        receiver.manner = thanks
        with after(timedelta(seconds=7)):
            assert tell() == 1
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert states() == ["told"]


@pytest.mark.django_db
def test_after_a_day_it_is_dead_and_can_be_told_again_by_hand(cast: Cast) -> None:
    with receiving(closing) as receiver:
        made, _ = webhook(cast, receiver.url)
        late_barrels(cast, minutes=95)
        start = clock.now()
        moment = start
        while states() != ["dead"]:
            with clock.simulated(moment):
                tell()
            moment = Notice.objects.get().next_try_at or moment
            assert moment < start + 2 * DAY
        assert DAY * 0.8 <= moment - start <= DAY * 1.2
        assert len(receiver.got) == 11
        assert outbox.dead() == 1
        receiver.manner = thanks
        assert webhooks.replay(cast.supervisor, made.code) == 1
        assert tell() == 1
    assert outbox.dead() == 0


@contextmanager
def hanging_until(enough: Event) -> Iterator[Receiver]:
    """A receiver that goes without a word, but not before something has happened elsewhere."""

    def hang(connection: socket) -> None:
        assert enough.wait(60)

    with receiving(hang) as receiver:
        yield receiver


@contextmanager
def counting_to(most: int, enough: Event) -> Iterator[Receiver]:
    """A receiver that says when it has got so many."""

    def count(connection: socket) -> None:
        thanks(connection)
        if len(receiver.got) == most:
            enough.set()

    with receiving(count) as receiver:
        yield receiver


@pytest.mark.django_db
@pytest.mark.usefixtures("patient")
def test_who_hangs_holds_up_nobody_else(cast: Cast) -> None:
    """One hangs until the other has everything: it never would if that one had to wait."""
    enough = Event()
    with hanging_until(enough) as bad, counting_to(40, enough) as good:
        webhook(cast, bad.url)
        webhook(cast, good.url)
        mailbox(cast)
        late_barrels(cast, 20)
        assert tell() == 80
    assert len(good.got) == 40
    assert len(bad.got) == 1, "left alone until the next sweep"
    assert len(mail.outbox) == 1
    assert Counter(states(webhook__isnull=False)) == {"told": 40, "waiting": 40}


@pytest.mark.django_db
@pytest.mark.usefixtures("patient")
def test_while_one_hangs_the_ledger_is_followed_further(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hangs until somebody else is told of what was recorded meanwhile."""
    enough = Event()
    look = telling._Lanes.look
    with hanging_until(enough) as bad, counting_to(1, enough) as good:
        made, _ = webhook(cast, bad.url)
        late_barrels(cast, minutes=95)

        def look_and_catch(lanes: Any) -> None:
            if Flag.objects.count() == 1:
                webhook(cast, good.url)
                late_barrels(cast, minutes=95)
            look(lanes)

        monkeypatch.setattr(telling._Lanes, "look", look_and_catch)
        assert tell() == 1
    assert len(good.got) == 1
    assert states(webhook=made) == ["waiting", "waiting"]


@pytest.mark.django_db
def test_a_flood_is_an_answer_and_goes_no_further(cast: Cast) -> None:
    taken: list[int] = []
    with receiving(flooding(taken)) as receiver:
        webhook(cast, receiver.url)
        late_barrels(cast, minutes=95)
        assert tell() == 1
        until(lambda: taken, "the flood ends", 10)
    assert taken[0] < 64 * 1024**2


@pytest.mark.django_db
def test_following_twice_tells_nobody_twice(cast: Cast) -> None:
    with receiving(thanks) as receiver:
        webhook(cast, receiver.url)
        mailbox(cast)
        late_barrels(cast)
        assert tell() == 4
        NoticeCursor.objects.update(seq=-1)
        assert tell() == 0
    assert len(receiver.got) == 2
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_an_event_that_cannot_be_told_is_set_aside_and_the_rest_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox(cast)
    late_barrels(cast, 3, minutes=95)
    poison = Flag.objects.first()
    assert poison
    hears = following._Hearers.mailboxes

    def fail(hearers: Any, flag: Flag) -> Any:
        if flag.pk == poison.pk:
            raise ValueError("nonsense")
        return hears(hearers, flag)

    monkeypatch.setattr(following._Hearers, "mailboxes", fail)
    assert tell() == 2
    assert SetAside.objects.get().fault == "ValueError"
    assert outbox.set_aside() == 1
    monkeypatch.undo()
    assert tell() == 0, "within the hour"
    with after(timedelta(minutes=61)):
        assert Notice.objects.filter(flag_id=poison.pk).count() == 0
        tell()
    assert Notice.objects.filter(flag_id=poison.pk).count() == 1
    assert outbox.set_aside() == 0


@pytest.mark.django_db
def test_where_nothing_can_be_told_it_is_not_for_the_events(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox(cast)
    late_barrels(cast, 3)
    before = NoticeCursor.objects.get().seq

    def fail(*more: Any) -> Any:
        raise ValueError("a bad release")

    monkeypatch.setattr(following._Hearers, "mailboxes", fail)
    with pytest.raises(ValueError, match="a bad release"):
        follow()
    assert NoticeCursor.objects.get().seq == before
    assert not SetAside.objects.exists()
    monkeypatch.undo()
    assert follow() == 6


@pytest.mark.django_db
def test_a_notice_that_cannot_be_made_is_dead_and_the_rest_goes_on(cast: Cast) -> None:
    """Its secret was kept under a key that is gone."""
    with receiving(thanks) as bad, receiving(thanks) as good:
        broken, _ = webhook(cast, bad.url)
        webhook(cast, good.url)
        WebhookSecret.objects.filter(webhook=broken).update(sealed="nonsense")
        late_barrels(cast, 2, minutes=95)
        assert tell() == 2
        tell()
    assert len(good.got) == 2
    assert states(webhook=broken) == ["dead", "dead"]
    assert set(Notice.objects.filter(webhook=broken).values_list("fault", flat=True)) == {
        "secret_unreadable"
    }


@pytest.mark.django_db
def test_mail_that_nobody_takes_is_tried_again_and_detection_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox(cast)
    monkeypatch.setattr(
        "django.conf.settings.EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"
    )
    monkeypatch.setattr("django.conf.settings.EMAIL_PORT", 1)
    late_barrels(cast, minutes=95)
    assert tell() == 0
    assert Notice.objects.get().fault == "mail: ConnectionRefusedError"
    late_barrels(cast, minutes=95)
    assert Flag.objects.count() == 2
    monkeypatch.undo()
    with after(timedelta(seconds=7)):
        assert tell() == 2


# --- real processes


def test_a_cursor_that_somebody_holds_is_left_to_them(committed_cast: Cast, admin: Any) -> None:
    mailbox(committed_cast)
    late_barrels(committed_cast)
    with admin.transaction():
        admin.execute("SELECT 1 FROM custody_notice_cursor FOR UPDATE")
        assert follow() == 0
    assert follow() == 2


def test_workers_at_once_deliver_each_row_once(committed_cast: Cast) -> None:
    with receiving(thanks) as one, receiving(thanks) as two:
        webhook(committed_cast, one.url)
        webhook(committed_cast, two.url)
        late_barrels(committed_cast, 30)
        together = Barrier(4)

        def work() -> int:
            try:
                together.wait()
                return tell()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            counts = [job.result(120) for job in [pool.submit(work) for _ in range(4)]]
    assert sum(counts) == 120
    for receiver in (one, two):
        named = Counter(one.headers["webhook-id"] for one in receiver.got)
        assert len(named) == 60
        assert set(named.values()) == {1}


@pytest.mark.slow
def test_a_worker_killed_in_mid_delivery_loses_nothing(
    committed_cast: Cast, child_environment: dict[str, str]
) -> None:
    reached = Event()

    def stall(connection: Any) -> None:
        reached.set()
        connection.recv(1)

    with receiving(stall) as receiver:
        webhook(committed_cast, receiver.url)
        late_barrels(committed_cast, 3, minutes=95)
        with child("-c", TELL, environment=child_environment) as process:
            assert line_of(process) == "ready"
            assert reached.wait(60)
            process.send_signal(signal.SIGKILL)
            process.wait()
        receiver.manner = thanks
        assert states() == ["waiting"] * 3
        assert tell() == 2, "the third is still held for the dead"
        with after(outbox.LEASE):
            assert tell() == 1
    told = Counter(one.headers["webhook-id"] for one in receiver.got)
    assert sorted(told.values()) == [1, 1, 2]
    assert states() == ["told"] * 3


@pytest.mark.slow
def test_two_processes_deliver_each_row_once(
    committed_cast: Cast, child_environment: dict[str, str]
) -> None:
    with receiving(thanks) as receiver:
        webhook(committed_cast, receiver.url)
        late_barrels(committed_cast, 30)
        with (
            child("-c", TELL, environment=child_environment) as one,
            child("-c", TELL, environment=child_environment) as two,
        ):
            assert [line_of(process) for process in (one, two)] == ["ready", "ready"]
            counts = [int(line_of(process)) for process in (one, two)]
    assert sum(counts) == 60
    assert len(receiver.got) == len({one.headers["webhook-id"] for one in receiver.got}) == 60


@pytest.mark.usefixtures("patient")
def test_detection_waits_for_no_delivery(committed_cast: Cast) -> None:
    """A sweep flags while a delivery hangs: no row that it needs is held."""
    reached, go = Event(), Event()

    def stall(connection: Any) -> None:
        reached.set()
        go.wait(30)

    with receiving(stall) as receiver:
        webhook(committed_cast, receiver.url)
        late_barrels(committed_cast, minutes=95)

        def work() -> int:
            try:
                return tell()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            telling_ = pool.submit(work)
            assert reached.wait(30)
            with clock.simulated(clock.now() - timedelta(minutes=185)):
                catch(committed_cast)
            assert sweep() == 3
            go.set()
            assert telling_.result(60) >= 0
    assert len(flag_ids()) == 4
