"""The databases under test.

- ``db`` (or the mark ``django_db``): one shared database with everybody in it, each test in a transaction that is
  rolled back.
- ``bare_db``: the same before anybody was enlisted.
- ``transactional_db``: a fresh clone that the test may commit to, from threads and processes; dropped afterwards. Its
  ledger was opened and nothing else, unless the test asks for ``committed_cast``.
- ``database_url``, ``child_environment``: the clone, for child processes.
- ``signing``: a signer of the clone.
- ``watchers``: the guard, the verification, that signer and a witness.
- ``admin``: a superuser's connection to the clone, for tampering.

All connect as ``custody_app``. Nothing ever empties a ledger, so ``TransactionTestCase`` is not used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psycopg
import pytest
from django.core.management import call_command
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from custody.kit.roles import APP_LIMITS, AUDITOR, MIGRATOR, OWNER, SIGNER, Address
from tests.postgres import Server, running_server

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.ledger.signers import Signing
    from tests.ledger.watchers import Watchers

# How fast an example is tells something of the machine and of who else works on it, and nothing of the code.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

#: Folders of tests that start programs, of which only some are marked as slow.
LONG = {"browser", "demo"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what asks the database, and refuse what would end in a flush of the ledger."""
    mark, names = item.get_closest_marker("django_db"), set(getattr(item, "fixturenames", ()))
    if mark and (names & {"transactional_db", "_unpeopled"} or mark.args or mark.kwargs):
        raise pytest.UsageError(
            f"{item.nodeid}: ask for the fixture transactional_db or bare_db alone, without the mark django_db"
        )
    if mark or "server" in names:
        item.add_marker(pytest.mark.database)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest in front: where several processes share them out, one that came last would keep
    the others waiting."""
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: not (item.path in long or item.path.parent.name in LONG))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI refuses skips, one is a failure, but for conformance data that this machine does not have."""
    if os.environ.get("CUSTODY_SKIPS") != "refused" or session.exitstatus != 0:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    refused = [report for report in skipped if "conformance data" not in str(report.longrepr)]
    if refused:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The PostgreSQL server of this run."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def django_db_setup(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make roles and templates, migrate as the owner, open the ledger, enlist the cast, then connect as the app to a clone."""
    from tests.cast import enlist

    server.prepare()
    with django_db_blocker.unblock():
        _enter(server, server.template)
        call_command("migrate", verbosity=0)
        _open_ledger()
        connections.close_all()
        server.clone(to=server.peopled)
        _enter(server, server.peopled)
        enlist()
        connections.close_all()
        name = server.clone(of=server.peopled)
        _enter(server, name)
        # A test's transaction lies idle while the test thinks.
        connections["default"].settings_dict["OPTIONS"]["options"] = " ".join(
            f"-c {limit}=0" for limit in APP_LIMITS
        )
        try:
            yield
        finally:
            connections.close_all()
            for one in (name, server.peopled, server.template):
                server.drop(one)


@pytest.fixture
def transactional_db(
    request: pytest.FixtureRequest,
    server: Server,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A clone of a template that the test may commit to, with everybody in it if the test asks for them; its name."""
    peopled = "committed_cast" in request.fixturenames
    name = server.clone(of=server.peopled if peopled else server.template)
    with django_db_blocker.unblock():
        try:
            with _entered(server, name):
                yield name
        finally:
            server.drop(name)


@pytest.fixture
def _unpeopled(
    server: Server, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    with django_db_blocker.unblock(), _entered(server, server.template):
        yield


@pytest.fixture
def bare_db(_unpeopled: None, db: None) -> None:
    """In place of ``db``, for tests about a ledger that was opened and nothing else; without the mark ``django_db``."""


@pytest.fixture
def database_url(server: Server, transactional_db: str) -> str:
    """The clone's address for ``custody_app``."""
    return server.url(transactional_db)


@pytest.fixture
def child_environment(server: Server, transactional_db: str) -> dict[str, str]:
    """The environment in which a child process finds the clone, as each role."""
    return os.environ | {
        "CUSTODY_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": server.url(transactional_db),
        "DATABASE_OWNER_URL": server.url(transactional_db, MIGRATOR),
        "DATABASE_SIGNER_URL": server.url(transactional_db, SIGNER),
        "DATABASE_AUDITOR_URL": server.url(transactional_db, AUDITOR),
    }


@pytest.fixture
def admin(server: Server, transactional_db: str) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the clone, autocommit: the attacker whom the ledger must betray."""
    with server.admin(transactional_db) as connection:
        yield connection


@pytest.fixture
def signing(server: Server, transactional_db: str, tmp_path: Path) -> Signing:
    """A signer of the clone, which enters it by its own role."""
    from tests.ledger.signers import Signing, new_signer

    return Signing(server, transactional_db, new_signer(tmp_path / "signer"))


@pytest.fixture
def album(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the test's own in which photographs and documents are kept."""
    folder = tmp_path_factory.mktemp("data") / "attachments"
    options = {**settings.STORAGES["attachments"]["OPTIONS"], "location": folder}
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": {**settings.STORAGES["attachments"], "OPTIONS": options},
    }
    return folder


@pytest.fixture
def files(album: Path) -> Path:
    """The same, for tests that look into it."""
    return album


@pytest.fixture
def watchers(signing: Signing, tmp_path: Path) -> Watchers:
    """Everybody who would find an attack on the clone."""
    from tests.ledger.watchers import Watchers

    return Watchers(signing, tmp_path / "witness")


@pytest.fixture
def cast(db: None, album: Path) -> Cast:
    """Everybody, in the database of ordinary tests, with a folder for photographs."""
    from tests.cast import everybody

    return everybody()


@pytest.fixture
def rows_equal_their_replay(cast: Cast) -> Iterator[None]:
    """After the test, every row must be what its events make."""
    from custody.audit import replay

    yield
    replay.compare()


@pytest.fixture
def committed_cast(transactional_db: str, album: Path) -> Cast:
    """Everybody, committed to a clone, with a folder for photographs."""
    from tests.cast import everybody

    return everybody()


@contextmanager
def _entered(server: Server, name: str) -> Iterator[None]:
    """Both aliases point at a database during the block, and back again after it."""
    before = {alias: dict(connections[alias].settings_dict) for alias in connections}
    try:
        _enter(server, name)
        yield
    finally:
        connections.close_all()
        for alias, settings in before.items():
            connections[alias].settings_dict.update(settings)


def _enter(server: Server, name: str) -> None:
    """Point both aliases at a database; new threads read the same settings."""
    connections.close_all()
    for alias, login, options in (
        ("default", None, {}),
        ("owner", MIGRATOR, {"assume_role": OWNER}),
    ):
        url = server.url(name, login) if login else server.url(name)
        entry = Address.of(url, setting="DATABASE_URL").django(**options)
        connections[alias].settings_dict.update(entry)


def _open_ledger() -> None:
    from custody.ledger.append import open_ledger

    with transaction.atomic():
        open_ledger(purpose="test", origin="custody.test")
