"""Who has the owner's login is refused by triggers; who switches them off is found, by the control that is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from custody.kit.roles import MIGRATOR
from tests.cast import Cast
from tests.ledger.attacks import ATTACKS, Scene
from tests.ledger.watchers import Watchers
from tests.postgres import Server


@pytest.fixture
def owner(server: Server, transactional_db: str) -> Iterator[psycopg.Connection]:
    """The login that may become the owner, having become it."""
    with psycopg.connect(server.url(transactional_db, MIGRATOR), autocommit=True) as connection:
        connection.execute("SET ROLE custody_owner")
        yield connection


@pytest.fixture
def scene(committed_cast: Cast, watchers: Watchers, owner: psycopg.Connection) -> Scene:
    found = Scene(watchers, owner, committed_cast)
    found.play()
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_entry SET body = ''",
        "UPDATE custody_entry SET recorded_at = now()",
        "DELETE FROM custody_entry WHERE seq > 2",
        "TRUNCATE custody_entry",
        "UPDATE custody_disclosure SET text = ''",
        "UPDATE custody_checkpoint SET note = ''",
        "DELETE FROM custody_checkpoint",
        "TRUNCATE custody_tile",
        "TRUNCATE custody_timestamp",
        "UPDATE custody_log_key SET not_after = now()",
        "DELETE FROM custody_append_lock",
    ],
)
def test_triggers_refuse_what_grants_allow(scene: Scene, statement: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        scene.attacker.execute(statement)
    assert caught.value.sqlstate == "CU010"


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "CREATE DATABASE yesterday TEMPLATE template1",
        "ALTER ROLE custody_app SUPERUSER",
        "GRANT custody_owner TO custody_app",
        "SET ROLE custody_signer",
        "SELECT pg_read_file('postgresql.conf')",
    ],
)
def test_what_is_the_servers_is_refused_by_grants(
    owner: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(InsufficientPrivilege):
        owner.execute(statement)


def test_a_row_put_in_by_hand_is_found_by_the_verification(scene: Scene) -> None:
    scene.attacker.execute(
        "INSERT INTO custody_entry SELECT (SELECT max(seq) + 1 FROM custody_entry), gen_random_uuid(), act_id, kind,"
        " subject_type, subject_id, actor, occurred_at, recorded_at, previous, leaf, body FROM custody_entry WHERE seq = 5"
    )
    assert set(scene.watchers.find()) == {"verify_ledger"}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_it_is_found_by_the_controls_that_are_named_and_by_no_other(
    scene: Scene, attack: Callable[[Scene], None]
) -> None:
    attack(scene)
    found = scene.watchers.find()
    assert set(found) == ATTACKS[attack], found
