"""Everything that goes wrong, as RFC 9457 problem details under codes that stay."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from custody.exchange.imports import ImportRefused, Outcome, Report
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
#: What the frame of a request is refused for: code, title and rule, by status.
HTTP: dict[int, tuple[str, str, str]] = {
    400: (
        "malformed",
        "The request cannot be read",
        "A body is JSON in UTF-8, with no name twice in one object, no NUL and at most 16 levels; headers have their form.",
    ),
    401: (
        "not_authenticated",
        "Say who you are",
        "Send a token that is known, in force and of somebody in service as `Authorization`.",
    ),
    403: (
        "permission_denied",
        "You may not do this",
        "What a role may do is in the table of rights.",
    ),
    404: (
        "not_found",
        "There is nothing here for you",
        "What is not yours to see is answered as what does not exist.",
    ),
    405: (
        "method_not_allowed",
        "This method does not go with this address",
        "`Allow` names those that do.",
    ),
    411: (
        "length_required",
        "Say how long the body is",
        "A body comes with `Content-Length`, never in chunks of a length that nobody knows.",
    ),
    412: (
        "changed",
        "It changed since you read it",
        "`If-Match` names every state that the act builds upon.",
    ),
    413: ("too_large", "The request is too large", "A body has 2.5 MB at most."),
    414: ("address_too_long", "The address is too long", "An address has 4,094 bytes at most."),
    415: (
        "unsupported_media_type",
        "Only JSON is read here",
        "A body is `application/json` in UTF-8, and not compressed.",
    ),
    417: ("expectation_failed", "Nothing more can be expected", "`Expect` is `100-continue`."),
    422: (
        "invalid_input",
        "Some of the input is wrong",
        "`errors` names every field that is not as the OpenAPI document tells.",
    ),
    428: (
        "precondition_required",
        "Say which state you have seen",
        "What overwrites is sent with the entity tag of what was read, as `If-Match`.",
    ),
    429: (
        "throttled",
        "Too many requests",
        "Everybody has a number of requests at once and a second; ask again after `Retry-After`.",
    ),
    431: (
        "headers_too_large",
        "The headers are too large",
        "A header has 8,190 bytes at most, and there are 100.",
    ),
    500: ("server_error", "Something went wrong on our side", "It is not your request."),
    501: (
        "not_implemented",
        "This is not done here",
        "A body is sent as it is: `Transfer-Encoding` has no use.",
    ),
    503: ("unavailable", "Ask again in a moment", "Ask again after the seconds of `Retry-After`."),
}
AUTHENTICATION_FAILED = (
    "authentication_failed",
    "This is not who you are",
    "A token that is unknown, has expired or was revoked opens nothing; nor does one of somebody out of service.",
)
#: An input that is wrong in a thousand places is told in the first of them.
MOST_ERRORS = 50


class Malformed(exceptions.APIException):
    """A header or the frame of a request is not what it has to be."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "The request cannot be read."
    default_code = "malformed"


class LengthRequired(exceptions.APIException):
    """A body of unknown length is not read."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_detail = "Send the body with a Content-Length."
    default_code = "length_required"


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
        told = of_http(exc.status_code, _detail(exc), code=exc.default_code)
        headers = _headers(exc)
    elif isinstance(exc, UnreadablePostError):
        told = of_http(400, "The body ended before its end.")
    elif isinstance(exc, Http404):
        told = of_http(404, "There is nothing here that you may see.")
    elif isinstance(exc, PermissionDenied):
        told = of_http(403, "You may not do this.")
    elif isinstance(exc, DjangoValidationError):
        told = of_http(422, " ".join(exc.messages))
    elif isinstance(exc, SuspiciousOperation):
        large = type(exc).__name__ in {"RequestDataTooBig", "TooManyFieldsSent"}
        told = of_http(413 if large else 400, str(exc) or "The request is not acceptable.")
    else:
        logger.error("unexpected", exc_info=exc)
        got_request_exception.send(sender=answer, request=_request(context))
        gone = isinstance(exc, OperationalError)
        told = of_http(503 if gone else 500, "It is not your request. We have noted it.")
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
        errors=_parts(error),
    )


def _parts(error: CustodyError) -> list[dict[str, str]]:
    """What is wrong with the parts of a request that has many."""
    if isinstance(error, ActsRefused):
        return _of_acts(error)
    return _of_rows(error.report) if isinstance(error, ImportRefused) else []


def _of_rows(report: Report) -> list[dict[str, str]]:
    """Each fault of each wrong row of a table, by line and column."""
    faults = (
        {
            "field": f"table.{row.line}.{one.column}" if one.column else f"table.{row.line}",
            "detail": one.detail,
            "code": one.code,
        }
        for row in report.rows
        if row.outcome is Outcome.WRONG
        for one in row.faults
    )
    return list(islice(faults, MOST_ERRORS))


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


def of_http(status_code: int, detail: str, *, code: str = "") -> dict[str, Any]:
    """The problem that a status of HTTP is.

    Args:
        status_code: of HTTP; one that no rule here knows is told as 400.
        detail: what is wrong this time.
        code: the framework's own, where it tells more than the status.
    """
    status_code = status_code if status_code in HTTP else status.HTTP_400_BAD_REQUEST
    known, title, _ = HTTP[status_code]
    if code == AUTHENTICATION_FAILED[0]:
        known, title, _ = AUTHENTICATION_FAILED
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
    code, title, _ = HTTP[422]
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
