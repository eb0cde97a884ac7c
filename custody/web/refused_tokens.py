"""Where a form's token does not fit any more, because somebody signed in meanwhile: nothing is taken, nothing is lost."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from custody.web.acting import given_back
from custody.web.opened import read


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  the framework's name
    """403; an act's form comes back to who opened it, under a new token.

    A form that another site made bears no stamp of ours, and gets nothing.
    """
    match = request.resolver_match
    if match and match.url_name == "act" and read(request.POST.get("opened", "")):
        return given_back(request, name=match.kwargs["name"])
    return render(request, "403_csrf.html", status=403)
