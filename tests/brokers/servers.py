"""Brokers that a test starts, kills and starts again, each on loopback with a folder and ports of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kombu import Connection

from tests.races.children import until

#: Where Debian puts it: the command on the path would change to a user of its own.
RABBITMQ = Path("/usr/lib/rabbitmq/bin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Broker:
    """A broker's process: what starts it, and what it is told by its environment."""

    url: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    beside: Sequence[str] = ()
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        if self.beside and not self.running:
            self._run(self.beside)
        self._run(self.command)
        until(self._answers, f"{self.command[0]} answers", 120)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(self.running.pop())

    def stop(self) -> None:
        """End all of it."""
        while self.running:
            self._end(self.running.pop())

    def _run(self, command: Sequence[str]) -> None:
        with (self.folder / "output").open("ab") as output:
            self.running.append(
                subprocess.Popen(
                    command,
                    env=os.environ | self.environment,
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _answers(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=2) as connection:
                connection.connect()
        except (OSError, *Connection(self.url).connection_errors):
            return False
        return True


def rabbitmq(folder: Path) -> Broker | None:
    """RabbitMQ of Debian, with a node, a port mapper and a cookie that nobody else has; None where it is not."""
    if not (RABBITMQ / "rabbitmq-server").exists() or shutil.which("epmd") is None:
        return None
    port, mapper = free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\ndisk_free_limit.absolute = 10MB\n"
    )
    (folder / "plugins").write_text("[].\n")
    return Broker(
        f"amqp://guest:guest@127.0.0.1:{port}//",
        [str(RABBITMQ / "rabbitmq-server")],
        {
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(mapper),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"custody{port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
        },
        folder,
        beside=["epmd", "-address", "127.0.0.1", "-port", str(mapper)],
    )


def redis(folder: Path) -> Broker | None:
    """Redis, writing down whatever it takes; None where it is not."""
    if shutil.which("redis-server") is None:
        return None
    port = free_port()
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "always",
    }
    told = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Broker(f"redis://127.0.0.1:{port}/0", ["redis-server", *told], {}, folder)


def queue_types(broker: Broker) -> dict[str, str]:
    """The type of each of RabbitMQ's queues, by name, as it says itself."""
    said = subprocess.run(
        [RABBITMQ / "rabbitmqctl", "--silent", "list_queues", "name", "type"],
        env=os.environ | broker.environment,
        cwd=broker.folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(line.split("\t") for line in said.splitlines() if "\t" in line)
