"""One id a request, in every line that it logs, in its answer, and in the jobs that it starts."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
_OURS = re.compile(r"[A-Za-z0-9-]{8,64}")
#: "-" outside of any request.
request_id: ContextVar[str] = ContextVar("request_id", default="-")


def trace(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Take the caller's id if it is one, else make one; and give it back."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        told = request.headers.get(HEADER, "")
        token = request_id.set(told if _OURS.fullmatch(told) else str(uuid4()))
        try:
            response = get_response(request)
            response.headers[HEADER] = request_id.get()
            return response
        finally:
            request_id.reset(token)

    return middleware


class Traced(logging.Filter):
    """Puts the id into every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


@before_task_publish.connect
def _send_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None:
        headers["request_id"] = request_id.get()


@task_prerun.connect
def _take_up(task: Any = None, **_: Any) -> None:
    sent = getattr(task.request, "request_id", None) if task else None
    request_id.set(sent if sent and sent != "-" else str(uuid4()))


@task_postrun.connect
def _put_down(**_: Any) -> None:
    request_id.set("-")
