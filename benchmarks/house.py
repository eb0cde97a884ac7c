"""A private database for one benchmark: embedded, migrated, its ledger open, entered as the app."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class House:
    """Where the database is, by who enters."""

    app: str
    admin: str
    socket: str
    name: str


@contextmanager
def house() -> Iterator[House]:
    """Start it, enter it, and remove it afterwards. It keeps what it commits: fsync stays on."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    os.environ["CUSTODY_MODE"] = "development"
    folder = Path(tempfile.mkdtemp(prefix="custody-bench-"))
    os.environ["CUSTODY_DATA"] = str(folder)
    import django

    from config import embedded
    from config.local.postgres import Embedded
    from custody.kit.roles import APP, AUDITOR, MIGRATOR, SIGNER, Logins, prepare_database

    server = Embedded(folder)
    try:
        server.start({"max_wal_size": "4GB"})
        logins = Logins(
            app=(APP, ""), migrator=(MIGRATOR, ""), signer=(SIGNER, ""), auditor=(AUDITOR, "")
        )
        prepare_database(server.url("postgres", "postgres"), embedded.NAME, logins)
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from custody.ledger.append import open_ledger

        call_command("migrate", verbosity=0)
        open_ledger("test", "custody.bench")
        yield House(
            app=server.url(APP),
            admin=server.url("postgres"),
            socket=str(embedded.cluster(folder)),
            name=embedded.NAME,
        )
        connections.close_all()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def web_server() -> Iterator[int]:
    """gunicorn as ``make run`` starts it, on a port of its own."""
    from config.local.processes import Processes, wait_until_alive
    from config.local.run import web

    data = Path(os.environ["CUSTODY_DATA"])
    (data / "metrics").mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(data / "metrics")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with Processes(data / "log") as processes:
        processes.start("web", *web(port))
        wait_until_alive(f"http://127.0.0.1:{port}/livez", processes)
        yield port
