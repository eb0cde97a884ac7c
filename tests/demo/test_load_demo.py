"""The demonstration is real, repeatable and whole: every trouble that a supervisor has to see is in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from custody.kit.roles import AUDITOR, MIGRATOR, SIGNER
from tests.postgres import Server

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-24T10:00:00+00:00"
Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def house(server: Server, tmp_path: Path) -> Iterator[Callable[[], tuple[Manage, str]]]:
    """Makes migrated databases whose ledger nobody has opened: what to run in one, and its address."""
    names = [f"{server.prefix}_demo_{number}" for number in range(3)]
    made = count()

    def build() -> tuple[Manage, str]:
        name = names[next(made)]
        environment = os.environ | {
            "CUSTODY_MODE": "development",
            "CUSTODY_DATA": str(tmp_path / name),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": server.url(name),
            "DATABASE_OWNER_URL": server.url(name, MIGRATOR),
            "DATABASE_SIGNER_URL": server.url(name, SIGNER),
            "DATABASE_AUDITOR_URL": server.url(name, AUDITOR),
        }

        def manage(*command: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )

        for command in (("prepare_database", "--admin-url", server.admin_url), ("migrate",)):
            done = manage(*command)
            assert done.returncode == 0, done.stderr
        return manage, server.url(name)

    yield build
    for name in names:
        server.drop(name)


def load(manage: Manage, seed: str = "7") -> str:
    done = manage("load_demo", "--tonnes", "3", "--seed", seed, "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    return done.stdout


def root(said: str) -> str:
    return next(line for line in said.splitlines() if line.startswith("Root "))


def test_the_same_seed_and_end_give_the_same_bytes_and_another_seed_gives_others(
    house: Callable[[], tuple[Manage, str]],
) -> None:
    first, second, third = house()[0], house()[0], house()[0]
    once = load(first)
    assert once == load(second)
    assert root(once) != root(load(third, seed="8"))


def test_everything_that_a_supervisor_has_to_see_is_in_it_and_verifies(
    house: Callable[[], tuple[Manage, str]],
) -> None:
    manage, url = house()
    said = load(manage)
    assert "password" in said
    done = manage("verify_ledger")
    assert done.returncode == 0, done.stderr
    assert root(said).split()[1] in done.stdout
    with psycopg.connect(url) as database:
        for what, wanted in (
            ("a hold", "SELECT count(*) FROM custody_hold WHERE lifted_at IS NULL"),
            ("a missing unit", "SELECT count(*) FROM custody_exhibit WHERE stage = 'missing'"),
            ("ash", "SELECT count(*) FROM custody_exhibit WHERE stage = 'incinerated'"),
            ("a discrepancy", "SELECT count(*) FROM custody_flag WHERE cause = 'discrepancy'"),
            (
                "something overdue",
                "SELECT count(*) FROM custody_flag WHERE level = 'due' AND resolved_at IS NULL",
            ),
            (
                "a clock that runs",
                "SELECT count(*) FROM custody_clock WHERE stopped_at IS NULL AND due_at IS NOT NULL",
            ),
            (
                "a certificate of destruction",
                "SELECT count(*) FROM custody_session WHERE state = 'certified'",
            ),
            (
                "a slot to come",
                "SELECT count(*) FROM custody_session WHERE state = 'confirmed' AND units = '{}'",
            ),
            ("an open proposal", "SELECT count(*) FROM custody_proposal WHERE state = 'open'"),
            ("a lapsed one", "SELECT count(*) FROM custody_proposal WHERE state = 'lapsed'"),
            ("bricks inside", "SELECT count(*) FROM custody_exhibit WHERE within_id IS NOT NULL"),
            ("a correction", "SELECT count(*) FROM custody_entry WHERE kind = 'event.corrected'"),
            (
                "a late entry",
                (
                    "SELECT count(*) FROM custody_entry"
                    " WHERE convert_from(body, 'UTF8')::jsonb -> 'late' <> 'null'"
                ),
            ),
        ):
            row = database.execute(wanted).fetchone()
            assert row
            assert row[0] > 0, what


def test_it_is_loaded_once(house: Callable[[], tuple[Manage, str]]) -> None:
    manage, _ = house()
    first = load(manage)
    again = manage("load_demo")
    assert again.returncode == 0
    assert "loaded already" in again.stdout
    assert root(again.stdout) == root(first)


@pytest.mark.django_db
def test_a_ledger_that_is_for_something_else_takes_no_demonstration() -> None:
    with pytest.raises(CommandError, match="opened for test"):
        call_command("load_demo", "--tonnes", "1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [("--tonnes", "0"), ("--tonnes", "401"), ("--as-of", "2026-11-24T10:00:00")]
)
def test_what_cannot_be_made_is_refused(wrong: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("load_demo", *wrong)
