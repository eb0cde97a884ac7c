"""Response headers that tell browsers what pages may do: nothing from outside, no frame, camera for us alone."""

from __future__ import annotations

from collections.abc import Callable
from wsgiref.headers import Headers

from django.http import HttpRequest
from django.http.response import HttpResponseBase

CONTENT_RULES = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'{targets}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: A worker goes by the rules of its own file. The one that decodes codes, which has no page and reaches nobody but us,
#: may compile WebAssembly; so no page needs to.
DECODER_RULES = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: What is on a page stays on it; static files bring a rule of their own.
CACHE_RULES = "no-store"
DEVICE_RULES = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


def content_rules(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Add the rules to every response; a view that needs others sets its own.

    Browsers hold a form's redirects against ``form-action`` too: a page with a button that leads to an agency's
    provider names the provider's origin in its response's ``posts_to``.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        targets = "".join(f" {origin}" for origin in getattr(response, "posts_to", ()))
        response.headers.setdefault(
            "Content-Security-Policy", CONTENT_RULES.format(targets=targets)
        )
        response.headers.setdefault("Permissions-Policy", DEVICE_RULES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", CACHE_RULES)
        return response

    return middleware


def decoder_rules(headers: Headers, path: str, url: str) -> None:  # noqa: ARG001  the library names them
    """Give the decoder's file the rules that it runs by; production adds a hash to its name."""
    if url.rpartition("/")[2].startswith("decoder.") and url.endswith(".js"):
        headers["Content-Security-Policy"] = DECODER_RULES
