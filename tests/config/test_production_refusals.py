"""Production mode refuses to start with what must not be, and names each setting with its cure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from custody.kit.roles import MIGRATOR
from tests.postgres import Server

ROOT = Path(__file__).parents[2]
SECRET = "x9Kf2mQ8vLp4TzR7wNc3BhY6uJd5GsEa1VoXi0ZqMrWtPyCkHn"


def start(
    *command: str, mode: str | None = "production", **environment: str
) -> subprocess.CompletedProcess[str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CUSTODY_", "DATABASE_", "CELERY_", "DJANGO_"))
    }
    given = {"CUSTODY_MODE": mode} if mode else {}
    return subprocess.run(
        [sys.executable, *(command or ("manage.py", "check"))],
        cwd=ROOT,
        env=inherited | given | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def sound(url: str = "postgresql://custody_app:secret@localhost/custody") -> dict[str, str]:
    return {
        "CUSTODY_SECRET_KEY": SECRET,
        "CUSTODY_ALLOWED_HOSTS": "custody.example",
        "DATABASE_URL": url,
        "CELERY_BROKER_URL": "amqp://custody:secret@localhost/",
    }


def test_a_sound_environment_starts() -> None:
    done = start(**sound())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"CUSTODY_SECRET_KEY": ""}, "CUSTODY_SECRET_KEY is the published default"),
        ({"CUSTODY_SECRET_KEY": "short"}, "CUSTODY_SECRET_KEY is too weak"),
        ({"CUSTODY_SECRET_KEY": "a" * 60}, "CUSTODY_SECRET_KEY is too weak"),
        ({"CUSTODY_DEBUG": "True"}, "CUSTODY_DEBUG is True"),
        ({"CUSTODY_DEBUG": "yes"}, "CUSTODY_DEBUG"),
        ({"CUSTODY_ALLOWED_HOSTS": ""}, "CUSTODY_ALLOWED_HOSTS is empty"),
        ({"CUSTODY_ALLOWED_HOSTS": "*"}, "CUSTODY_ALLOWED_HOSTS holds '*'"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"CELERY_BROKER_URL": ""}, "CELERY_BROKER_URL is missing"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
    ],
)
def test_what_must_not_be_is_refused_and_named(change: dict[str, str], named: str) -> None:
    done = start(**(sound() | change))
    assert done.returncode != 0
    assert named in done.stderr


def test_everything_that_is_wrong_is_told_at_once() -> None:
    done = start()
    assert done.stderr.count("\n  - ") == 4


def test_a_server_named_without_a_mode_means_production() -> None:
    done = start(mode=None, DATABASE_URL="postgresql://custody_app@localhost/custody")
    assert "refusing to start in production mode" in done.stderr


def test_a_secret_is_never_repeated() -> None:
    done = start(**(sound("postgresql://custody_app:hush@") | {"CUSTODY_DEBUG": "True"}))
    assert "hush" not in done.stderr
    assert SECRET not in done.stderr


@pytest.mark.parametrize("who", ["superuser", "owner"])
def test_a_database_role_that_could_change_the_ledger_is_refused(
    server: Server, transactional_db: str, who: str
) -> None:
    url = {"superuser": server.admin_url, "owner": server.url(transactional_db, MIGRATOR)}[who]
    serving = start("-c", "import config.wsgi", **sound(url))
    checking = start("manage.py", "check", "--database", "default", **sound(url))
    for done in (serving, checking):
        assert done.returncode != 0
        assert "DATABASE_URL: " in done.stderr
        assert "manage.py prepare_database" in done.stderr


def test_the_app_role_serves(database_url: str) -> None:
    done = start("-c", "import config.wsgi", **sound(database_url))
    assert done.returncode == 0, done.stderr


def test_preparing_a_database_twice_changes_nothing(server: Server) -> None:
    command = ("manage.py", "prepare_database", "--admin-url", server.admin_url)
    name = f"{server.prefix}_prepared"
    environment = {
        "DATABASE_URL": server.url(name),
        "DATABASE_OWNER_URL": server.url(name, MIGRATOR),
        "DATABASE_SIGNER_URL": server.url(name, "custody_signer"),
    }
    try:
        for _ in range(2):
            done = start(*command, mode="development", **environment)
            assert done.returncode == 0, done.stderr
        with psycopg.connect(environment["DATABASE_URL"]) as app:
            assert app.execute("SELECT current_user").fetchone() == ("custody_app",)
    finally:
        server.drop(name)
