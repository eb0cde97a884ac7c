"""What a shared phone knows of those who signed in on it: their badges, and a secret of each for what they type.

Both stand in one signed cookie that no script reads. A badge says that the device is no stranger's to its officer; the secret
lets the same officer, after a session that ended by itself, open what they had typed, and is another one after that.
"""

from __future__ import annotations

import secrets
import time
from base64 import b64encode
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from custody.people.models import Officer

#: So many badges are known on a shared device; they are pseudonyms, and it is in somebody's hands.
MOST = 5
#: How long a device is known as somebody's own.
KNOWN_FOR = timedelta(days=90)
#: A session lasts a shift and so does a draft: so long a secret may have something to open.
SECRET_FOR = timedelta(hours=24)
_SALT = "custody.device.users"
_KEPT = "custody_drafts"


@dataclass(frozen=True)
class _User:
    """Somebody who signed in here.

    Attributes:
        secret: what the key to their drafts is made from, together with ours; empty once they signed out.
        made_at: when, in seconds.
    """

    badge: str
    secret: str = ""
    made_at: int = 0


def device_cookie() -> str:
    """The name of the cookie by which an officer's own device is known."""
    return "__Host-custody-device" if settings.PRODUCTION else "custody-device"


def _users(request: HttpRequest) -> list[_User]:
    try:
        told = signing.loads(
            request.COOKIES.get(device_cookie(), ""), salt=_SALT, max_age=KNOWN_FOR
        )
    except signing.BadSignature:
        return []
    return [_User(*one) for one in told]


def badges_of(request: HttpRequest) -> list[str]:
    """Who signed in on this device in the last three months, the last one first."""
    return [one.badge for one in _users(request)]


def knows(request: HttpRequest, badge: str) -> bool:
    """Whether this officer signed in on this device before."""
    return badge in badges_of(request)


@receiver(user_logged_in)
def _begin(request: HttpRequest, **_: Any) -> None:
    """What is typed in a session that no device was remembered for ends with it."""
    request.session[_KEPT] = secrets.token_urlsafe(16)


def remember(request: HttpRequest, response: HttpResponse, badge: str) -> None:
    """Let the device be known as this officer's, beside the last four others of a shared one.

    What they typed in a session here that ended by itself, they can open in this one; nobody else can, nor they after a day.
    """
    users = {one.badge: one for one in _users(request)}
    now = int(time.time())
    own = users.pop(badge, None)
    if own is None or not own.secret or now - own.made_at >= SECRET_FOR.total_seconds():
        own = _User(badge, secrets.token_urlsafe(16), now)
    request.session[_KEPT] = own.secret
    _write(response, [own, *users.values()][:MOST])


def forget(request: HttpRequest, response: HttpResponse, badge: str) -> None:
    """Let the device be a stranger's to this officer."""
    _write(response, [one for one in _users(request) if one.badge != badge])


def close_drafts(request: HttpRequest, response: HttpResponse, badge: str) -> None:
    """Let nothing that this officer typed here be opened any more, by themselves neither: they signed out."""
    users = _users(request)
    _write(response, [_User(badge) if one.badge == badge else one for one in users])


def draft_key(request: HttpRequest, officer: Officer) -> str:
    """What the officer's pages encrypt with what was typed here and not sent yet; nobody else's pages are told it."""
    secret = request.session.setdefault(_KEPT, secrets.token_urlsafe(16))
    key = salted_hmac("custody.drafts", f"{officer.badge} {secret}", algorithm="sha256").digest()
    return b64encode(key).decode()


def _write(response: HttpResponse, users: list[_User]) -> None:
    response.set_cookie(
        device_cookie(),
        signing.dumps([astuple(one) for one in users], salt=_SALT),
        max_age=int(KNOWN_FOR.total_seconds()),
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )
