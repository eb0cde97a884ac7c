"""Time-stamp authorities (RFC 3161): asked over HTTP, believed only by their certificates. Pure but for HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from custody.kit.errors import CustodyError

PATIENCE = 10.0  # seconds that an authority may take
_LARGEST_REPLY = 65_536
_CHUNK = 4_096


class TimestampRefused(CustodyError):
    """{authority} gave no timestamp: {why}."""

    code = "timestamp_refused"
    category = "unavailable"


@dataclass(frozen=True)
class Authority:
    """One authority, as the operator names it.

    Attributes:
        name: ours for it; the files of its replies bear it.
        url: where it takes requests.
        certificates: PEM file with those that its own must lead to.
    """

    name: str
    url: str
    certificates: Path


@dataclass(frozen=True)
class Stamp:
    """A reply that was verified, and the time that it vouches for."""

    reply: bytes
    at: datetime


def stamp(authority: Authority, data: bytes, patience: float = PATIENCE) -> Stamp:
    """An authority's word that these bytes existed at a time: its reply, verified.

    Args:
        authority: whom to ask.
        data: the bytes; only their SHA-256 is told.
        patience: seconds that the whole answer may take.

    Raises:
        TimestampRefused: it does not answer, or what it answers is no timestamp of these bytes under its certificates.
    """
    request = TimestampRequestBuilder(data, HashAlgorithm.SHA256).build()
    with _refusing(authority):
        told = _asked(authority.url, request.as_bytes(), patience)
        return _verified(authority, VerifierBuilder.from_request(request), told, data)


def judge(authority: Authority, reply: bytes, data: bytes) -> Stamp:
    """A reply that was kept, verified again.

    Raises:
        TimestampRefused: it is no timestamp of these bytes under the authority's certificates.
    """
    with _refusing(authority):
        return _verified(authority, VerifierBuilder(), reply, data)


@contextmanager
def _refusing(authority: Authority) -> Iterator[None]:
    try:
        yield
    # OSError: it is not reached, or took too long; ValueError: no reply, or none that can be read.
    except (OSError, URLError, HTTPException, ValueError, VerificationError) as error:
        raise TimestampRefused(
            authority=authority.name, why=str(error) or type(error).__name__
        ) from error


def _verified(authority: Authority, builder: VerifierBuilder, told: bytes, data: bytes) -> Stamp:
    roots, others = _certificates(authority.certificates)
    for one in roots:
        builder = builder.add_root_certificate(one)
    for one in others:
        builder = builder.add_intermediate_certificate(one)
    reply = decode_timestamp_response(told)
    # What the library reads is what is kept: nothing may follow it.
    if reply.as_bytes() != told:
        raise ValueError("there is something else beside the reply")
    builder.build().verify_message(reply, data)
    return Stamp(told, reply.tst_info.gen_time)


def _certificates(path: Path) -> tuple[Sequence[Certificate], Sequence[Certificate]]:
    """Those that vouch for themselves, and those between."""
    found = load_pem_x509_certificates(path.read_bytes())
    roots = [one for one in found if one.issuer == one.subject]
    return roots, [one for one in found if one not in roots]


def _asked(url: str, body: bytes, patience: float) -> bytes:
    # Each read waits anew: who sends a byte now and then is stopped by the clock.
    until = time.monotonic() + patience
    request = Request(url, body, {"Content-Type": "application/timestamp-query"}, method="POST")  # noqa: S310  checked in settings
    with urlopen(request, timeout=patience) as answer:  # noqa: S310
        told = b""
        while chunk := _more(answer):
            told += chunk
            if len(told) > _LARGEST_REPLY:
                raise ValueError("it says too much")
            if time.monotonic() > until:
                raise TimeoutError("it takes too long")
        return told


def _more(answer: Any) -> bytes:
    chunk: bytes = answer.read1(_CHUNK)
    return chunk
