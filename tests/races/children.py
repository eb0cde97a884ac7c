"""Programs that a test stops or kills in the middle of what they do."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psycopg

from tests.cast import FLOOR_SCALE

ROOT = Path(__file__).parents[2]

#: Weighs a unit under a key. ``stalled before``: everything but the ledger is written. ``stalled after``: it is
#: committed, and nobody was told.
WEIGH = """
import sys, time
import django
django.setup()
from decimal import Decimal
from custody.handling import desk, record
from custody.handling.weigh import Weigh
from custody.people.models import Officer

label, key, where = sys.argv[1:]
officer = Officer.objects.get(pk="officer")

def stall():
    print("stalled", flush=True)
    time.sleep(600)

if where == "before":
    desk.append.append = lambda *more: stall()
receipt = record.perform(
    officer, Weigh(exhibit=label, scale="FLOOR", gross_grams=Decimal(25_000)), key=key
)
if where == "after":
    stall()
print(receipt.act_id, flush=True)
"""

#: Says the receipt of the act, or how the connection ended.
ASK = """
import http.client, sys
port, told, token = sys.argv[1:]
connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
headers = {"Authorization": f"Token {token}", "Idempotency-Key": "the-same-key", "Content-Type": "application/json"}
try:
    connection.request("POST", "/api/v1/acts/weigh", told, headers)
    answer = connection.getresponse()
    print(answer.status, answer.read().decode())
except OSError as error:
    print("cut off:", type(error).__name__)
"""


@contextmanager
def child(*command: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A Python process in a group of its own; the whole group is dead after the block."""
    with program(sys.executable, *command, environment=environment) as process:
        yield process


@contextmanager
def program(*command: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Any process, in the same way."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        assert process.stdout
        process.stdout.close()


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to it and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line that it says."""
    assert process.stdout
    readable, _, _ = select.select([process.stdout], [], [], 60)
    assert readable, "the child says nothing"
    return process.stdout.readline().strip()


def until(condition: Callable[[], object], what: str, seconds: int = 60) -> None:
    """Wait for something to become so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"in vain: {what}"
        time.sleep(0.05)


def waiting(admin: psycopg.Connection) -> int:
    """How many sessions wait for a lock in this database."""
    row = admin.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE datname = current_database() AND NOT granted"
    ).fetchone()
    assert row
    return int(row[0])


def sessions(admin: psycopg.Connection) -> int:
    """How many sessions of the app there are in this database, this process's own left out."""
    row = admin.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = 'custody_app' AND state <> 'idle'"
    ).fetchone()
    assert row
    return int(row[0])


@contextmanager
def ledger_held(admin: psycopg.Connection) -> Iterator[None]:
    """Nobody appends during the block: what writes to the ledger stands just before its end."""
    with admin.transaction():
        admin.execute("LOCK TABLE custody_entry IN EXCLUSIVE MODE")
        yield


class Web:
    """The server of ``make run``, asked by HTTP."""

    def __init__(self, environment: dict[str, str], token: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment, self.token = environment, token

    @property
    def command(self) -> tuple[str, ...]:
        return (
            *("-m", "gunicorn", "--config", "python:config.serving", "config.wsgi"),
            *("--bind", f"127.0.0.1:{self.port}", "--no-control-socket"),
        )

    def alive(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def weighing(self, label: str) -> tuple[str, ...]:
        """The program that asks for a barrel to be weighed, always under one key."""
        told = json.dumps({"exhibit": label, "scale": FLOOR_SCALE, "gross_grams": "25000"})
        return ("-c", ASK, str(self.port), told, self.token)

    def weigh(self, label: str) -> str:
        with child(*self.weighing(label), environment=self.environment) as client:
            return line_of(client)
