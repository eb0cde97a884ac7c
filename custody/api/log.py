"""The public log, below ``/log/``: hashes and counts for everybody, nothing about any case (C2SP tlog-tiles).

No cookies, no login. Tiles and checkpoints beyond the public one are for witnesses, who bear a credential.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from custody.api.limits import take
from custody.api.problems import STATUS
from custody.audit.bundle.packing import VERIFIER, VERIFIER_SHA256
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger import checkpoints, tiles, timestamps
from custody.ledger.merkle import ProofInvalid
from custody.ledger.models import LogKey
from custody.ledger.notes import NoteInvalid, VerifierKey
from custody.ledger.retiring import retired
from custody.ledger.tlog import TilePath
from custody.ledger.witnesses import Witness, bearer

TEXT = "text/plain; charset=utf-8"
#: Checkpoints and keys may be a few seconds old; a tile is for ever.
SECONDS, FOR_EVER = "public, max-age=5", "public, max-age=31536000, immutable"
#: Addresses share so many buckets, so that nobody can fill the table with theirs, and none is kept.
_BUCKETS = 3

_P = ParamSpec("_P")
_View = Callable[Concatenate[HttpRequest, _P], HttpResponse]


class NothingSigned(CustodyError):
    """Nothing is found here yet."""

    code = "nothing_signed"
    category = "not_found"


class WitnessUnknown(CustodyError):
    """Say by a bearer token which witness you are."""

    code = "witness_unknown"
    category = "forbidden"


def _door(*methods: str) -> Callable[[_View[_P]], _View[_P]]:
    """What every address here has in common: its methods, a limit by network address, faults in plain words."""

    def wrap(view: _View[_P]) -> _View[_P]:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            wait = take(
                _bucket(request),
                most=settings.LOG_REQUESTS_AT_ONCE,
                rate=settings.LOG_REQUESTS_PER_SECOND,
            )
            if wait is not None:
                return _plain("too many requests\n", 429, {"Retry-After": f"{wait:.0f}"})
            try:
                return view(request, *args, **kwargs)
            except WitnessUnknown as error:
                return _plain(f"{error}\n", 401, {"WWW-Authenticate": "Bearer"})
            except CustodyError as error:
                return _plain(f"{error}\n", STATUS[error.category])
            except RequestDataTooBig:
                return _plain("too large\n", 413)

        return answer

    return wrap


def _bucket(request: HttpRequest) -> str:
    address = get_adapter().get_client_ip(request)
    return f"log/{sha256(address.encode()).hexdigest()[:_BUCKETS]}"


def _plain(text: str, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    told = {"Cache-Control": "no-store"} | (headers or {})
    return HttpResponse(text, status=status, content_type=TEXT, headers=told)


def _witness(request: HttpRequest) -> Witness:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = bearer(token) if scheme.lower() == "bearer" and token else None
    if found is None:
        raise WitnessUnknown
    return found


@_door("GET", "HEAD")
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The public checkpoint, which moves at a slow, fixed pace."""
    told = checkpoints.latest_public()
    if told is None:
        raise NothingSigned
    return _plain(told, headers={"Cache-Control": SECONDS})


@_door("GET", "HEAD")
def live(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, for witnesses."""
    _witness(request)
    told = checkpoints.latest_live()
    if told is None:
        raise NothingSigned
    return _plain(told)


@_door("GET", "HEAD")
def keys(_request: HttpRequest) -> HttpResponse:
    """The log's keys, those to come and those that are over too: key, not before, not after.

    One that was retired before its time ends when it was, and its line ends in ``retired``.
    """
    ended = retired()
    lines = []
    for row in LogKey.objects.order_by("not_before", "text"):
        at = ended.get(VerifierKey.parse(row.text).public)
        until = row.not_after if at is None else min(at, row.not_after)
        told = f"{row.text} {clock.to_text(row.not_before)} {clock.to_text(until)}"
        lines.append(f"{told}\n" if at is None else f"{told} retired\n")
    return _plain("".join(lines), headers={"Cache-Control": SECONDS})


@_door("GET", "HEAD")
def verifier(_request: HttpRequest) -> HttpResponse:
    """The program that checks evidence bundles, apart from any bundle; its SHA-256 is its entity tag."""
    headers = {"Cache-Control": "public, max-age=3600", "ETag": f'"{VERIFIER_SHA256}"'}
    answer = _plain("", headers=headers)
    answer.content = VERIFIER
    return answer


@_door("GET", "HEAD")
def verifier_hash(_request: HttpRequest) -> HttpResponse:
    """The SHA-256 of that program, as ``sha256sum --check`` reads it."""
    return _plain(f"{VERIFIER_SHA256}  verify.py\n", headers={"Cache-Control": SECONDS})


@_door("GET", "HEAD")
def tile(request: HttpRequest, told: str) -> HttpResponse:
    """A tile of hashes, of the public tree; of the newest one for witnesses."""
    known = "Authorization" in request.headers and _witness(request)
    size = checkpoints.live_size() if known else checkpoints.public_size()
    try:
        hashes = tiles.hashes_of(TilePath.parse(told), size)
    except ProofInvalid as error:
        raise NothingSigned from error
    if hashes is None:
        raise NothingSigned
    return HttpResponse(
        hashes,
        content_type="application/octet-stream",
        headers={"Cache-Control": "private, no-store" if known else FOR_EVER},
    )


@_door("GET", "HEAD")
def timestamp(_request: HttpRequest, size: int, name: str) -> HttpResponse:
    """What an authority said of a public checkpoint (``NAME.tsr``), or the note that it is about (``checkpoint``)."""
    found = timestamps.stamped(size)
    if found is None:
        raise NothingSigned
    if name == "checkpoint":
        return _plain(found.note, headers={"Cache-Control": FOR_EVER})
    reply = timestamps.replies(found).get(name.removesuffix(".tsr"))
    if reply is None or not name.endswith(".tsr"):
        raise NothingSigned
    return HttpResponse(
        reply,
        content_type="application/timestamp-reply",
        headers={"Cache-Control": FOR_EVER},
    )


@_door("POST")
def cosignatures(request: HttpRequest) -> HttpResponse:
    """A checkpoint with a witness's line under it."""
    checkpoints.add_cosignature(_witness(request), _text(request.body))
    return _plain("", 204)


@_door("POST")
def disagreements(request: HttpRequest) -> HttpResponse:
    """Two checkpoints that a witness cannot reconcile, as JSON: ``held`` and ``offered``."""
    witness = _witness(request)
    try:
        told: Any = json.loads(_text(request.body))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not all(
        isinstance(told.get(name), str) for name in ("held", "offered")
    ):
        raise NoteInvalid(why="held and offered are needed")
    checkpoints.add_disagreement(witness, told["held"], told["offered"])
    return _plain("", 204)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise NoteInvalid(why="it is no text") from None


urlpatterns = [
    path("checkpoint", checkpoint),
    path("checkpoint/live", live),
    path("keys", keys),
    path("verify.py", verifier),
    path("verify.py.sha256", verifier_hash),
    path("tile/<path:told>", tile),
    path("timestamps/<int:size>/<str:name>", timestamp),
    path("cosignatures", cosignatures),
    path("disagreements", disagreements),
]
