"""Killed by ``kill -9`` in the middle: nothing that was promised is lost, nothing is doubled, and asking again works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from knox.models import AuthToken

from config.embedded import NAME
from custody.audit import replay
from custody.deadlines.models import Flag
from custody.handling.models import RequestKey
from custody.kit import clock
from custody.kit.roles import APP, MIGRATOR, SIGNER, Logins, prepare_database
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch
from tests.races.children import (
    ROOT,
    WEIGH,
    Web,
    child,
    kill,
    ledger_held,
    line_of,
    sessions,
    until,
    waiting,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def barrel(committed_cast: Cast) -> Iterator[Exhibit]:
    """A unit on the quay; afterwards the record must be whole."""
    _, (unit,) = catch(committed_cast)
    yield unit
    connections.close_all()
    replay.compare()
    call_command("verify_ledger")


def weighed() -> int:
    return Entry.objects.filter(kind="exhibit.weighed").count()


@pytest.mark.parametrize(("where", "recorded"), [("before", 0), ("after", 1)])
def test_an_act_killed_before_or_after_its_commit_is_recorded_once_when_asked_again(
    barrel: Exhibit, child_environment: dict[str, str], where: str, recorded: int
) -> None:
    command = ("-c", WEIGH, barrel.label, "the-same-key")
    with child(*command, where, environment=child_environment) as first:
        assert line_of(first) == "stalled"
    assert weighed() == recorded
    assert RequestKey.objects.filter(key="the-same-key").count() == recorded
    with child(*command, "nowhere", environment=child_environment) as second:
        act = line_of(second)
    assert weighed() == 1
    assert str(Entry.objects.get(kind="exhibit.weighed").act_id) == act


def test_a_web_server_killed_with_an_act_under_way_records_it_once_after_all(
    barrel: Exhibit,
    committed_cast: Cast,
    child_environment: dict[str, str],
    admin: psycopg.Connection,
) -> None:
    _, token = AuthToken.objects.create(user=committed_cast.officer)
    web = Web(child_environment, token)
    with child(*web.command, environment=child_environment) as server:
        until(web.alive, "the server is up")
        with (
            ledger_held(admin),
            child(*web.weighing(barrel.label), environment=child_environment) as client,
        ):
            until(lambda: waiting(admin), "the act waits for the ledger")
            kill(server)
            assert line_of(client).startswith("cut off:")
    until(lambda: not sessions(admin), "the server's transaction is over")
    assert weighed() == 0
    assert not RequestKey.objects.filter(key="the-same-key").exists()
    with child(*web.command, environment=child_environment):
        until(web.alive, "the server is up again")
        first = web.weigh(barrel.label)
        assert first.startswith("201 ")
        assert web.weigh(barrel.label) == first
    assert weighed() == 1


SEND = "from config.celery import app; app.send_task('deadlines.sweep')"


def test_a_worker_killed_in_a_sweep_flags_everything_once_after_all(
    committed_cast: Cast,
    child_environment: dict[str, str],
    admin: psycopg.Connection,
    tmp_path: Path,
) -> None:
    with clock.simulated(clock.now() - timedelta(hours=4)):
        _, units = catch(committed_cast, 5)
    for folder in ("messages", "control"):
        (tmp_path / "broker" / folder).mkdir(parents=True)
    environment = {**child_environment, "CUSTODY_DATA": str(tmp_path)}
    command = ("-m", "celery", "--app", "config", "worker", "--concurrency", "2")

    def send() -> None:
        subprocess.run([sys.executable, "-c", SEND], cwd=ROOT, env=environment, check=True)

    with child(*command, environment=environment) as worker, ledger_held(admin):
        send()
        until(lambda: waiting(admin), "the sweep waits for the ledger")
        kill(worker)
    until(lambda: not sessions(admin), "the worker's transaction is over")
    assert not Flag.objects.exists()
    with child(*command, environment=environment):
        send()
        send()
        until(lambda: Flag.objects.count() == 3 * len(units), "every level is flagged")
    raised = Flag.objects.values_list("exhibit", "clock", "level")
    assert len(set(raised)) == len(raised)
    replay.compare()
    call_command("verify_ledger")


def test_a_database_killed_in_the_middle_keeps_what_it_confirmed_and_nothing_else(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    try:
        house.start()
        label = house.manage("-c", SET_UP)
        house.manage("-c", WEIGH, label, "confirmed-key", "nowhere")
        with child(
            "-c", WEIGH, label, "cut-off-key", "before", environment=house.environment
        ) as cut:
            assert line_of(cut) == "stalled"
            house.kill()
        house.start()
        assert house.manage("-c", COUNT) == "1"
        act = house.manage("-c", WEIGH, label, "cut-off-key", "nowhere")
        assert house.manage("-c", WEIGH, label, "cut-off-key", "nowhere") == act
        assert house.manage("-c", COUNT) == "2"
        house.manage("manage.py", "verify_ledger")
    finally:
        house.stop()


SET_UP = """
import django
django.setup()
from custody.ledger.append import open_ledger
from tests.cast import catch, enlist
open_ledger("test", "custody.test")
_, (barrel,) = catch(enlist())
print(barrel.label)
"""
COUNT = """
import django
django.setup()
from custody.ledger.models import Entry
print(Entry.objects.filter(kind="exhibit.weighed").count())
"""


class House:
    """A database server of its own, with the tables in it, that a test can kill."""

    def __init__(self, data: Path) -> None:
        from config.local.postgres import Embedded

        self.data = data
        self.new_server = lambda: Embedded(data)
        self.server = self.new_server()
        self.made = False

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CUSTODY_", "DATABASE_", "CELERY_"))
        }
        return kept | {"CUSTODY_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": "config.settings"}

    def start(self) -> None:
        self.server = self.new_server()
        self.server.start()
        if not self.made:
            logins = Logins(app=(APP, ""), migrator=(MIGRATOR, ""), signer=(SIGNER, ""))
            prepare_database(self.server.url("postgres", "postgres"), NAME, logins)
            self.manage("manage.py", "migrate")
            self.made = True

    def kill(self) -> None:
        """SIGKILL to the server and all of its processes, as when power fails for it."""
        (pid_file,) = self.data.glob("**/postmaster.pid")
        postmaster = psutil.Process(int(pid_file.read_text().splitlines()[0]))
        killed = [postmaster, *postmaster.children(recursive=True)]
        for process in killed:
            process.kill()
        until(lambda: not any(running(process) for process in killed), "the server is dead")
        # After a power cut no process has this number any more; here a dead one may keep it until it is reaped.
        for left in (pid_file, *pid_file.parent.glob(".s.PGSQL.*")):
            left.unlink()

    def stop(self) -> None:
        self.server.stop()

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def running(process: psutil.Process) -> bool:
    """Whether it still runs; one that nobody reaped is dead all the same."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
