"""Bytes lie in storage before anything speaks of them: cut off anywhere, something may be left over, nothing is missing."""

from __future__ import annotations

import os
import stat
import threading
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from custody.attachments import storage
from custody.attachments.checking import Finding, check, clean
from custody.attachments.models import Attachment, Upload
from custody.attachments.services import UnknownAttachment, bring
from custody.handling.photograph import Photograph
from custody.handling.proposals import confirm
from custody.handling.record import Receipt
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do, propose
from tests.files import brought, paper, picture
from tests.races.children import child, kill, line_of

TWO_DAYS = timedelta(days=2)

#: Brings a file and stalls before or after its row is written.
BRING = """
import sys, time
import django
django.setup()
from pathlib import Path
from custody.attachments import services, storage
from custody.people.models import Officer

file, where = sys.argv[1:]

def stall(*args, **kwargs):
    print("stalled", flush=True)
    time.sleep(600)

if where == "between":
    services.Attachment.objects.create = stall
elif where == "half":
    put = storage.put
    storage.put = lambda form, *more: put(form, *more) if form == "original" else stall()
elif where == "unfinished":
    Path.replace = stall
services.bring(Officer.objects.get(pk="officer"), Path(file).read_bytes())
"""


def found() -> list[Finding]:
    return list(check())


def cleaned() -> list[Finding]:
    return list(clean())


def photographed(cast: Cast, barrel: Exhibit) -> str:
    name = brought(cast.officer, picture())
    do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))
    return name


def aged(folder: Path) -> None:
    """As if everything had been laid down two days ago."""
    then = time.time() - TWO_DAYS.total_seconds()
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


@pytest.mark.django_db
def test_only_its_owner_reads_the_folder(cast: Cast, files: Path) -> None:
    brought(cast.officer, picture())
    for path in (files, *files.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.django_db
def test_what_is_in_order_is_told_so(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    _, (barrel,) = catch(cast)
    photographed(cast, barrel)
    assert found() == []
    call_command("check_attachments")
    assert capsys.readouterr().out == "No fault.\n"


@pytest.mark.django_db
@pytest.mark.parametrize("form", storage.FORMS)
def test_bytes_that_are_missing_are_a_fault(cast: Cast, files: Path, form: str) -> None:
    _, (barrel,) = catch(cast)
    name = photographed(cast, barrel)
    (files / storage.path_of(form, name)).unlink()
    (one,) = found()
    assert (one.name, one.fault) == (name, True)
    with pytest.raises(CommandError, match="1 faults"):
        call_command("check_attachments")


@pytest.mark.django_db
def test_bytes_that_are_not_what_they_were_are_a_fault(cast: Cast, files: Path) -> None:
    _, (barrel,) = catch(cast)
    name = photographed(cast, barrel)
    path = files / storage.path_of(storage.ORIGINAL, name)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    (one,) = found()
    assert one.fault
    assert "hash to" in one.what


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM custody_attachment", "UPDATE custody_attachment SET event_id = NULL"],
)
def test_the_apps_own_role_cannot_take_away_what_an_event_names(cast: Cast, statement: str) -> None:
    _, (barrel,) = catch(cast)
    name = photographed(cast, barrel)
    Upload.objects.all().delete()
    with (
        pytest.raises(DatabaseError, match="what an event names stays"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Attachment.objects.filter(pk=name).exists()


@pytest.mark.django_db
def test_what_nobody_named_is_cleaned_after_a_day_and_not_before(cast: Cast) -> None:
    with clock.simulated(clock.now()) as time:
        _, (barrel,) = catch(cast)
        kept, unnamed = photographed(cast, barrel), brought(cast.officer, picture())
        assert [one.name for one in cleaned()] == [unnamed]
        time.advance(timedelta(hours=23))
        cleaned()
        assert storage.there(storage.ORIGINAL, unnamed)
        time.advance(timedelta(hours=2))
        (one,) = cleaned()
        assert (one.name, one.fault) == (unnamed, False)
        assert not Attachment.objects.filter(pk=unnamed).exists()
        assert {name for _, name in storage.files()} == {kept}
        with pytest.raises(UnknownAttachment):
            do(cast.officer, Photograph(exhibit=barrel.label, photographs=(unnamed,)))


@pytest.mark.django_db
def test_what_waits_in_a_proposal_is_not_cleaned_under_it(cast: Cast) -> None:
    """A late entry needs a colleague: a day counts from the proposal, which waits for half of one."""
    with clock.simulated(clock.now()) as time:
        _, (barrel,) = catch(cast)
        name = brought(cast.officer, picture())
        time.advance(timedelta(hours=23))
        command = Photograph(exhibit=barrel.label, photographs=(name,))
        told = {"occurred_at": time.at - timedelta(hours=1), "late_reason": "No network."}
        proposal = propose(cast.officer, command, **told)
        time.advance(timedelta(hours=11))
        cleaned()
        assert isinstance(confirm(cast.colleague, proposal), Receipt)
    assert found() == []


@pytest.mark.slow
@pytest.mark.parametrize("where", ["unfinished", "half", "between"])
def test_who_is_killed_between_the_bytes_and_the_row_leaves_some_over_and_can_bring_it_again(
    committed_cast: Cast,
    child_environment: dict[str, str],
    files: Path,
    tmp_path: Path,
    where: str,
) -> None:
    data = picture()
    file = tmp_path / "file"
    file.write_bytes(data)
    environment = child_environment | {"CUSTODY_DATA": str(files.parent)}
    with child("-c", BRING, str(file), where, environment=environment) as process:
        assert line_of(process) == "stalled"
        kill(process)
    assert not Attachment.objects.exists()
    left = cleaned()
    assert left
    assert not any(one.fault for one in left)
    assert len(list(storage.files())) == len(left)
    # young, so it stays: somebody may be at it
    row = bring(committed_cast.officer, data)
    assert storage.read(storage.ORIGINAL, row.sha256) == data
    aged(files)
    cleaned()
    assert {name for _, name in storage.files()} == {row.sha256}
    connections.close_all()


@pytest.mark.slow
def test_what_was_left_over_goes_after_a_day(
    committed_cast: Cast, child_environment: dict[str, str], files: Path, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(picture())
    environment = child_environment | {"CUSTODY_DATA": str(files.parent)}
    with child("-c", BRING, str(file), "between", environment=environment) as process:
        assert line_of(process) == "stalled"
        kill(process)
    aged(files)
    assert len(found()) == 3
    assert len(list(storage.files())) == 3
    cleaned()
    assert not list(storage.files())
    assert found() == []
    connections.close_all()


def test_the_same_file_brought_by_many_at_once_is_one(committed_cast: Cast) -> None:
    data = picture(400, 300)
    badges = ["officer", "colleague", "keeper", "driver"] * 2
    start = threading.Barrier(len(badges))
    errors: list[Exception] = []

    def run(badge: str) -> None:
        start.wait()
        try:
            bring(committed_cast.officers[badge], data)
        except (CustodyError, DatabaseError, OSError) as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[badge]) for badge in badges]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not errors
    row = Attachment.objects.get()
    assert row.sha256 == sha256(data).hexdigest()
    assert Upload.objects.count() == len(set(badges))
    assert storage.read(storage.ORIGINAL, row.sha256) == data
    assert len(list(storage.files())) == 3


def test_cleaning_and_naming_at_once_never_leave_an_event_without_its_file(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = committed_cast
    _, (barrel,) = catch(cast)
    names = [brought(cast.officer, picture()) for _ in range(6)]
    old = clock.now() - TWO_DAYS
    Upload.objects.update(used_at=old)
    monkeypatch.setattr("custody.attachments.checking.KEPT_UNNAMED", timedelta(seconds=-5))
    start = threading.Barrier(2)

    def sweep() -> None:
        start.wait()
        for _ in range(3):
            cleaned()
        connections.close_all()

    cleaner = threading.Thread(target=sweep)
    cleaner.start()
    start.wait()
    for name in names:
        try:
            do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))
        except UnknownAttachment:
            continue
    cleaner.join()
    assert not [one for one in found() if one.fault]
    named = Entry.objects.filter(kind="exhibit.photographed").count()
    assert Attachment.objects.filter(event_id__isnull=False).count() == named


def test_not_even_a_replica_changes_what_an_event_names(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    _, (barrel,) = catch(committed_cast)
    photographed(committed_cast, barrel)
    brought(committed_cast.officer, paper())
    admin.execute("SET session_replication_role = replica")
    for statement in (
        "UPDATE custody_attachment SET size = 1",
        "UPDATE custody_attachment SET erased_at = now()",
        "DELETE FROM custody_attachment",
    ):
        with pytest.raises(psycopg.Error, match="what an event names stays"):
            admin.execute(statement)
