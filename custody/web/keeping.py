"""A form whose sender is no longer signed in is kept on the server until they are: for that officer alone.

What it said waits in the session of the browser that sent it, at most a shift; files do not. Whoever else signs
in there ends it unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, QueryDict

from custody.people.models import Officer
from custody.web.access import require_text
from custody.web.opened import read

P = ParamSpec("P")

#: In characters: a catch of a thousand units. A form that says more is not kept.
MOST = 400_000
_KEPT = "custody_kept_form"
_NOT_TOLD = frozenset({"csrfmiddlewaretoken", "more"})


@dataclass(frozen=True)
class Kept:
    """A form as it was sent.

    Attributes:
        data: its fields.
        files: whether files may have come with it, which were not kept.
    """

    data: QueryDict
    files: bool


def keeps(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Keep what is sent to this page by somebody who is not signed in any more.

    The form proves by its stamp that an officer opened it: strangers leave nothing here.
    """

    @wraps(view)
    def keeping(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            require_text(request)
            _keep(request)
        return view(request, *args, **kwargs)

    return keeping  # type: ignore[return-value]


def _keep(request: HttpRequest) -> None:
    opened = read(request.POST.get("opened", ""))
    fields = {name: told for name, told in request.POST.lists() if name not in _NOT_TOLD}
    size = sum(len(name) + sum(map(len, told)) for name, told in fields.items())
    if opened and size <= MOST:
        request.session[_KEPT] = {
            "badge": opened.badge,
            "path": request.path,
            "fields": fields,
            # what strangers send as files is never read
            "files": request.content_type == "multipart/form-data",
        }


def taken_up(request: HttpRequest) -> Kept | None:
    """The form that the officer sent to this page before they signed in again; once."""
    kept = request.session.get(_KEPT)
    if kept is None or kept["path"] != request.path:
        return None
    del request.session[_KEPT]
    data = QueryDict(mutable=True)
    for name, told in kept["fields"].items():
        data.setlist(name, told)
    return Kept(data, kept["files"])


@receiver(user_logged_in)
def _for_nobody_else(request: HttpRequest, user: Officer, **_: Any) -> None:
    kept = request.session.get(_KEPT)
    if kept is not None and kept["badge"] != user.badge:
        del request.session[_KEPT]
