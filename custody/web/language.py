"""The language of the pages: what the reader chose on this device, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from custody.web.sign_in_limits import PUBLIC

#: What programs read has one language, whatever a client's header says; codes and texts there are stable.
PROGRAMS = (*PUBLIC, "/api/", "/identity/", "/metrics")


def choose(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer pages in the reader's language, and everything else in English."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(PROGRAMS):
            return get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return middleware


def reader_language() -> str:
    """The language that is active, as papers that leave the house know it: nl, fr, de or en."""
    return (translation.get_language() or "en").partition("-")[0]
