"""Accounts, findings, exports and corrections are read from the bytes that were recorded, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from custody.audit.masses import account_of
from custody.audit.trails import steps_of
from custody.exchange.exports import export_page
from custody.handling.correct import Correct
from custody.handling.report import Report
from custody.ledger.faults import LedgerFault
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event
from custody.people.models import Officer
from custody.sampling.queries import analysed_among
from custody.seizures.models import Exhibit
from custody.seizures.queries import set_out_from
from tests.cast import Cast, catch, do
from tests.ledger.forging import one_byte

Reader = Callable[[Officer, Exhibit], object]


def corrections(_: Officer, barrel: Exhibit) -> object:
    reported = Entry.objects.get(kind="exhibit.discrepancy_reported", subject_id=str(barrel.id))
    return steps_of([(reported, sound_event(reported))])


READERS: list[tuple[str, Reader]] = [
    ("exhibit.intercepted", lambda _, barrel: account_of(barrel.seizure)),
    ("exhibit.intercepted", lambda officer, _: export_page(officer)),
    ("exhibit.intercepted", lambda _, barrel: set_out_from([barrel.id])),
    ("event.corrected", lambda _, barrel: analysed_among([barrel.id])),
    ("event.corrected", corrections),
]
NAMES = ["an account", "an export", "where it set out from", "what was found", "corrections"]


@pytest.fixture
def barrel(committed_cast: Cast) -> Exhibit:
    """One of two, of which a report was taken back."""
    cast = committed_cast
    _, (barrel, _) = catch(cast, 2)
    do(cast.officer, Report(exhibit=barrel.label, what="label", details="Torn at one edge."))
    wrong = Entry.objects.get(kind="exhibit.discrepancy_reported")
    do(
        cast.supervisor,
        Correct(event=wrong.event_id, declaration="did_not_occur", reason="Another barrel."),
        cast.second_supervisor,
    )
    return barrel


@pytest.mark.parametrize(("kind", "reader"), READERS, ids=NAMES)
def test_bytes_that_are_not_those_that_were_recorded_are_not_told(
    committed_cast: Cast, admin: psycopg.Connection, barrel: Exhibit, kind: str, reader: Reader
) -> None:
    reader(committed_cast.supervisor, barrel)
    seq = Entry.objects.get(kind=kind, subject_id=str(barrel.id)).seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    one_byte(admin, seq)
    with pytest.raises(LedgerFault) as found:
        reader(committed_cast.supervisor, barrel)
    assert (found.value.seq, found.value.field) == (seq, "body")


@pytest.mark.parametrize(("kind", "reader"), READERS[:3], ids=NAMES[:3])
def test_what_was_recorded_of_another_unit_is_not_told_of_this_one(
    committed_cast: Cast, admin: psycopg.Connection, barrel: Exhibit, kind: str, reader: Reader
) -> None:
    seq = Entry.objects.exclude(subject_id=str(barrel.id)).get(kind=kind).seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    admin.execute("UPDATE custody_entry SET subject_id = %s WHERE seq = %s", [str(barrel.id), seq])
    with pytest.raises(LedgerFault) as found:
        reader(committed_cast.supervisor, barrel)
    assert (found.value.seq, found.value.field) == (seq, "subject_id")
