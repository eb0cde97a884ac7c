"""Receivers of webhooks on loopback, each with manners of its own."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """What a receiver got."""

    line: str
    headers: Mapping[str, str]
    body: bytes


#: Answers on a connection after the request was read.
Manner = Callable[[socket.socket], None]


@dataclass
class Receiver:
    """A server that reads requests and answers in its manner."""

    manner: Manner
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    got: list[Request] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    names: list[str | None] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/flags?of=custody"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rb")
            line = stream.readline().decode()
            headers = {}
            while text := stream.readline().decode().strip():
                name, _, value = text.partition(":")
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", 0)))
            self.got.append(Request(line.strip(), headers, body))
            self.manner(connection)


@contextmanager
def receiving(manner: Manner, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that serves during the block."""
    receiver = Receiver(manner, tls=tls)
    if tls:
        tls.sni_callback = lambda _socket, name, _context: receiver.names.append(name)
    threading.Thread(target=receiver.serve, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        with suppress(OSError):
            receiver.listening.shutdown(socket.SHUT_RDWR)
        receiver.listening.close()


def answering(status: int, *headers: str) -> Manner:
    """Says a status and goes."""

    def answer(connection: socket.socket) -> None:
        lines = [f"HTTP/1.1 {status} ?", "Content-Length: 0", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode())

    return answer


thanks = answering(204)


def holding(gate: threading.Event) -> Manner:
    """Is thankful, once the gate is open."""

    def answer(connection: socket.socket) -> None:
        gate.wait()
        thanks(connection)

    return answer


def closing(connection: socket.socket) -> None:
    """Goes without a word."""


def half_a_line(connection: socket.socket) -> None:
    """Goes in the middle of its first line."""
    connection.sendall(b"HTTP/1.1 2")


def hanging(connection: socket.socket) -> None:
    """Says nothing until the other side goes."""
    connection.recv(1)


def dripping(connection: socket.socket) -> None:
    """Says one character at a time for as long as somebody listens, and never a whole line."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    pause = threading.Event()
    while not pause.wait(0.05):
        connection.sendall(b"x")


TEN_GIGABYTES = 10 * 1024**3


def flooding(sent: list[int]) -> Manner:
    """Is glad, and sends ten gigabytes; writes down how much of it was taken."""

    def answer(connection: socket.socket) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {TEN_GIGABYTES}\r\n\r\n"
        connection.sendall(head.encode())
        block, taken = b"x" * 65_536, 0
        try:
            while taken < TEN_GIGABYTES:
                taken += connection.send(block)
        finally:
            sent.append(taken)

    return answer
