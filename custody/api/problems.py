"""Everything that goes wrong, as RFC 9457 problem details under codes that stay."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from custody.handling.batch import ActsRefused
from custody.kit.errors import Category, CustodyError
from custody.ledger.checkpoints import NotCovered

logger = logging.getLogger("custody.api")

MEDIA_TYPE = "application/problem+json"
STATUS: dict[Category, int] = {
    "invalid": status.HTTP_422_UNPROCESSABLE_ENTITY,
    "forbidden": status.HTTP_403_FORBIDDEN,
    "conflict": status.HTTP_409_CONFLICT,
    "stale": status.HTTP_412_PRECONDITION_FAILED,
    "not_found": status.HTTP_404_NOT_FOUND,
    "unlawful": status.HTTP_409_CONFLICT,
    "unavailable": status.HTTP_503_SERVICE_UNAVAILABLE,
}
TYPES = "/api/v1/problems/"
_HTTP = {
    400: ("malformed", "The request cannot be read"),
    401: ("not_authenticated", "Say who you are"),
    403: ("permission_denied", "You may not do this"),
    404: ("not_found", "There is nothing here for you"),
    405: ("method_not_allowed", "This method does not go with this address"),
    413: ("too_large", "The request is too large"),
    415: ("unsupported_media_type", "Only JSON is read here"),
    422: ("invalid_input", "Some of the input is wrong"),
    412: ("changed", "It changed since you read it"),
    428: ("precondition_required", "Say which state you have seen"),
    429: ("throttled", "Too many requests"),
    500: ("server_error", "Something went wrong on our side"),
    503: ("unavailable", "Ask again in a moment"),
}
#: An input that is wrong in a thousand places is told in the first of them.
MOST_ERRORS = 50


class Malformed(exceptions.APIException):
    """A header or the frame of a request is not what it has to be."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "The request cannot be read."
    default_code = "malformed"


class MatchRequired(exceptions.APIException):
    """What is overwritten has to be named in the state in which it was read."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = (
        "Send the entity tag of what you read (`ETag`, or `head` in quotes) as `If-Match`."
    )
    default_code = "precondition_required"


def body(
    code: str,
    title: str,
    status_code: int,
    detail: str,
    *,
    field: str | None = None,
    legal: Sequence[str] = (),
    errors: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """A problem's members, all of them always there."""
    return {
        "type": TYPES + code,
        "title": title,
        "status": status_code,
        "detail": detail,
        "code": code,
        "field": field,
        "legal": list(legal),
        "errors": list(errors),
    }


def title_of(error: type[CustodyError]) -> str:
    """An error's name in words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", error.__name__).capitalize()


def answer(exc: Exception, context: Mapping[str, Any]) -> Response:
    """The problem that an exception is. DRF calls it for whatever a view raises."""
    set_rollback()
    headers: dict[str, str] = {}
    if isinstance(exc, CustodyError):
        told = of_custody(exc)
        headers = {"Retry-After": "5"} if exc.category == "unavailable" else {}
        if isinstance(exc, NotCovered):
            headers = {"Retry-After": str(exc.params["seconds"])}
    elif isinstance(exc, exceptions.ValidationError):
        told = _of_input(exc)
    elif isinstance(exc, exceptions.APIException):
        told = _of_http(exc.status_code, _detail(exc), code=exc.default_code)
        headers = _headers(exc)
    elif isinstance(exc, Http404):
        told = _of_http(404, "There is nothing here that you may see.")
    elif isinstance(exc, PermissionDenied):
        told = _of_http(403, "You may not do this.")
    elif isinstance(exc, DjangoValidationError):
        told = _of_http(422, " ".join(exc.messages))
    elif isinstance(exc, SuspiciousOperation):
        large = type(exc).__name__ in {"RequestDataTooBig", "TooManyFieldsSent"}
        told = _of_http(413 if large else 400, str(exc) or "The request is not acceptable.")
    else:
        logger.error("unexpected", exc_info=exc)
        got_request_exception.send(sender=answer, request=_request(context))
        gone = isinstance(exc, OperationalError)
        told = _of_http(503 if gone else 500, "It is not your request. We have noted it.")
        headers = {"Retry-After": "5"} if gone else {}
    return Response(told, told["status"], headers=headers, content_type=MEDIA_TYPE)


def _request(context: Mapping[str, Any]) -> Any:
    request = context.get("request")
    return getattr(request, "_request", request)


def of_custody(error: CustodyError) -> dict[str, Any]:
    """The problem that one of our own errors is."""
    return body(
        error.code,
        title_of(type(error)),
        STATUS[error.category],
        str(error),
        field=error.field,
        legal=error.legal,
        errors=_of_acts(error) if isinstance(error, ActsRefused) else (),
    )


def _of_acts(refused: ActsRefused) -> list[dict[str, str]]:
    """Each refused act of a batch, by its place in it."""
    return [
        {
            "field": f"acts.{position}.told.{error.field}" if error.field else f"acts.{position}",
            "detail": str(error),
            "code": error.code,
        }
        for position, error in refused.faults[:MOST_ERRORS]
    ]


def _of_http(status_code: int, detail: str, *, code: str = "") -> dict[str, Any]:
    known, title = _HTTP.get(status_code, ("error", "The request cannot be served"))
    if code in {"authentication_failed", "malformed"}:
        known = code
    return body(known, title, status_code, detail)


def _detail(exc: exceptions.APIException) -> str:
    return next((text for _, text, _ in _flat(exc.detail, "")), str(exc.default_detail))


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    found = {}
    if header := getattr(exc, "auth_header", None):
        found["WWW-Authenticate"] = header
    if wait := getattr(exc, "wait", None):
        found["Retry-After"] = f"{wait:.0f}"
    return found


def _of_input(exc: exceptions.ValidationError) -> dict[str, Any]:
    """Wrong input: the first fault on top, and all of them in ``errors``, each by its dotted path."""
    errors = [
        {"field": path, "detail": text, "code": code}
        for _, (path, text, code) in zip(range(MOST_ERRORS), _flat(exc.detail, ""), strict=False)
    ]
    first = errors[0] if errors else {"field": "", "detail": str(exc), "code": "invalid"}
    code, title = _HTTP[422]
    return body(
        code,
        title,
        422,
        f"{first['field']}: {first['detail']}" if first["field"] else first["detail"],
        field=first["field"] or None,
        errors=errors,
    )


def _flat(detail: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(detail, Mapping):
        for name, value in detail.items():
            inner = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _flat(value, inner)
    elif isinstance(detail, list | tuple):
        for number, value in enumerate(detail):
            nested = isinstance(value, Mapping | list | tuple)
            yield from _flat(value, f"{path}.{number}".lstrip(".") if nested else path)
    elif detail is not None:
        yield path, str(detail), getattr(detail, "code", "invalid")
