"""The child processes: start them, watch them, and leave none behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 15.0  # seconds in which a child may end by itself
PARENT_DEATH_SIGNAL = 1  # prctl(2)
MAKE = os.getppid() if os.environ.get("MAKELEVEL") else None


class Stopped(BaseException):
    """A signal asked to stop. Like KeyboardInterrupt, no handler of faults may swallow it."""


class PartDied(Exception):
    """A child ended that should not have."""


class Processes:
    """The children, each in a process group of its own, so that Ctrl-C reaches them through us, in order."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start ``python <arguments>``; its output goes to a log of its name."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with self._log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=_end_with_parent(),
            )
        return self.running[name]

    def finish(self, name: str) -> str:
        """Wait for a child that is meant to end; returns what it printed.

        Raises:
            PartDied: it failed.
        """
        child = self.running[name]
        try:
            while child.poll() is None:
                _heed_make()
                time.sleep(0.1)
        except Stopped:
            self.stop()
            raise
        del self.running[name]
        if child.returncode:
            raise self._death(name, child)
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def check(self) -> None:
        """See that all are alive.

        Raises:
            PartDied: one is not.
        """
        _heed_make()
        for name, child in self.running.items():
            if child.poll() is not None:
                raise self._death(name, child)

    def watch(self) -> None:
        """Watch until one dies or a signal comes."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask all to end, then end what is left."""
        for child in self.running.values():
            _signal_group(child, signal.SIGTERM, only_leader=True)
        deadline = time.monotonic() + PATIENCE
        for child in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            # Even a leader that ended in good order may have left members behind.
            _signal_group(child, signal.SIGKILL)
            child.wait()
        self.running.clear()

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _death(self, name: str, child: subprocess.Popen[bytes]) -> PartDied:
        code = child.returncode
        status = f"signal {-code}" if code < 0 else f"status {code}"
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        tail = "\n".join(f"  {line}" for line in lines[-20:])
        return PartDied(
            f"{name} ended by itself ({status}), so everything is stopped. The end of {self._log(name)}:\n{tail}"
        )


def wait_until_alive(url: str, processes: Processes, *, seconds: float = 60) -> None:
    """Wait until ``url`` answers 200.

    Raises:
        TimeoutError: it did not in time.
        PartDied: a child died meanwhile.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        processes.check()
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {seconds:.0f} seconds")


def _signal_group(
    child: subprocess.Popen[bytes], number: signal.Signals, *, only_leader: bool = False
) -> None:
    with suppress(ProcessLookupError):
        if only_leader:
            child.send_signal(number)
        else:
            os.killpg(child.pid, number)


def _end_with_parent() -> Callable[[], None] | None:
    """Where the kernel can do it (Linux), a child is told when we are killed outright."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)

    return ask


def _heed_make() -> None:
    """Stop when make was interrupted.

    On SIGINT make only waits for its children: it takes for granted that the terminal has told them too. A
    `kill -INT` of make alone would hang for ever. Make puts its handler back to the default while it waits,
    which shows (bit 1 of SigCgt); and when make is gone, nobody is left to ask us to stop.
    """
    if MAKE is None:
        return
    if os.getppid() != MAKE:
        raise Stopped("make is gone")
    try:
        status = Path(f"/proc/{MAKE}/status").read_text(encoding="ascii")
    except OSError:
        return
    for line in status.splitlines():
        if line.startswith(("SigCgt:", "SigIgn:")):
            caught_or_ignored = int(line.split()[1], 16) & (1 << (signal.SIGINT - 1))
            if caught_or_ignored:
                return
    raise Stopped("make was interrupted")
