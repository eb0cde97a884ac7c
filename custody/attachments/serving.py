"""Sending bytes that somebody else made to a browser, so that it does nothing with them but show or save them."""

from __future__ import annotations

from django.http import HttpResponse

_ENDINGS = {
    "application/pdf": "pdf",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}


def file_response(data: bytes, media_type: str, *, name: str | None = None) -> HttpResponse:
    """An answer that holds a file.

    Args:
        data: its bytes.
        media_type: what they are; never what somebody said that they are.
        name: under which it is saved; without one it is shown.
    """
    response = HttpResponse(data, content_type=media_type)
    if name:
        response.headers["Content-Disposition"] = (
            f'attachment; filename="{name}.{_ENDINGS[media_type]}"'
        )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
