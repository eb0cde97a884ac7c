"""Whoever gets past every guard and drops, keeps, forges or slips in a text is found by verification."""

from __future__ import annotations

from importlib import import_module

import psycopg
import pytest
from django.core.management import CommandError, call_command

from custody.audit import replay
from custody.kit import clock, ids
from custody.ledger.commitments import commit
from custody.ledger.faults import LedgerFault, StrayText
from custody.ledger.models import Disclosure, Entry, Erasure
from custody.ledger.verify import verify
from tests.cast import Cast
from tests.erasing.orders import BY, erased, reported


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_disclosure SET salt = NULL, text = NULL, erased_at = now()",
        "UPDATE custody_disclosure SET text = 'x' WHERE erased_at IS NOT NULL",
        "UPDATE custody_disclosure SET event_id = NULL",
        "DELETE FROM custody_disclosure WHERE erased_at IS NOT NULL",
    ],
)
def test_the_guard_stops_even_a_superuser_without_an_event(
    committed_cast: Cast, admin: psycopg.Connection, statement: str
) -> None:
    _, commitment = reported(committed_cast)
    erased(committed_cast, commitment)
    admin.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.Error, match="append-only"):
        admin.execute(statement)


def test_a_text_that_is_gone_without_an_event_is_a_fault(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    _, commitment = reported(committed_cast)
    seq = Entry.objects.filter(kind="exhibit.discrepancy_reported").get().seq
    admin.execute("ALTER TABLE custody_disclosure DISABLE TRIGGER USER")
    admin.execute(
        "UPDATE custody_disclosure SET salt = NULL, text = NULL, erased_at = now() WHERE commitment = %s",
        [commitment],
    )
    with pytest.raises(CommandError, match=rf"^seq {seq}, field payload: .* is gone"):
        call_command("verify_ledger")


def test_a_text_that_is_still_there_although_erased_is_a_fault(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    _, commitment = reported(committed_cast)
    kept = Disclosure.objects.get(pk=commitment)
    erased(committed_cast, commitment)
    seq = Entry.objects.get(kind="content.erased").seq
    admin.execute("ALTER TABLE custody_disclosure DISABLE TRIGGER USER")
    admin.execute(
        "UPDATE custody_disclosure SET salt = %s, text = %s, erased_at = NULL WHERE commitment = %s",
        [kept.salt, kept.text, commitment],
    )
    with pytest.raises(CommandError, match=rf"^seq {seq}, field subject_id: .* is still kept"):
        call_command("verify_ledger")


def test_a_row_that_is_gone_is_a_fault_though_it_was_erased(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    _, commitment = reported(committed_cast)
    erased(committed_cast, commitment)
    admin.execute("ALTER TABLE custody_disclosure DISABLE TRIGGER USER")
    admin.execute("DELETE FROM custody_disclosure WHERE commitment = %s", [commitment])
    with pytest.raises(LedgerFault, match="is gone"):
        verify()


@pytest.mark.parametrize("column", ["salt", "text"])
def test_a_forged_text_is_a_fault(
    committed_cast: Cast, admin: psycopg.Connection, column: str
) -> None:
    _, commitment = reported(committed_cast)
    admin.execute("ALTER TABLE custody_disclosure DISABLE TRIGGER USER")
    admin.execute(
        f"UPDATE custody_disclosure SET {column} = repeat('0', 32) WHERE commitment = %s",
        [commitment],
    )
    with pytest.raises(LedgerFault, match="is not the one"):
        verify()


@pytest.mark.parametrize(
    "belongs", ["to nothing", "to an event that says nothing of it", "nowhere"]
)
def test_a_text_that_no_event_commits_to_is_a_fault(
    committed_cast: Cast, admin: psycopg.Connection, belongs: str
) -> None:
    """The app may lay texts down; one that nobody committed to is found."""
    opening = commit("reason", "It was all agreed.")
    event = {
        "to nothing": None,
        "nowhere": ids.new_id(),
        "to an event that says nothing of it": Entry.objects.get(seq=3).event_id,
    }[belongs]
    Disclosure.objects.create(
        commitment=opening.commitment,
        salt=opening.salt,
        name=opening.name,
        text=opening.text,
        event_id=event,
        recorded_at=clock.now(),
    )
    with pytest.raises((StrayText, LedgerFault), match=opening.commitment):
        verify()


def test_rebuilding_brings_nothing_back(committed_cast: Cast, admin: psycopg.Connection) -> None:
    _, commitment = reported(committed_cast)
    erased(committed_cast, commitment)
    admin.execute("DELETE FROM custody_erasure")
    with pytest.raises(replay.RowMissing):
        replay.compare()
    call_command("rebuild_projection")
    replay.compare()
    (row,) = Erasure.objects.all()
    assert (row.content, row.legal_basis) == (commitment, BY["legal_basis"])
    assert Disclosure.objects.get(pk=commitment).text is None


def test_texts_of_an_older_house_learn_which_event_they_belong_to(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    """As the migration finds them: laid down before texts knew their event."""
    migration = import_module("custody.migrations.0014_attachments")
    reported(committed_cast)
    known = dict(Disclosure.objects.values_list("commitment", "event_id"))
    admin.execute("ALTER TABLE custody_disclosure DISABLE TRIGGER disclosure_append_only")
    admin.execute("UPDATE custody_disclosure SET event_id = NULL")
    admin.execute(migration.BELONGINGS)
    admin.execute("ALTER TABLE custody_disclosure ENABLE ALWAYS TRIGGER disclosure_append_only")
    assert dict(Disclosure.objects.values_list("commitment", "event_id")) == known
    verify()
