"""Seizures out, as a table that an import reads back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.resources import Resource, limit_of
from custody.exchange.exports import PAGE, export_page
from custody.reading.models import Action

MOST_SEIZURES = 200
LONGEST_RECIPIENT = 200
RECIPIENT = OpenApiParameter(
    "recipient", str, description="Who gets it beside you: kept in the read log."
)


def recipient_of(request: Request) -> str | None:
    """Who gets the answer beside the caller, if they say so.

    Raises:
        ValidationError: it is no name.
    """
    told: str | None = request.query_params.get("recipient")
    if told is not None and not (told.isprintable() and 0 < len(told) <= LONGEST_RECIPIENT):
        raise ValidationError(
            {"recipient": [f"Give 1 to {LONGEST_RECIPIENT} printable characters."]}
        )
    return told


def lead_on(request: Request, response: Response, **told: object) -> None:
    """Let ``Link`` lead to the next page, which is asked for by these parameters; None leaves one out."""
    query = urlencode({name: value for name, value in told.items() if value is not None})
    address = request.build_absolute_uri(f"{request.path}?{query}")
    response.headers["Link"] = f'<{address}>; rel="next"'


class CsvRenderer(JSONRenderer):
    """Tables as they are; problems in JSON, as everywhere."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, str):
            return data.encode()
        return super().render(data, accepted_media_type, renderer_context)


class SeizureTable(Resource):
    """Seizures as a table."""

    renderer_classes = (CsvRenderer,)
    parameters = frozenset({"after", "limit", "recipient"})
    action = Action.DISCLOSURE

    @extend_schema(
        operation_id="export_seizures",
        summary="Export seizures",
        tags=["exchange"],
        parameters=[
            OpenApiParameter("after", str, description="Reference of the last seizure you have."),
            OpenApiParameter(
                "limit",
                int,
                description=f"At most so many seizures: 1 to {MOST_SEIZURES}; {PAGE} unless told.",
            ),
            RECIPIENT,
        ],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        """Whole seizures as they were seized and have been corrected since, in the order of their references, for
        who oversees. A page has a head of its own; `Link` leads to the next. Each page is a disclosure in the read
        log."""
        size = limit_of(request, PAGE, MOST_SEIZURES)
        recipient = recipient_of(request)
        page = export_page(self.officer, after=request.query_params.get("after"), size=size)
        self.leaves_for(recipient)
        self.shows_seizures(page.seizures)
        self.shows_exhibits(page.exhibits)
        response = Response(page.text)
        response.headers["Content-Disposition"] = 'attachment; filename="seizures.csv"'
        if page.after:
            lead_on(request, response, after=page.after, limit=size, recipient=recipient)
        return response
