"""Months of the read log go when their time is over: whole, by an event, and what is left still verifies."""

from __future__ import annotations

from io import StringIO

import psycopg
import pytest
from django.core.management import call_command

from custody.ledger.models import Entry
from custody.people.rights import Relation
from custody.reading import digests
from custody.reading.digests import digest_reads, verify_reads
from custody.reading.models import Read
from custody.reading.services import log_reading
from tests.cast import Cast, catch


def months(admin: psycopg.Connection) -> set[str]:
    found = admin.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits"
        " WHERE inhparent = 'custody_read'::regclass"
    ).fetchall()
    return {name for (name,) in found}


@pytest.mark.parametrize(("years", "gone"), [("10", {"201503"}), ("1", {"201503", "202001"})])
def test_a_month_is_kept_ten_years_unless_told_and_goes_by_an_event(
    committed_cast: Cast,
    admin: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    years: str,
    gone: set[str],
) -> None:
    monkeypatch.setattr(digests, "SETTLED", digests.timedelta(minutes=-1))
    _, (barrel,) = catch(committed_cast)
    for month, first, last in (
        ("201503", "2015-03-01", "2015-04-01"),
        ("202001", "2020-01-01", "2020-02-01"),
    ):
        admin.execute(
            f"CREATE TABLE custody_read_{month} PARTITION OF custody_read"
            f" FOR VALUES FROM ('{first}Z') TO ('{last}Z')"
        )
        admin.execute(f"ALTER TABLE custody_read_{month} OWNER TO custody_owner")
        admin.execute(f"ALTER TABLE custody_read_{month} DISABLE TRIGGER read_dated_now")
        admin.execute(
            f"INSERT INTO custody_read_{month} (id, read_at, badge, unit, agency, action, route,"
            f" relation, objects_shown) VALUES (gen_random_uuid(), '{first}T12:00Z', 'x', 'x', 'x',"
            " 'consultation', 'x', 'none', '{}')"
        )
    log_reading(committed_cast.officer, {barrel.id: Relation.CUSTODY}, route="x")
    digest_reads()
    before, verified = months(admin), verify_reads()
    call_command("retire_reads", *(() if years == "10" else ("--years", years)), stdout=StringIO())
    assert before - months(admin) == {f"custody_read_{one}" for one in gone}
    assert Entry.objects.filter(kind="reads.retired").count() == len(gone)
    assert verify_reads() == verified - len(gone)
    assert Read.objects.filter(badge="officer").exists()
    call_command("retire_reads", "--years", years, stdout=StringIO())
    assert Entry.objects.filter(kind="reads.retired").count() == len(gone)
    call_command("verify_ledger", stdout=StringIO())
