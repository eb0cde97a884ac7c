"""Posting to an address that somebody else chose, without being led astray by it.

The name is resolved once, every address that it has is judged, and the connection goes to one that was
judged: what the name means a moment later does not matter. Redirects are answers like any other. Of the answer
only its status is read, and all of it has to be over in time.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from custody.kit.sentences import Sentence
from custody.notices.errors import AddressUnusable, Undelivered

#: Of connecting, and of each wait for the other side.
STEP_SECONDS = 10.0
#: Of a whole try, however slowly the other side drips.
TOTAL_SECONDS = 15.0
LONGEST_URL = 500
#: Of the addresses of a name, so many are tried.
MOST_WAYS = 4

#: All of IPv6 that is given out to the world (RFC 4291, IANA). Python tells only what is not; for site-local
#: addresses, or those that are an IPv4 address with nothing before it, it does not.
_WORLD = IPv6Network("2000::/3")
#: Of these, what stands for an IPv4 address behind a translator: what that is, only the translator knows.
_TRANSLATED = tuple(IPv6Network(text) for text in ("2002::/16", "2001::/32"))


@dataclass(frozen=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The host as the ``Host`` header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.scheme == "https" else 80
        return host if self.port == default else f"{host}:{self.port}"


def target(url: str, *, guarded: bool) -> Target:
    """Take an address apart; where we are ``guarded``, as in production, it has to be HTTPS.

    Raises:
        AddressUnusable: it is none that may be posted to.
    """
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressUnusable(field="url", why="it cannot be read") from error
    schemes = {"https": 443} if guarded else {"https": 443, "http": 80}
    if parts.scheme not in schemes:
        raise AddressUnusable(
            field="url",
            why=Sentence("it has to begin with {schemes}", schemes=" or ".join(schemes)),
        )
    if not parts.hostname or len(url) > LONGEST_URL or not (url.isascii() and url.isprintable()):
        raise AddressUnusable(
            field="url",
            why=Sentence("it needs a host, and at most {most} plain characters", most=LONGEST_URL),
        )
    if " " in url or parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressUnusable(field="url", why="it holds a name, a password, a space or a fragment")
    if port == 0:
        raise AddressUnusable(field="url", why="there is no port 0")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or schemes[parts.scheme], path)


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is somewhere out in the world: not ours, not the machine's, not a cloud's own."""
    if isinstance(address, IPv6Address) and (
        address not in _WORLD or any(address in one for one in _TRANSLATED)
    ):
        return False
    return address.is_global and not address.is_multicast


def addresses(host: str, port: int, *, guarded: bool) -> list[str]:
    """What a name stands for now; asked once.

    Raises:
        Undelivered: for nothing, or where we are guarded for anything that is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Undelivered(why="no such name") from error
    texts = list(dict.fromkeys(str(one[4][0]) for one in found))
    if guarded and not all(public(ip_address(text.partition("%")[0])) for text in texts):
        raise Undelivered(why="not a public address")
    return texts


def post(url: str, payload: bytes, headers: Mapping[str, str], *, guarded: bool) -> None:
    """Post, and pass if the other side says that it has it (2xx).

    Args:
        url: where to.
        payload: the body.
        headers: of the request.
        guarded: only HTTPS, only public addresses.

    Raises:
        AddressUnusable, Undelivered: it did not arrive, and why; never a word of what was answered.
    """
    where = target(url, guarded=guarded)
    ways = [
        _way(where, one) for one in addresses(where.host, where.port, guarded=guarded)[:MOST_WAYS]
    ]
    late = Event()
    watchdog = Timer(TOTAL_SECONDS, _cut, [ways, late])
    watchdog.daemon = True
    watchdog.start()
    try:
        connection = _first_open(ways, late)
        connection.request(
            "POST",
            where.path,
            body=payload,
            headers={**headers, "host": where.named},
            preload_content=False,
            decode_content=False,
        )
        answer = connection.getresponse()
        status = answer.status
        answer.close()
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        why = "too late" if late.is_set() else _why(error)
        raise Undelivered(why=why) from error
    finally:
        watchdog.cancel()
        for one in ways:
            one.close()
    if late.is_set():
        raise Undelivered(why="too late")
    if not 200 <= status < 300:
        raise Undelivered(why=f"status {status}")


def trust() -> ssl.SSLContext:
    """The authorities that the system trusts, and nothing older than TLS 1.2."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _way(where: Target, address: str) -> HTTPConnection:
    if where.scheme == "http":
        return HTTPConnection(address, where.port, timeout=STEP_SECONDS)
    return HTTPSConnection(
        address,
        where.port,
        timeout=STEP_SECONDS,
        server_hostname=where.host,
        cert_reqs="CERT_REQUIRED",
        ssl_context=trust(),
    )


def _first_open(ways: Sequence[HTTPConnection], late: Event) -> HTTPConnection:
    """The first that leads to somebody: a name may have addresses that this machine has no way to."""
    for one in ways[:-1]:
        with suppress(HTTPError, OSError):
            one.connect()
            return one
        if late.is_set():
            raise TimeoutError
    ways[-1].connect()
    return ways[-1]


def _cut(ways: Sequence[HTTPConnection], late: Event) -> None:
    late.set()
    for one in ways:
        with suppress(OSError):
            if one.sock is not None:
                one.sock.shutdown(socket.SHUT_RDWR)


def _why(error: Exception) -> str:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return "no trusted TLS"
        if isinstance(seen, TimeoutError):
            return "too late"
        seen = seen.__cause__ or seen.__context__
    return "too late" if "timed out" in str(error) else "cut off"
