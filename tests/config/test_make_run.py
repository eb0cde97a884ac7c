"""``make run`` on a fresh machine: it starts everything, keeps the data, and stops everything when asked."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {
        name: value
        for name, value in os.environ.items()
        # the house's parent here is no make, whose signals it would heed
        if not name.startswith(("CUSTODY_", "DATABASE_", "CELERY_", "DJANGO_", "MAKE"))
    }
    return inherited | {
        "CUSTODY_DATA": str(tmp_path / "data"),
        "CUSTODY_DEMO_TONNES": "1",
        "PORT": str(port),
    }


def start(environment: dict[str, str]) -> tuple[subprocess.Popen[str], str]:
    """The running house, and what it said until it was ready."""
    house = subprocess.Popen(
        [sys.executable, "-m", "config.local", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert house.stdout
    said = ""
    for line in house.stdout:
        said += line
        if "Ctrl-C stops everything" in line:
            return house, said
    raise AssertionError(said)


def alive(children: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; one that nobody reaped is dead all the same."""
    return [one for one in children if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def children() -> Iterator[list[psutil.Process]]:
    found: list[psutil.Process] = []
    yield found
    for one in alive(found):
        one.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_keeps_its_data_and_leaves_no_process(
    environment: dict[str, str], children: list[psutil.Process], number: signal.Signals
) -> None:
    passwords = set()
    for _ in range(2):
        house, said = start(environment)
        children += psutil.Process(house.pid).children(recursive=True)
        with urlopen(f"http://127.0.0.1:{environment['PORT']}/livez") as answer:
            assert answer.status == 200
        passwords |= {line for line in said.splitlines() if "password" in line.lower()}
        house.send_signal(number)
        assert house.wait() == 0
        assert alive(children) == []
    assert passwords


def test_a_part_that_dies_takes_the_house_down_and_is_named(
    environment: dict[str, str], children: list[psutil.Process]
) -> None:
    house, _ = start(environment)
    children += psutil.Process(house.pid).children(recursive=True)
    worker = next(
        one for one in children if "worker" in one.cmdline() and "celery" in one.cmdline()
    )
    worker.kill()
    assert house.stdout
    said = house.stdout.read()
    assert house.wait() == 1
    assert "worker" in said
    assert alive(children) == []


def test_a_second_house_in_the_same_folder_is_refused(
    environment: dict[str, str], children: list[psutil.Process]
) -> None:
    house, _ = start(environment)
    children += psutil.Process(house.pid).children(recursive=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = environment | {"PORT": str(probe.getsockname()[1])}
    second = subprocess.run(
        [sys.executable, "-m", "config.local", "run"],
        cwd=ROOT,
        env=other,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "already uses" in second.stderr
    house.send_signal(signal.SIGINT)
    assert house.wait() == 0
