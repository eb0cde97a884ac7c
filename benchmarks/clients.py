"""Keep-alive clients that cost the machine as little as they can: one thread, raw sockets, requests made beforehand."""

from __future__ import annotations

import json
import re
import selectors
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Run:
    """What came of it.

    Attributes:
        rate: answers a second.
        seconds: how long each answer took, shortest first.
    """

    rate: float
    seconds: Sequence[float]

    def percentile(self, share: float) -> float:
        """The time within which this share of the answers came, in milliseconds."""
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))] * 1000


def request(method: str, path: str, token: str, told: Any = None, **headers: str) -> bytes:
    """The bytes of a request."""
    body = b"" if told is None else json.dumps(told).encode()
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Token {token}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Client:
    def __init__(self, port: int, make: Callable[[], bytes]) -> None:
        self.port, self.make = port, make
        self.connection: socket.socket | None = None
        self.answer, self.begun = b"", 0.0

    def send(self, selector: selectors.BaseSelector) -> None:
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port))
            selector.register(self.connection, selectors.EVENT_READ, self)
        self.answer, self.begun = b"", perf_counter()
        self.connection.sendall(self.make())

    def complete(self) -> bool:
        """Read what there is; whether the answer is whole."""
        assert self.connection is not None
        self.answer += self.connection.recv(1 << 20)
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end:
            return False
        length = _LENGTH.search(head)
        assert length, head
        if len(body) < int(length[1]):
            return False
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(self.answer.decode(errors="replace"))
        return True

    def rest(self, selector: selectors.BaseSelector) -> None:
        """Hang up, if the server said that it would."""
        assert self.connection is not None
        if b"\r\nconnection: close" in self.answer.lower():
            selector.unregister(self.connection)
            self.connection.close()
            self.connection = None


def ask(port: int, makers: Sequence[Callable[[], bytes]], times: int) -> Run:
    """Send so many requests in all, each client its next as soon as it has the answer to its last.

    Args:
        port: the server's, on this machine.
        makers: one a client; gives the bytes of its next request.
        times: requests in all.

    Raises:
        RuntimeError: an answer was not 2xx.
    """
    clients = [_Client(port, make) for make in makers]
    seconds: list[float] = []
    sent = 0
    with selectors.DefaultSelector() as selector:
        begun = perf_counter()
        for client in clients[:times]:
            client.send(selector)
            sent += 1
        while len(seconds) < times:
            for key, _ in selector.select(timeout=60):
                client = key.data
                if not client.complete():
                    continue
                seconds.append(perf_counter() - client.begun)
                client.rest(selector)
                if sent < times:
                    client.send(selector)
                    sent += 1
        taken = perf_counter() - begun
    for client in clients:
        if client.connection:
            client.connection.close()
    return Run(times / taken, sorted(seconds))
