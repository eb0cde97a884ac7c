"""Notices go when their time is over; what still asks for something stays, however old."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from custody.deadlines.models import Flag, FlagCause
from custody.kit import clock, ids
from custody.ledger.events import SYSTEM
from custody.notices.addresses import adopt_mailbox
from custody.notices.models import Mailbox, Notice
from tests.cast import Cast, catch


@pytest.mark.parametrize("days", [None, 10])
def test_what_ended_long_ago_goes_and_what_waits_or_repeats_or_has_an_open_flag_stays(
    committed_cast: Cast, days: int | None
) -> None:
    _, (barrel,) = catch(committed_cast)
    adopt_mailbox(officer=None, unit="CUSTOMS/QUAY", address="quay@example.org", actor=SYSTEM)
    mailbox, now = Mailbox.objects.get(), clock.now()
    old = now - timedelta(days=(days or 730) + 1)

    def notice(
        *, ended: bool = True, is_open: bool = False, recent: bool = False, **more: object
    ) -> Notice:
        flag = Flag.objects.create(
            id=ids.new_id(),
            exhibit=barrel,
            cause=FlagCause.DISCREPANCY,
            level="due",
            fell_due_at=old,
            raised_at=old,
            resolved_at=None if is_open else old,
            head="0" * 64,
            version=1,
        )
        at = now if recent else old
        return Notice.objects.create(
            id=ids.new_id(),
            mailbox=mailbox,
            flag_id=flag.pk,
            seq=1,
            kind="flag.raised",
            level="due",
            occurred_at=at,
            made_at=at,
            **(
                {"state": "told", "ended_at": at}
                if ended
                else {"state": "waiting", "next_try_at": at}
            ),
            **more,
        )

    notice()
    kept = [
        notice(recent=True),
        notice(is_open=True),
        notice(ended=False),
        notice(repeat_at=old),
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.all().delete()
    said = StringIO()
    call_command("retire_notices", *(() if days is None else ("--days", str(days))), stdout=said)
    assert said.getvalue() == "1 notices retired\n"
    assert set(Notice.objects.values_list("pk", flat=True)) == {one.pk for one in kept}
