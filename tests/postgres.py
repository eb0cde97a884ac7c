"""A PostgreSQL server for the tests, and databases cloned from one that is migrated."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg import sql

from custody.kit.roles import (
    APP,
    AUDITOR,
    MIGRATOR,
    OWNER,
    SIGNER,
    Address,
    Logins,
    create_database,
    prepare_roles,
)

PASSWORD = "for-tests-only"
LOGINS = Logins(
    app=(APP, PASSWORD),
    migrator=(MIGRATOR, PASSWORD),
    signer=(SIGNER, PASSWORD),
    auditor=(AUDITOR, PASSWORD),
)


@dataclass
class Server:
    """A server, the template that was migrated on it, the one in which everybody is enlisted, and the clones of both."""

    admin_url: str
    prefix: str = field(default_factory=lambda: f"custody_test_{os.getpid()}")
    counter: Iterator[int] = field(default_factory=itertools.count)

    def admin(self, database: str = "") -> psycopg.Connection:
        """A superuser's connection, autocommit."""
        address = Address.of(self.admin_url, setting="CUSTODY_TEST_ADMIN_URL")
        return psycopg.connect(replace(address, name=database or address.name).url, autocommit=True)

    def url(self, database: str, login: str = APP) -> str:
        """The address of a database for one of the roles' logins."""
        address = Address.of(self.admin_url, setting="CUSTODY_TEST_ADMIN_URL")
        return replace(address, name=database, user=login, password=PASSWORD).url

    @property
    def template(self) -> str:
        return f"{self.prefix}_template"

    @property
    def peopled(self) -> str:
        return f"{self.prefix}_peopled"

    def prepare(self) -> None:
        """The roles and an empty template."""
        with self.admin() as admin:
            prepare_roles(admin, LOGINS, [])
            create_database(admin, self.template, LOGINS)

    def clone(self, *, of: str | None = None, to: str | None = None) -> str:
        """A new database equal to a template, to which nobody may be connected; its name."""
        name = to or f"{self.prefix}_{next(self.counter)}"
        with self.admin() as admin:
            create_database(admin, name, LOGINS, template=of or self.template)
        return name

    def drop(self, name: str) -> None:
        with self.admin() as admin:
            admin.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def running_server() -> Iterator[Server]:
    """The server of ``CUSTODY_TEST_ADMIN_URL``, or an embedded one that lives as long as the block.

    Where several processes test, ``{worker}`` in it becomes the number of each: roles are a server's, so each needs its own.
    """
    url = os.environ.get("CUSTODY_TEST_ADMIN_URL")
    if url:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        yield Server(url.replace("{worker}", worker))
        return
    with embedded_server() as url:
        yield Server(url)


@contextmanager
def embedded_server() -> Iterator[str]:
    """An embedded PostgreSQL in a folder of its own; yields its superuser's URL."""
    from config.local.postgres import Embedded

    folder = Path(tempfile.mkdtemp(prefix="custody-pg-"))
    server = Embedded(folder)
    try:
        # What a test writes need not outlive a power cut; it must outlive a killed server.
        server.start({"fsync": "off", "full_page_writes": "off"})
        yield server.url("postgres", "postgres")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


__all__ = ["LOGINS", "OWNER", "PASSWORD", "Server", "embedded_server", "running_server"]
