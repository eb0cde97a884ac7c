"""A superuser can do everything in the database; what was signed and kept elsewhere finds it, and says by what.

Only what docs/threat-model.md names as not defended passes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from custody.ledger.append import open_ledger
from custody.ledger.models import Entry
from tests.cast import Cast, catch, enlist
from tests.ledger import forging
from tests.ledger.attacks import ATTACKS, BY_THE_WITNESS_ALONE, Scene
from tests.ledger.forging import triggers_off
from tests.ledger.signers import Signing, new_signer, verifier_of
from tests.ledger.watchers import MEMORY, VERIFY, WITNESS, Watchers
from tests.postgres import Server


@pytest.fixture
def scene(committed_cast: Cast, watchers: Watchers, admin: psycopg.Connection) -> Scene:
    found = Scene(watchers, admin, committed_cast)
    found.play()
    return found


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_it_is_found_by_the_controls_that_are_named_and_by_no_other(
    scene: Scene, attack: Callable[[Scene], None]
) -> None:
    attack(scene)
    found = scene.watchers.find()
    assert set(found) == ATTACKS[attack], found


@pytest.mark.parametrize("attack", BY_THE_WITNESS_ALONE, ids=lambda attack: attack.__name__)
def test_with_the_signers_key_stolen_too_the_witness_is_left(
    scene: Scene, attack: Callable[[Scene], None]
) -> None:
    attack(scene)
    scene.watchers.lose_signer()
    found = scene.watchers.find()
    assert set(found) == {WITNESS}, found


@pytest.mark.parametrize("stolen", [False, True], ids=["", "with the signer's key"])
def test_yesterdays_backup_is_found_by_the_signers_memory_or_by_the_witness(
    committed_cast: Cast, watchers: Watchers, server: Server, *, stolen: bool
) -> None:
    database = watchers.signing.database
    yesterday = f"{database}_yesterday"
    catch(committed_cast)
    watchers.sign()
    with server.admin() as admin:
        forging.copy(admin, database, yesterday)
        _reconnect()
        catch(committed_cast)
        watchers.sign()
        assert watchers.find() == {}
        _reconnect()
        server.drop(database)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        admin.execute(rename.format(sql.Identifier(yesterday), sql.Identifier(database)))
    if stolen:
        watchers.lose_signer()
    found = watchers.find()
    assert set(found) == ({WITNESS} if stolen else {MEMORY, WITNESS}), found


def _reconnect() -> None:
    from django.db import connection

    connection.close()


@pytest.mark.parametrize(
    ("change", "finders"),
    [
        (
            "UPDATE custody_tile SET hashes = set_byte(hashes, 7, get_byte(hashes, 7) # 1)",
            {VERIFY, MEMORY},
        ),
        ("UPDATE custody_tile SET root = sha256('')", {VERIFY, MEMORY}),
        ("DELETE FROM custody_tile", {VERIFY}),  # the signer stores them again
    ],
)
def test_changed_tiles_are_found_by_the_verification_and_stop_the_signer(
    committed_cast: Cast,
    watchers: Watchers,
    admin: psycopg.Connection,
    change: str,
    finders: set[str],
) -> None:
    catch(committed_cast, 250)
    watchers.sign()
    assert watchers.find() == {}
    with triggers_off(admin):
        admin.execute(change)
    found = watchers.find()
    assert set(found) == finders, found


def test_times_of_recording_are_bound_by_what_was_signed_around_them(
    transactional_db: str, admin: psycopg.Connection, server: Server, tmp_path: Path
) -> None:
    with triggers_off(admin):
        admin.execute("DELETE FROM custody_entry")
    open_ledger(purpose="production", origin="custody.test")
    cast = enlist()
    watchers = Watchers(
        Signing(server, transactional_db, new_signer(tmp_path / "s")), tmp_path / "w"
    )
    watchers.witness.log_keys = [verifier_of(watchers.signing.signer, "custody.test")]
    catch(cast)
    watchers.sign()
    first = Entry.objects.count()
    with triggers_off(admin):  # recorded two hours ago, signed an hour later
        admin.execute("UPDATE custody_entry SET recorded_at = recorded_at - interval '2 hours'")
        admin.execute("UPDATE custody_checkpoint SET signed_at = signed_at - interval '1 hour'")
    catch(cast)
    watchers.sign()
    assert watchers.find() == {}

    def forge(seq: str, by: str) -> dict[str, str]:
        with triggers_off(admin):
            admin.execute(
                f"UPDATE custody_entry SET recorded_at = recorded_at + interval '{by}' WHERE seq {seq}"
            )
        found = dict(watchers.find())
        with triggers_off(admin):
            admin.execute(
                f"UPDATE custody_entry SET recorded_at = recorded_at - interval '{by}' WHERE seq {seq}"
            )
        return found

    after, before = forge(f"= {first - 1}", "90 minutes"), forge(f">= {first}", "-80 minutes")
    assert set(after) == set(before) == {VERIFY}
    assert after[VERIFY].startswith(f"seq {first - 1}, field recorded_at: it is after")
    assert before[VERIFY].startswith(f"seq {first}, field recorded_at: it is before")
    # Not defended: a time between those of its neighbours and of the checkpoints around it.
    assert forge(f"= {first - 1}", "1 millisecond") == {}


def test_triggers_that_fire_always_stop_a_superuser_who_poses_as_a_replica(scene: Scene) -> None:
    scene.attacker.execute("SET session_replication_role = replica")
    for table in forging.GUARDED:
        for statement in (f"DELETE FROM custody_{table}", f"TRUNCATE custody_{table} CASCADE"):
            if "DELETE" in statement and table in {"tile", "cosignature", "timestamp"}:
                continue  # there are no rows
            with pytest.raises(psycopg.Error) as caught:
                scene.attacker.execute(statement)
            assert caught.value.sqlstate == "CU010"
