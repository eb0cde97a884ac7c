"""The database of ``make run``: the embedded server, unless ``DATABASE_URL`` names another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config.embedded import NAME
from config.local.postgres import Embedded
from config.local.processes import ROOT, Processes
from custody.kit import env
from custody.kit.roles import APP, MIGRATOR, SIGNER, Logins, prepare_database

Say = Callable[[str], None]
DEMONSTRATION_SEED = "2023"
UNFINISHED = f"{NAME}_unfinished"


@contextmanager
def served(data: Path, processes: Processes, say: Say) -> Iterator[str]:
    """A migrated database while the block runs; the environment then says where it is.

    Yields:
        What the demonstration says of itself, its logins above all; empty where there is none.
    """
    if env.text("DATABASE_URL"):
        say("Using the database of DATABASE_URL.")
        if env.text("DATABASE_OWNER_URL"):
            _migrate(processes, say)
        else:
            say("DATABASE_OWNER_URL is not set: the tables are taken as they are.")
        yield ""
        return

    notes = data / "demonstration.txt"
    server = Embedded(data)
    try:
        say("Starting the embedded PostgreSQL …")
        server.start()
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                # Under another name until it is complete: a first start that is cut short begins anew, and
                # nothing here ever deletes a ledger in which somebody may have recorded something.
                admin.execute(f"DROP DATABASE IF EXISTS {UNFINISHED} WITH (FORCE)")
                _enter(server, UNFINISHED)
                _migrate(processes, say)
                notes.write_text(_load_demonstration(processes, say), encoding="utf-8")
                admin.execute(f"ALTER DATABASE {UNFINISHED} RENAME TO {NAME}")
                _enter(server, NAME)
            else:
                _enter(server, NAME)
                _migrate(processes, say)
        yield notes.read_text(encoding="utf-8") if notes.exists() else ""
    finally:
        say("Stopping the database …")
        server.stop()


def _enter(server: Embedded, name: str) -> None:
    logins = Logins(app=(APP, ""), migrator=(MIGRATOR, ""), signer=(SIGNER, ""))
    prepare_database(server.url("postgres", "postgres"), name, logins)
    os.environ["DATABASE_URL"] = server.url(APP, name)
    os.environ["DATABASE_OWNER_URL"] = server.url(MIGRATOR, name)
    os.environ["DATABASE_SIGNER_URL"] = server.url(SIGNER, name)


def _migrate(processes: Processes, say: Say) -> None:
    say("Bringing the tables up to date …")
    processes.start("migrate", "manage.py", "migrate", "--verbosity", "0")
    processes.finish("migrate")


def _load_demonstration(processes: Processes, say: Say) -> str:
    if not (ROOT / "custody" / "management" / "commands" / "load_demo.py").exists():
        return ""
    tonnes = str(env.integer("CUSTODY_DEMO_TONNES", 40, least=1, most=400))
    say(f"Loading the demonstration, once: {tonnes} tonnes, October to November 2023 …")
    command = ("load_demo", "--tonnes", tonnes, "--seed", DEMONSTRATION_SEED)
    processes.start("demonstration", "manage.py", *command)
    return processes.finish("demonstration")
