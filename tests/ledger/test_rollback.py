"""After a restored backup there is a lawful road: two people, another name for the log, and what is lost named for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from custody.audit import replay
from custody.audit.verifying import verify_everything
from custody.ledger import checkpoints, events
from custody.ledger.models import Entry
from custody.ledger.origins import ROLLED_BACK, current_origin
from custody.ledger.signing import SignerRefuses
from custody.ledger.tlog import Checkpoint, opened
from custody.ledger.verify import verify
from tests.cast import PASSWORD, Cast, catch
from tests.ledger.signers import Signing, verifier_of


@pytest.fixture
def lost(committed_cast: Cast, signing: Signing, admin: psycopg.Connection) -> Checkpoint:
    """Acts were recorded and signed; then yesterday's backup was restored."""
    for officer in (
        committed_cast.supervisor,
        committed_cast.administrator,
        committed_cast.officer,
    ):
        officer.set_password(PASSWORD)
        officer.save(update_fields=["password"])
    verify_everything()  # the log's own chain has more than its names
    signing.round()
    kept = Entry.objects.count()
    catch(committed_cast)
    note = signing.round()
    assert note
    checkpoint, _ = opened(note, [signing.verifier])
    assert checkpoint.size > kept
    # A backup brings back all tables alike; rows that only the lost acts made go with them.
    for table in ("custody_entry", "custody_checkpoint"):
        admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    admin.execute("SET session_replication_role = replica")
    admin.execute("DELETE FROM custody_entry WHERE seq >= %s", [kept])
    admin.execute("DELETE FROM custody_checkpoint WHERE size > %s", [kept])
    for table in ("seal", "clock", "exhibit", "seizure"):
        admin.execute(f"DELETE FROM custody_{table}")
    for name in ("custody_entry", "custody_checkpoint"):
        admin.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name.split('_')[1]}_append_only")
        admin.execute(
            f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name.split('_')[1]}_never_emptied"
        )
    admin.execute("SET session_replication_role = origin")
    return checkpoint


def declare(signing: Signing, **more: Any) -> None:
    told = {
        "badge": "supervisor",
        "confirmer": "administrator",
        "checkpoint": signing.signer.memory.path,
    }
    call_command("declare_rollback", **(told | more))


@pytest.fixture(autouse=True)
def _typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "custody.management.commands.declare_rollback.getpass", lambda prompt: PASSWORD
    )


def test_the_signer_refuses_a_restored_backup_and_the_health_page_says_so(
    lost: Checkpoint, signing: Signing
) -> None:
    with pytest.raises(SignerRefuses, match="declare_rollback"):
        signing.round()
    told = Client().get("/healthz")
    assert told.status_code == 503
    assert told.json()["checkpoint"]["status"] == "signer refuses"


def test_two_people_declare_it_and_the_log_goes_on_under_a_name_that_tells(
    lost: Checkpoint, signing: Signing, admin: psycopg.Connection
) -> None:
    kept = Entry.objects.count()
    declare(signing)
    origin = current_origin()
    assert origin == f"custody.test/restored-{kept}-{lost.root.hex()[:8]}/test"
    event = events.read(bytes(Entry.objects.get(kind=ROLLED_BACK).body))
    told: Any = event.payload
    assert (event.actor.badge, event.confirmers[0].badge) == ("supervisor", "administrator")
    assert (told["lost"]["size"], told["lost"]["first_lost"]) == (lost.size, kept)
    note = signing.round()
    assert note
    checkpoint, _ = opened(note, [verifier_of(signing.signer, origin)])
    assert checkpoint.size == kept + 1
    assert checkpoints.latest_public() == note
    assert verify().events == kept + 1
    replay.compare()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"confirmer": "supervisor"}, "two different people"),
        ({"confirmer": "officer"}, "does not hold the right"),
        ({"confirmer": "nobody"}, "do not go together"),
    ],
)
def test_nobody_declares_it_alone_or_without_the_right(
    lost: Checkpoint, signing: Signing, told: dict[str, str], why: str
) -> None:
    with pytest.raises(CommandError, match=why):
        declare(signing, **told)
    assert not Entry.objects.filter(kind=ROLLED_BACK).exists()


def test_a_wrong_password_declares_nothing(
    lost: Checkpoint, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.management.commands.declare_rollback.getpass", lambda _: "guess")
    with pytest.raises(CommandError, match="do not go together"):
        declare(signing)


def test_without_a_checkpoint_that_the_log_signed_nothing_is_declared(
    lost: Checkpoint, signing: Signing, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    forged.write_text(signing.signer.memory.path.read_text().replace(str(lost.size), "999"))
    with pytest.raises(CommandError, match="does not hold"):
        declare(signing, checkpoint=forged)


def test_where_nothing_is_lost_nothing_is_declared(committed_cast: Cast, signing: Signing) -> None:
    for officer in (committed_cast.supervisor, committed_cast.administrator):
        officer.set_password(PASSWORD)
        officer.save(update_fields=["password"])
    signing.round()
    with pytest.raises(CommandError, match="nothing was rolled back"):
        declare(signing)


def test_another_name_that_nobody_declared_stops_the_signer(
    lost: Checkpoint, signing: Signing
) -> None:
    declare(signing)
    signing.signer.memory.keep(
        signing.signer.memory.last().replace(f"\n{lost.size}\n", f"\n{lost.size - 1}\n")  # type: ignore[union-attr]
    )
    with pytest.raises(SignerRefuses, match="nobody declared why"):
        signing.round()
