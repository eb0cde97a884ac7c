"""What a law orders erased is gone for good, by an event; every proof stays valid, and nothing else is ever dropped."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from pytest_django import DjangoCaptureOnCommitCallbacks

from custody.attachments import storage
from custody.attachments.checking import check, clean
from custody.attachments.models import Attachment
from custody.attachments.services import AttachmentErased, bring
from custody.audit import replay
from custody.audit.trails import trail_of
from custody.handling.commands import to_json
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.erase import (
    AlreadyErased,
    EraseName,
    NotYoursToErase,
    StillInService,
    UnknownContent,
)
from custody.handling.models import Proposal, ProposalState, RequestKey
from custody.handling.order import GiveOrder
from custody.handling.photograph import Photograph
from custody.handling.proposals import UnknownProposal, confirm, lapse_due, refuse
from custody.handling.record import perform
from custody.handling.report import Report
from custody.kit import clock, ids
from custody.ledger import append, canonical
from custody.ledger.commitments import commit
from custody.ledger.events import SYSTEM, Subject, seal
from custody.ledger.models import Disclosure, Entry, Erasure
from custody.ledger.verify import verify
from custody.people.assigning import Purpose, state_purpose
from custody.people.rights import RightMissing, Role
from custody.people.services import enrol
from custody.reading.digests import digest_reads
from custody.reading.models import ReadAlert
from custody.reading.reviewing import review
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do, propose
from tests.erasing.orders import BY, SECRET, erased, order, reported
from tests.files import brought, picture


def holds(value: str) -> list[str]:
    """Every table of the database that holds a text in any of its columns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(
                    f"SELECT count(*) FROM {table} AS row WHERE position(%s IN row::text) > 0",
                    [value],
                )
                if cursor.fetchone()[0]:
                    found.append(table)
    return found


@pytest.mark.django_db
def test_a_text_is_gone_from_the_whole_database_and_everything_verifies(cast: Cast) -> None:
    barrel, commitment = reported(cast)
    assert holds(SECRET) == ["custody_disclosure"]
    root = verify().root
    erased(cast, commitment)
    assert holds(SECRET) == []
    row = Disclosure.objects.get(pk=commitment)
    assert (row.salt, row.text) == (None, None)
    assert row.erased_at is not None
    assert verify().root != root
    replay.compare()
    call_command("verify_ledger")
    (step,) = [one for one in trail_of(barrel) if one.event.kind == "exhibit.discrepancy_reported"]
    assert not step.texts
    assert step.erased[commitment].ordered_by == BY["ordered_by"]


@pytest.mark.django_db
def test_it_takes_a_second_person_who_may_and_whom_the_order_names(cast: Cast) -> None:
    _, commitment = reported(cast)
    for officer in (
        cast.officer,
        cast.auditor,
        cast.prosecutor,
        cast.administrator,
        cast.protector,
    ):
        with pytest.raises(RightMissing):
            propose(officer, order(commitment))
    for second in ("officer", "auditor"):
        with pytest.raises(RightMissing):
            propose(cast.supervisor, order(commitment, second))
    for second in ("supervisor", "far_supervisor"):
        with pytest.raises(NotYoursToConfirm):
            propose(cast.supervisor, order(commitment, second))
    assert not Proposal.objects.exists()
    proposal = propose(cast.supervisor, order(commitment))
    for other, refused in (
        (cast.supervisor, NotYoursToConfirm),
        (cast.officer, UnknownProposal),
        (cast.far_supervisor, UnknownProposal),
    ):
        with pytest.raises(refused):
            confirm(other, proposal)
    assert Disclosure.objects.get(pk=commitment).text == SECRET


@pytest.mark.django_db
def test_only_what_ones_own_agency_wrote_and_one_sees(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    do(
        cast.prosecutor,
        GiveOrder(
            seizure=seizure.reference, exhibits=(barrel.label,), number="D-1", reasons=SECRET
        ),
    )
    reasons = Disclosure.objects.get(text=SECRET).commitment
    with pytest.raises(NotYoursToErase):
        propose(cast.supervisor, order(reasons))
    _, commitment = _another(cast)
    with pytest.raises(UnknownContent):
        propose(cast.far_supervisor, order(commitment, "supervisor"))
    for nothing in ("0" * 64, "x", str(ids.new_id()), " "):
        with pytest.raises(UnknownContent):
            propose(cast.supervisor, order(nothing))


def _another(cast: Cast) -> tuple[Exhibit, str]:
    _, (barrel,) = catch(cast)
    do(cast.officer, Report(exhibit=barrel.label, what="other", details="Another text."))
    return barrel, Disclosure.objects.get(text="Another text.").commitment


@pytest.mark.django_db
def test_nothing_is_erased_twice(cast: Cast) -> None:
    _, commitment = reported(cast)
    first, second = (propose(cast.supervisor, order(commitment)) for _ in range(2))
    confirm(cast.second_supervisor, first)
    with pytest.raises(AlreadyErased):
        confirm(cast.second_supervisor, second)
    assert Erasure.objects.count() == 1


@pytest.mark.django_db
def test_what_a_proposal_held_of_it_goes_too(cast: Cast) -> None:
    """Free text of an act that waited stands in its proposal as it was typed."""
    with clock.simulated(clock.now()) as time:
        _, (barrel,) = catch(cast)
        time.advance(timedelta(hours=1))
        do(
            cast.officer,
            Report(exhibit=barrel.label, what="other", details=SECRET),
            cast.colleague,
            occurred_at=time.at - timedelta(minutes=30),
            late_reason=SECRET + " Late.",
        )
        assert set(holds(SECRET)) == {"custody_disclosure", "custody_proposal"}
        for text in (SECRET, SECRET + " Late."):
            erased(cast, Disclosure.objects.get(text=text).commitment)
        assert holds(SECRET) == []
        told = Proposal.objects.get(act="report")
        assert told.command == {"exhibit": barrel.label, "what": "other", "details": None}
        verify()
        replay.compare()


@pytest.mark.django_db
def test_the_words_of_a_proposal_that_came_to_nothing_go_and_its_readings_stay(cast: Cast) -> None:
    with clock.simulated(clock.now()) as time:
        _, (barrel,) = catch(cast)
        time.advance(timedelta(hours=1))
        proposal = propose(
            cast.officer,
            Report(exhibit=barrel.label, what="seal", details=SECRET),
            occurred_at=time.at - timedelta(minutes=30),
            late_reason=SECRET,
        )
        with pytest.raises(UnknownContent):
            propose(cast.supervisor, order(str(proposal)))
        time.advance(timedelta(hours=13))
        assert lapse_due() == 1
        erased(cast, str(proposal))
        row = Proposal.objects.get(pk=proposal)
        assert row.state == ProposalState.LAPSED
        assert row.command == {"exhibit": barrel.label, "what": "seal", "details": None}
        assert holds(SECRET) == []
        with pytest.raises(AlreadyErased):
            propose(cast.supervisor, order(str(proposal)))
        verify()
        replay.compare()


@pytest.mark.django_db
def test_what_a_reviewer_found_goes_from_the_alert_too(cast: Cast) -> None:
    seizure, _ = catch(cast)
    state_purpose(
        cast.officer, case=seizure.id, purpose=Purpose.EMERGENCY, reason="?", break_glass=True
    )
    digest_reads()
    review(cast.supervisor, ReadAlert.objects.get().id, SECRET)
    assert set(holds(SECRET)) == {"custody_disclosure", "custody_read_alert"}
    erased(cast, Disclosure.objects.get(text=SECRET).commitment)
    assert holds(SECRET) == []
    verify()


@pytest.mark.django_db
def test_a_name_goes_when_its_bearer_has_left_and_the_badge_stays(cast: Cast) -> None:
    command = EraseName(badge="colleague", reason="Left.", second="second_supervisor", **BY)
    with pytest.raises(StillInService):
        propose(cast.supervisor, command)
    enrol(
        badge="colleague",
        name="Colleague",
        unit="CUSTOMS/QUAY",
        roles=[Role.OFFICER],
        actor=SYSTEM,
        active=False,
    )
    assert Disclosure.objects.filter(text="Colleague").count() == 2
    do(cast.supervisor, command, cast.second_supervisor)
    assert not Disclosure.objects.filter(text="Colleague").exists()
    assert Entry.objects.filter(kind="content.erased").count() == 2
    verify()
    replay.compare()
    with pytest.raises(AlreadyErased):
        propose(cast.supervisor, command)
    with pytest.raises(UnknownContent):
        propose(cast.supervisor, EraseName(badge="outsider", reason="?", second="x", **BY))


@pytest.mark.django_db
def test_a_photograph_goes_from_storage_and_is_not_taken_again(
    cast: Cast,
    files: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    _, (barrel,) = catch(cast)
    data = picture()
    name = brought(cast.officer, data)
    do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))
    with django_capture_on_commit_callbacks(execute=True):
        erased(cast, name)
    assert not list(storage.files())
    assert Attachment.objects.get(pk=name).erased_at is not None
    assert list(check()) == []
    for officer in (cast.officer, cast.colleague):
        with pytest.raises(AttachmentErased):
            bring(officer, data)
    with pytest.raises(AttachmentErased):
        do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))
    verify()
    replay.compare()


@pytest.mark.django_db
def test_bytes_that_outlived_their_erasure_are_a_fault_until_they_are_removed(
    cast: Cast, files: Any
) -> None:
    """As after a crash between the commit and the removal."""
    _, (barrel,) = catch(cast)
    name = brought(cast.officer, picture())
    do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))
    erased(cast, name)  # what runs after a commit does not run here: nothing is committed
    (one,) = check()
    assert (one.name, one.fault) == (name, True)
    (one,) = clean()
    assert not one.fault
    assert list(check()) == []


@pytest.mark.django_db
def test_rows_of_erasures_come_from_events_alone(cast: Cast) -> None:
    _, commitment = reported(cast)
    erased(cast, commitment)
    Erasure.objects.create(
        content="0" * 64, what="text", erased_at=clock.now(), head="0" * 64, **BY
    )
    with pytest.raises(replay.RowWithoutEvents):
        replay.compare()


def _event(content: str, what: str = "text") -> Any:
    return seal(
        kind="content.erased",
        subject=Subject("content", content),
        actor=SYSTEM,
        occurred_at=clock.now(),
        payload={"what": what, "event": None, "fields": [], **BY, "reason": None},
        previous=None,
        act_id=ids.new_id(),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["text", "attachment", "proposal", "ledger"])
def test_an_erasure_of_nothing_does_not_enter_the_ledger(cast: Cast, what: str) -> None:
    content = str(ids.new_id()) if what == "proposal" else "0" * 64
    with pytest.raises(append.NotAnEvent, match="nothing of it to erase"), transaction.atomic():
        append.append([_event(content, what)])


@pytest.mark.django_db
def test_a_text_that_no_event_commits_to_is_not_kept(cast: Cast) -> None:
    event = seal(
        kind="x.y",
        subject=Subject("x", "1"),
        actor=SYSTEM,
        occurred_at=clock.now(),
        payload={},
        previous=None,
        act_id=ids.new_id(),
    )
    with pytest.raises(append.Uncommitted):
        append.append([event], [commit("reason", SECRET)])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_disclosure SET salt = NULL, text = NULL, erased_at = now()",
        "DELETE FROM custody_disclosure",
        "UPDATE custody_proposal SET command = '{}'",
        "UPDATE custody_attachment SET erased_at = now()",
        "UPDATE custody_erasure SET ordered_by = 'me'",
        "SELECT ledger_erase()",
    ],
)
def test_the_app_erases_nothing_but_by_an_event(cast: Cast, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_no_row_that_is_left_confirms_a_guess_at_what_was_erased(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    report = Report(exhibit=barrel.label, what="other", details=SECRET)
    perform(cast.officer, report, key="the-request")
    erased(cast, Disclosure.objects.get(text=SECRET).commitment)
    told = ["report", to_json(report), None, None]
    kept = RequestKey.objects.get(key="the-request").fingerprint
    assert kept != sha256(canonical.encode(told)).hexdigest()
    assert perform(cast.officer, report, key="the-request")


@pytest.mark.django_db
def test_why_something_was_refused_that_is_about_no_exhibit_is_kept_and_can_be_erased(
    cast: Cast,
) -> None:
    _, commitment = reported(cast)
    proposal = propose(cast.supervisor, order(commitment))
    refuse(cast.second_supervisor, proposal, "It names Jan Peeters alone.")
    ended = Entry.objects.get(kind="proposal.refused")
    assert (ended.subject_type, ended.subject_id) == ("proposal", str(proposal))
    reason = Disclosure.objects.get(text="It names Jan Peeters alone.")
    erased(cast, reason.commitment)
    assert holds("Jan Peeters alone") == []
    verify()
    replay.compare()
