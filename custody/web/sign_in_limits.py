"""Whoever signed in is signed out by itself: a shift after they did, and an hour after they last did anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=1)
#: What asks for nobody. It is to be cached, and whoever looks at the user varies by cookie.
PUBLIC = ("/static/", "/log/", "/livez", "/healthz")
#: A page that brings itself up to date (``live``) is no use either: nobody may sit before it any more.
#: Use is noted once a minute, so that reading pages costs no write each time.
NOTED_EVERY = timedelta(minutes=1)
_BEGAN, _USED = "custody_began", "custody_used"


@receiver(user_logged_in)
def _begin(request: HttpRequest, **_: Any) -> None:
    request.session[_BEGAN] = request.session[_USED] = int(time.time())


def limit(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Sign out whoever came back too late; the page that they asked for leads to signing in again."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PUBLIC) and request.user.is_authenticated:
            now, session = int(time.time()), request.session
            began, used = session.get(_BEGAN, 0), session.get(_USED, 0)
            if now - began > LONGEST.total_seconds() or now - used > IDLE.total_seconds():
                logout(request)
            elif now - used > NOTED_EVERY.total_seconds() and "live" not in request.GET:
                session[_USED] = now
        return get_response(request)

    return middleware
