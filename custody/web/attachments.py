"""Photographs as they are shown, and files as they came."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from custody.attachments import storage
from custody.attachments.serving import file_response
from custody.audit.attachments import sight_of
from custody.people.models import Officer
from custody.reading.models import Action
from custody.web.access import shows, signed_in


def _shown(request: HttpRequest, officer: Officer, sha256: str, form: str) -> HttpResponse:
    sight = sight_of(officer, sha256)
    data = sight.shown(form)
    shows(request, sight.reached)
    return file_response(data, "image/jpeg")


@signed_in()
def shown(request: HttpRequest, officer: Officer, sha256: str) -> HttpResponse:
    """A photograph."""
    return _shown(request, officer, sha256, storage.SHOWN)


@signed_in()
def small(request: HttpRequest, officer: Officer, sha256: str) -> HttpResponse:
    """A photograph as it stands in a trail."""
    return _shown(request, officer, sha256, storage.SMALL)


@signed_in()
def original(request: HttpRequest, officer: Officer, sha256: str) -> HttpResponse:
    """A file as it came, for who said why they read the case."""
    sight = sight_of(officer, sha256)
    data = sight.original()
    shows(request, sight.reached, Action.DISCLOSURE)
    return file_response(data, sight.row.media_type, name=sha256)
