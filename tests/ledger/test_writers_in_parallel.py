"""Sixteen processes append at once, some die, one freezes: no fork, no gap, no deadlock, nobody waits for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from custody.kit import clock
from custody.ledger.events import SYSTEM, Subject, seal
from custody.ledger.models import Entry
from custody.ledger.verify import verify

ROOT = Path(__file__).parents[2]
WRITERS, EACH = 16, 25

WRITER = """
import sys
import django
django.setup()
from django.db import transaction
from uuid import uuid4
from custody.kit import clock
from custody.ledger.append import BrokenChain, append
from custody.ledger.events import SYSTEM, Subject, seal
from custody.ledger.models import Entry

def event(subject, previous):
    return seal(kind="place.adopted", subject=Subject("place", subject), actor=SYSTEM,
                occurred_at=clock.now(), payload={}, previous=previous, act_id=uuid4())

own, previous, collisions, done = sys.argv[1], None, 0, 0
print("ready", flush=True)
sys.stdin.readline()
while done < int(sys.argv[2]):
    shared = Entry.objects.filter(subject_type="place", subject_id="shared").order_by("-seq").first()
    mine = event(own, previous)
    theirs = event("shared", bytes(shared.leaf).hex() if shared else None)
    try:
        with transaction.atomic():
            append([mine, theirs])
    except BrokenChain:
        collisions += 1
        continue
    previous, done = mine.leaf, done + 1
print(collisions, flush=True)
"""


def start(environment: dict[str, str], name: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(EACH)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def test_sixteen_writers_on_one_subject_and_their_own_leave_one_chain(
    child_environment: dict[str, str],
) -> None:
    writers = [start(child_environment, f"own-{number}") for number in range(WRITERS)]
    for writer in writers:
        go(writer)
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert verify().events == Entry.objects.count() == 1 + 2 * WRITERS * EACH
    assert Entry.objects.filter(subject_id="shared").count() == WRITERS * EACH


def test_writers_that_are_killed_lose_what_they_did_not_commit_and_nothing_else(
    child_environment: dict[str, str],
) -> None:
    writers = [start(child_environment, f"own-{number}") for number in range(4)]
    for writer in writers:
        go(writer)
    for writer in writers[:2]:
        os.kill(writer.pid, signal.SIGKILL)
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers[2:]] == [0, 0]
    assert verify().events == Entry.objects.count()


def test_a_client_that_freezes_with_the_lock_in_hand_is_thrown_out(
    child_environment: dict[str, str], database_url: str
) -> None:
    """The server ends its transaction; what it appended is gone and the others go on."""
    event = seal(
        kind="place.adopted",
        subject=Subject("place", "frozen"),
        actor=SYSTEM,
        occurred_at=clock.now(),
        payload={},
        previous=None,
        act_id=uuid4(),
    )
    frozen = psycopg.connect(database_url)
    frozen.execute("SELECT * FROM ledger_append(%s)", [[event.body]])
    writer = start(child_environment, "own")
    go(writer)
    writer.communicate()
    assert writer.returncode == 0
    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        frozen.execute("SELECT 1")
    assert verify().events == 1 + 2 * EACH
