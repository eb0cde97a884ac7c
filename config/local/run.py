"""Start the whole house on this machine, wait for Ctrl-C, stop it all."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

import psycopg

from config.local.database import served
from config.local.processes import ROOT, PartDied, Processes, Stopped, wait_until_alive
from custody.kit import env
from custody.kit.errors import CustodyError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class NotReady(Exception):
    """Something outside must be put right first; the message says what."""


def run() -> int:
    """Run until a signal asks to stop or a part dies.

    Returns:
        The exit status: 0 when asked to stop, 1 when something failed (it is said on stderr).
    """
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        with ExitStack() as stack:
            # Runs last of all: a second Ctrl-C must not cut the stopping short.
            try:
                _run(stack)
            finally:
                for number in STOP_SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
    except Stopped:
        _say("Everything is stopped.")
        return 0
    except (CustodyError, NotReady, PartDied, psycopg.Error, OSError) as fault:
        print(f"make run: {fault}", file=sys.stderr, flush=True)
        return 1
    return 1


def _run(stack: ExitStack) -> None:
    data = Path(env.text("CUSTODY_DATA") or ROOT / ".local").resolve()
    port = env.integer("PORT", 8000, least=1, most=65535)
    data.mkdir(parents=True, exist_ok=True)
    stack.enter_context(_only_one(data))
    _refuse_taken(port)

    os.environ.setdefault("CUSTODY_MODE", "development")
    os.environ["CUSTODY_DATA"] = str(data)
    if not env.text("CUSTODY_SECRET_KEY"):
        os.environ["CUSTODY_SECRET_KEY_FILE"] = str(_secret_key(data))
    for folder in ("messages", "control"):
        (data / "broker" / folder).mkdir(parents=True, exist_ok=True)

    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_empty(data / "metrics"))

    processes = Processes(data / "log")
    demonstration = stack.enter_context(served(data, processes, _say))

    # Entered after the database, so that it stops first.
    stack.enter_context(processes)
    _say("Starting web, worker and beat …")
    celery = ("-m", "celery", "--app", "config")
    processes.start(
        "web",
        *("-m", "gunicorn", "--config", "python:config.serving", "config.wsgi"),
        *("--bind", f"127.0.0.1:{port}", "--workers", "2"),
        *("--graceful-timeout", "5", "--no-control-socket"),
    )
    processes.start("worker", *celery, "worker", "--concurrency", "2", "--loglevel", "INFO")
    processes.start("beat", *celery, "beat", "--pidfile", "", "--loglevel", "INFO")
    address = f"http://127.0.0.1:{port}/"
    wait_until_alive(f"{address}livez", processes)
    _say(
        f"\nReady: {address}\n{demonstration}\nLogs are in {data / 'log'}. Ctrl-C stops everything."
    )
    processes.watch()


def _empty(folder: Path) -> Path:
    """Figures of processes that are gone would be counted for ever."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _stop(number: int, _frame: object) -> None:
    raise Stopped(number)


def _say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the data folder: two houses on one database server would stop each other's."""
    with (data / "run.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady(
                f"another `make run` (process {_holder(lock)}) already uses {data}; stop it, or set CUSTODY_DATA"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _holder(lock: TextIO) -> str:
    lock.seek(0)
    return lock.read().strip() or "unknown"


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            raise NotReady(
                f"port {port} on 127.0.0.1 cannot be used ({fault.strerror}): set PORT to a free one"
            ) from None


def _secret_key(data: Path) -> Path:
    """A secret of this machine, made once, so that sessions outlive a restart."""
    path = data / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    return path
