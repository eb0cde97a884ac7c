"""How gunicorn serves: ``gunicorn --config python:config.serving config.wsgi``.

A proxy that takes requests in whole before it passes them on belongs in front (docs/operations.md). This holds without
one: a request that does not arrive in time is cut off, and what cannot be read is refused as everything else is.
"""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

from custody.kit import env

worker_class = "config.serving.Worker"
threads = 4

#: A request that is not there by then, head and body, never will be.
READING_SECONDS = env.integer("CUSTODY_READING_SECONDS", 30, least=1, most=3_600)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads that no client can hold by sending slowly or not at all, and problems in place of gunicorn's own pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadlines: dict[socket.socket, float] = {}

    def handle(self, conn: Any) -> Any:
        """Serve one request of a connection."""
        self._deadlines[conn.sock] = time.monotonic() + READING_SECONDS
        try:
            return super().handle(conn)
        finally:
            self._deadlines.pop(conn.sock, None)

    def notify(self) -> None:
        """Cut off the late; the main loop calls it once a second. Answers under way are still sent."""
        super().notify()
        now = time.monotonic()
        for line, deadline in list(self._deadlines.items()):
            if deadline < now:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RD)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Refuse what is no request, with the status that gunicorn finds for it."""
        from custody.api.problems import MEDIA_TYPE, of_http  # needs the apps loaded

        page = _Page()
        super().handle_error(req, page, addr, exc)
        _, status, *_ = page.text.split(b" ", 2)
        told = of_http(int(status), "This is no request that can be read.")
        content = json.dumps(told).encode()
        head = f"HTTP/1.1 {told['status']} {told['title']}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
        with suppress(OSError):
            util.write_nonblock(
                client, f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
            )


class _Page:
    """Takes gunicorn's own page in place of the client."""

    text = b""

    def gettimeout(self) -> float:
        return 0.0

    def send(self, data: bytes) -> int:
        self.text += data
        return len(data)

    sendall = send
