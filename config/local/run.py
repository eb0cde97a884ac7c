"""Start the whole house on this machine, wait for Ctrl-C, stop it all."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
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
    os.environ.setdefault("CUSTODY_SITE_URL", f"http://127.0.0.1:{port}")
    if not env.text("CUSTODY_SECRET_KEY"):
        os.environ["CUSTODY_SECRET_KEY_FILE"] = str(_secret_key(data))
    for folder in ("messages", "control"):
        (data / "broker" / folder).mkdir(parents=True, exist_ok=True)

    os.environ.setdefault("CUSTODY_CHECKPOINT_SECONDS", "2")
    os.environ.setdefault("CUSTODY_PUBLIC_CHECKPOINT_SECONDS", "60")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_empty(data / "metrics"))

    processes = Processes(data / "log")
    demonstration = stack.enter_context(served(data, processes, _say))

    # Entered after the database, so that it stops first.
    stack.enter_context(processes)
    _say("Starting web, worker, beat, watch and signer …")
    celery = ("-m", "celery", "--app", "config")
    processes.start("web", *web(port))
    processes.start("worker", *celery, "worker", "--concurrency", "2", "--loglevel", "INFO")
    if env.text("DATABASE_SIGNER_URL"):
        processes.start("signer", *_signer(data))
    else:
        _say("DATABASE_SIGNER_URL is not set: no checkpoints are signed here.")
    processes.start(
        "notices",
        *(*celery, "worker", "--queues", "notices", "--hostname", "notices@%h"),
        *("--concurrency", "2", "--loglevel", "INFO"),
    )
    processes.start("beat", *celery, "beat", "--pidfile", "", "--loglevel", "INFO")
    processes.start("watch", "manage.py", "watch_deadlines")
    address = f"http://127.0.0.1:{port}/"
    wait_until_alive(f"{address}livez", processes)
    _say(
        f"\nReady: {address}\n{demonstration}\nLogs are in {data / 'log'}. Ctrl-C stops everything."
    )
    processes.watch()


def web(port: int) -> tuple[str, ...]:
    """The arguments that make Python the web server."""
    return (
        *("-m", "gunicorn", "--config", "python:config.serving", "config.wsgi"),
        *("--bind", f"127.0.0.1:{port}", "--workers", "2"),
        *("--graceful-timeout", "5", "--no-control-socket"),
    )


def _signer(data: Path) -> Sequence[str]:
    """The signer, with a key of this machine. The public checkpoint moves every minute, so that it can be watched."""
    key = data / "signing-key"
    if not key.exists():
        make = ("manage.py", "make_signing_key", str(key), "--name", "local", "--days", "3650")
        subprocess.run([sys.executable, *make], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    memory = data / "signer" / "checkpoint"
    return ("manage.py", "sign_checkpoints", "--key", str(key), "--memory", str(memory))


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
