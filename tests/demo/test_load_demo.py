"""The demonstration is real, repeatable and whole: every trouble that a supervisor has to see is in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from custody.kit.roles import AUDITOR, MIGRATOR, SIGNER
from tests.postgres import Server

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-24T10:00:00+00:00"


@dataclass(frozen=True)
class House:
    """A database of its own, by its address, and the environment of those who enter it."""

    url: str
    environment: dict[str, str]

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def load(self, seed: str = "7") -> str:
        """Load the smallest demonstration, in which as much happens as in a large one; what is said of it."""
        done = self.manage("load_demo", "--tonnes", "1", "--seed", seed, "--as-of", AS_OF)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def build(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], House]]:
    """Makes migrated databases whose ledger nobody has opened."""
    names = [f"{server.prefix}_demo_{number}" for number in range(3)]
    made = count()

    def make() -> House:
        name = names[next(made)]
        url = server.url(name)
        environment = os.environ | {
            "CUSTODY_MODE": "development",
            "CUSTODY_DATA": str(tmp_path_factory.mktemp(name)),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "DATABASE_OWNER_URL": server.url(name, MIGRATOR),
            "DATABASE_SIGNER_URL": server.url(name, SIGNER),
            "DATABASE_AUDITOR_URL": server.url(name, AUDITOR),
        }
        house = House(url, environment)
        for command in (("prepare_database", "--admin-url", server.admin_url), ("migrate",)):
            done = house.manage(*command)
            assert done.returncode == 0, done.stderr
        return house

    yield make
    for name in names:
        server.drop(name)


@pytest.fixture(scope="module")
def loaded(build: Callable[[], House]) -> tuple[House, str]:
    """A demonstration that nobody changes, and what was said when it was loaded."""
    house = build()
    return house, house.load()


def root(said: str) -> str:
    return next(line for line in said.splitlines() if line.startswith("Root "))


def test_the_same_seed_and_end_give_the_same_bytes_and_another_seed_gives_others(
    build: Callable[[], House], loaded: tuple[House, str]
) -> None:
    _, once = loaded
    assert once == build().load()
    assert root(once) != root(build().load(seed="8"))


def test_everything_that_a_supervisor_has_to_see_is_in_it_and_verifies(
    loaded: tuple[House, str],
) -> None:
    house, said = loaded
    assert "password" in said
    done = house.manage("verify_ledger")
    assert done.returncode == 0, done.stderr
    assert root(said).split()[1] in done.stdout
    with psycopg.connect(house.url) as database:
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


def test_it_is_loaded_once(loaded: tuple[House, str]) -> None:
    house, first = loaded
    again = house.manage("load_demo")
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
