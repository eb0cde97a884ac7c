"""Pages travel compressed: on a quay the line is the slowest part of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

#: Pages that show a secret once. A length that varies with what a stranger puts beside it would tell of it (BREACH).
SECRET = ("/account/", "/webhooks/", "/people/officers/")


class Compression(GZipMiddleware):
    """Compresses pages and tables, and nothing else: bundles and pictures are compressed, and clients of the REST door
    have lines of their own.

    Forgery tokens are masked anew on each page, and the length of each answer is blurred by up to a hundred bytes.
    """

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind not in {"text/html", "text/csv"} or request.path.startswith(SECRET):
            return response  # type: ignore[no-any-return]
        return super().process_response(request, response)
