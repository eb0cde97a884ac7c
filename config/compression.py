"""Pages travel compressed: on a quay the line is the slowest part of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

#: In production what pages are made of lies compressed already, and is left alone.
COMPRESSED = frozenset({"text/html", "text/csv", "text/css", "text/javascript", "image/svg+xml"})
#: Pages that show a secret once. A length that varies with what a stranger puts beside it would tell of it (BREACH).
SECRET = ("/account/", "/webhooks/", "/people/officers/")


class Compression(GZipMiddleware):
    """Compresses pages, tables, and what pages are made of, and nothing else: bundles and pictures are compressed, and
    clients of the REST door have lines of their own.

    Forgery tokens are masked anew on each page, and the length of each page is blurred by up to a hundred bytes.
    """

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind not in COMPRESSED or request.path.startswith(SECRET):
            return response  # type: ignore[no-any-return]
        tag = response.headers.get("ETag")
        answer = super().process_response(request, response)
        if tag:
            # Vary tells the encodings apart; a weakened tag would never again be found unchanged.
            answer.headers["ETag"] = tag
        return answer
