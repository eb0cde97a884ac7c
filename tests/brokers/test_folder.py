"""The folder as a broker never lets anybody read what is half written, however many write and read at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from threading import Barrier, Event
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue

from config.celery import app
from config.folder import Transport

WRITERS, READERS, EACH = 3, 3, 150


@pytest.fixture
def folder(tmp_path: Path) -> dict[str, str]:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }


# Each test has names of its own: kombu remembers for the whole process what is bound.
def connected(folder: dict[str, str]) -> Connection:
    return Connection(
        "filesystem://", transport="config.folder:Transport", transport_options=folder
    )


def test_the_product_uses_it() -> None:
    with app.connection_for_write() as connection:
        assert isinstance(connection.transport, Transport)


def test_every_message_is_read_once_and_whole(folder: dict[str, str]) -> None:
    written = Event()

    def write(number: int) -> None:
        with connected(folder) as connection:
            queue = connection.SimpleQueue("many")
            for one in range(EACH):
                queue.put({"job": f"{number}-{one}", "padding": "x" * 20_000})

    def read(_: int) -> list[str]:
        got: list[str] = []
        with connected(folder) as connection:
            queue = connection.SimpleQueue("many")
            while True:
                last = written.is_set()
                try:
                    message = queue.get(block=False)
                except Empty:
                    if last:
                        return got
                    continue
                got.append(message.payload["job"])
                message.ack()

    with ThreadPoolExecutor(WRITERS + READERS) as pool:
        readers = [pool.submit(read, one) for one in range(READERS)]
        list(pool.map(write, range(WRITERS)))
        written.set()
        got = [job for reader in readers for job in reader.result()]
    assert sorted(got) == sorted(f"{n}-{one}" for n in range(WRITERS) for one in range(EACH))


def test_a_message_that_is_being_written_is_no_message_yet(
    folder: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, may_go_on = Event(), Event()
    rename = Path.rename

    def slowly(self: Path, target: Path) -> Path:
        writing.set()
        may_go_on.wait(30)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", slowly)
    with ThreadPoolExecutor(1) as pool, connected(folder) as connection:
        queue = connection.SimpleQueue("one")
        sent = pool.submit(queue.put, {"job": 1})
        assert writing.wait(30)
        with connected(folder) as other, pytest.raises(Empty):
            other.SimpleQueue("one").get(block=False)
        may_go_on.set()
        sent.result()
        with connected(folder) as other:
            assert other.SimpleQueue("one").get(timeout=30).payload == {"job": 1}


def test_queues_are_bound_by_many_at_once(folder: dict[str, str]) -> None:
    together = Barrier(8)

    def bind(number: int) -> None:
        with connected(folder) as connection, connection.channel() as channel:
            together.wait()
            Queue(f"q{number}", Exchange("all", "fanout"), channel=channel).declare()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bind, range(8)))
    with connected(folder) as connection:
        channel: Any = connection.channel()
        assert {one.queue for one in channel.get_table("all")} == {f"q{n}" for n in range(8)}
