"""What no client of ours would send, to the server of ``make run``: refused as a problem, and nothing is written."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from custody.handling.models import Proposal, RequestKey
from custody.ledger.models import Entry
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from tests.api.callers import caller
from tests.cast import FLOOR_SCALE, Cast, catch
from tests.races.children import Web, child, until

pytestmark = pytest.mark.slow

PATIENCE = 120
#: As many as the server has threads, and some more.
SLOW = 6


@pytest.fixture
def web(committed_cast: Cast, child_environment: dict[str, str]) -> Iterator[Web]:
    environment = child_environment | {"CUSTODY_READING_SECONDS": "3"}
    server = Web(environment, str(caller(committed_cast.officer).token))
    with child(*server.command, environment=environment):
        until(server.alive, "the server is up")
        yield server


@pytest.fixture
def label(committed_cast: Cast) -> str:
    return catch(committed_cast)[1][0].label


def world() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Entry, Exhibit, Proposal, RequestKey, Read))


def head(web: Web, path: str, *more: str) -> bytes:
    """The head of a request to act, with whatever is wanted in it."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{web.port}",
        f"Authorization: Token {web.token}",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


JSON = ("Content-Type: application/json", "Idempotency-Key: hostile-0001")


def weighing(label: str) -> bytes:
    return json.dumps({"exhibit": label, "scale": FLOOR_SCALE, "gross_grams": "25000"}).encode()


def line(web: Web, raw: bytes) -> socket.socket:
    """A connection on which this was said."""
    found = socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE)
    # The server may refuse before it has heard the end.
    with suppress(BrokenPipeError, ConnectionResetError):
        found.sendall(raw)
    return found


def heard_on(connection: socket.socket) -> bytes:
    """All that the server says until it shuts the line."""
    heard = b""
    with connection, suppress(ConnectionResetError):
        while some := connection.recv(65_536):
            heard += some
    return heard


def answers(connection: socket.socket) -> list[tuple[int, Any]]:
    """Status and problem of each answer."""
    heard, found = heard_on(connection), []
    while heard:
        top, _, rest = heard.partition(b"\r\n\r\n")
        fields = {
            name.lower(): value.strip()
            for name, _, value in (
                one.partition(":") for one in top.decode("latin-1").split("\r\n")
            )
        }
        assert fields["content-type"] == "application/problem+json", top
        length = int(fields["content-length"])
        found.append((int(top.split()[1]), json.loads(rest[:length])))
        heard = rest[length:]
    return found


def refused(web: Web, raw: bytes) -> tuple[int, str]:
    """Status and code of the one answer to this."""
    ((status, problem),) = answers(line(web, raw))
    assert problem["status"] == status
    assert problem["type"] == f"/api/v1/problems/{problem['code']}"
    return status, problem["code"]


def test_what_is_no_request_is_refused_as_a_problem(web: Web, label: str) -> None:
    body = weighing(label)
    length = f"Content-Length: {len(body)}"
    weigh, end = "/api/v1/acts/weigh", "Connection: close"
    packed = gzip.compress(body)
    bomb = gzip.compress(b" " * 50_000_000)
    cases: list[tuple[str, bytes, tuple[int, str]]] = [
        (
            "a body said to be larger than anything is not waited for",
            head(web, weigh, *JSON, "Content-Length: 99999999999", end) + b"{",
            (413, "too_large"),
        ),
        (
            "a length that is none",
            head(web, weigh, *JSON, "Content-Length: -1", end) + body,
            (400, "malformed"),
        ),
        (
            "two lengths",
            head(web, weigh, *JSON, length, "Content-Length: 2", end) + body,
            (400, "malformed"),
        ),
        (
            "a length and chunks, which two servers would read as two requests",
            head(web, weigh, *JSON, length, "Transfer-Encoding: chunked", end) + body,
            (400, "malformed"),
        ),
        (
            "chunks",
            head(web, weigh, *JSON, "Transfer-Encoding: chunked", end)
            + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body),
            (411, "length_required"),
        ),
        (
            "a chunk of no size",
            head(web, weigh, *JSON, "Transfer-Encoding: chunked", end) + b"zz\r\n{}\r\n",
            (411, "length_required"),
        ),
        (
            "a coding that nobody knows",
            head(web, weigh, *JSON, "Transfer-Encoding: rot13", end) + body,
            (501, "not_implemented"),
        ),
        (
            "a packed body",
            head(web, weigh, *JSON, "Content-Encoding: gzip", f"Content-Length: {len(packed)}", end)
            + packed,
            (415, "unsupported_media_type"),
        ),
        (
            "a little body that would become a large one",
            head(web, weigh, *JSON, "Content-Encoding: gzip", f"Content-Length: {len(bomb)}", end)
            + bomb,
            (415, "unsupported_media_type"),
        ),
        (
            "a body that is said to be packed and is not",
            head(web, weigh, *JSON, "Content-Encoding: gzip", length, end) + body,
            (415, "unsupported_media_type"),
        ),
        (
            "another encoding",
            head(
                web,
                weigh,
                "Content-Type: application/json; charset=latin-1",
                "Idempotency-Key: hostile-0001",
                length,
                end,
            )
            + body,
            (415, "unsupported_media_type"),
        ),
        (
            "no type",
            head(web, weigh, "Idempotency-Key: hostile-0001", length, end) + body,
            (415, "unsupported_media_type"),
        ),
        (
            "a header that begins another header",
            head(web, weigh, *JSON[:1], "Idempotency-Key: hostile\rX-Admin: 1", length, end) + body,
            (400, "malformed"),
        ),
        (
            "a header with NUL",
            head(web, weigh, *JSON[:1], "Idempotency-Key: hostile\x00-0001", length, end) + body,
            (400, "malformed"),
        ),
        (
            "a header that goes on in the next line",
            head(web, weigh, *JSON[:1], "Idempotency-Key: hostile\r\n -0001", length, end) + body,
            (400, "malformed"),
        ),
        (
            "a key with more in it",
            head(web, weigh, *JSON[:1], "Idempotency-Key: hostile%0d%0aX: 1 2", length, end) + body,
            (400, "malformed"),
        ),
        (
            "an address without end",
            head(web, f"/api/v1/exhibits/{'x' * 9_000}", *JSON, length, end) + body,
            (414, "address_too_long"),
        ),
        (
            "a header without end",
            head(web, weigh, *JSON, f"X-Long: {'x' * 70_000}", length, end) + body,
            (431, "headers_too_large"),
        ),
        (
            "headers without end",
            head(web, weigh, *JSON, *(f"X-{one}: 1" for one in range(200)), length, end) + body,
            (431, "headers_too_large"),
        ),
        ("no words of HTTP", b"GET\r\n\r\n", (400, "malformed")),
        ("no words at all", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", (400, "malformed")),
    ]
    before = world()
    found = {name: refused(web, raw) for name, raw, _ in cases}
    assert found == {name: wanted for name, _, wanted in cases}
    assert world() == before


def test_an_id_of_a_request_that_is_not_one_is_not_given_back(web: Web) -> None:
    raw = b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Request-ID: a%0d%0aSet-Cookie: b=c\r\n\r\n"
    heard = heard_on(line(web, raw))
    assert b"401" in heard.split(b"\r\n")[0]
    assert b"b=c" not in heard


def test_who_sends_slowly_or_never_holds_nobody_up_for_long(web: Web, label: str) -> None:
    body = weighing(label)
    whole = head(web, "/api/v1/acts/weigh", *JSON, f"Content-Length: {len(body)}")
    chunked = head(web, "/api/v1/acts/weigh", *JSON, "Transfer-Encoding: chunked") + b"5\r\n{"
    before = world()
    never = [
        line(web, raw)
        for raw in (b"P", whole[:60], whole, whole + body[:9], chunked)
        for _ in range(SLOW)
    ]
    dripping = [line(web, whole[:40]) for _ in range(SLOW)]
    over = threading.Event()

    def drip() -> None:
        """A byte at a time, for ever: each keeps the line busy and none ends the request."""
        while not over.wait(0.5):
            for one in dripping:
                try:
                    one.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        until(web.alive, "somebody else is served", seconds=PATIENCE)
        for one in never:
            for status, problem in answers(one):
                assert status in {400, 411}, problem
    finally:
        over.set()
        thread.join()
        for one in dripping:
            one.close()
    assert world() == before
    assert web.alive()


def test_of_many_with_one_entity_tag_one_is_recorded_and_the_others_are_told(
    web: Web, label: str
) -> None:
    body, before = weighing(label), world()
    tag = Exhibit.objects.get(label=label).head
    barrier = threading.Barrier(SLOW)
    found: list[tuple[int, str]] = []

    def one(number: int) -> None:
        raw = head(
            web,
            "/api/v1/acts/weigh",
            JSON[0],
            f"Idempotency-Key: racing-{number:04}",
            f'If-Match: "{tag}"',
            f"Content-Length: {len(body)}",
            "Connection: close",
        )
        barrier.wait()
        status = 409
        while status == 409:  # somebody else is at the unit: asked again in a moment
            heard = heard_on(line(web, raw + body))
            told = json.loads(heard.partition(b"\r\n\r\n")[2])
            status = int(heard.split()[1])
            assert status in {201, 409, 412}, told
        found.append((status, told.get("code", "")))

    threads = [threading.Thread(target=one, args=[number]) for number in range(SLOW)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(201, ""), *[(412, "changed")] * (SLOW - 1)]
    assert world()[:4] == (before[0] + 1, *before[1:3], before[3] + 1)
