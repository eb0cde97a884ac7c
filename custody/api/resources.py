"""What every resource has in common: an officer who asks, pages by cursor, no word of its own in query strings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from custody.api.clients import system_of
from custody.api.deprecation import Deprecation
from custody.api.problems import LengthRequired
from custody.kit.errors import CustodyError
from custody.kit.sealing import SecretUnreadable, open_secret, seal_secret
from custody.people.models import Officer
from custody.people.rights import Relation, Shown
from custody.reading.models import Action
from custody.reading.services import log_reading
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import Reach, reach, reach_to_seizures

_SEAL = "cursors"


class Pages(CursorPagination):
    """Pages that neither skip nor double what is there, whatever is added meanwhile."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    page_size_query_description = "How many results a page holds: 1 to 200; 50 unless told."
    cursor_query_description = "Where the page starts: taken from `next` or `previous`."
    request: Request
    base_url: str
    # Whatever was recorded by one act bears one time; an act names 1,000 units at most.
    offset_cutoff = 10_000

    def get_page_size(self, request: Request) -> int:
        return limit_of(request, self.page_size, self.max_page_size)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page as OpenAPI 3.1 tells it; the framework's own is of 3.0."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_paginated_response(self, data: Any) -> Response:
        """The page, with the way to its neighbours as RFC 8288 links too."""
        response: Response = super().get_paginated_response(data)
        ways = {"next": response.data["next"], "prev": response.data["previous"]}
        links = [f'<{address}>; rel="{name}"' for name, address in ways.items() if address]
        if links:
            response.headers["Link"] = ", ".join(links)
        return response

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters of a page, with the bounds of its length."""
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for one in found:
            if one["name"] == self.page_size_query_param:
                one["schema"] = whole(1, self.max_page_size)
        return found

    def encode_cursor(self, cursor: Cursor) -> str:
        """The address of another page. Where it starts is sealed, and for this list alone: it may be a moment of which the
        reader is told the day, and by one of their own choosing they could ask what lies before it."""
        told = [self.request.path, cursor.offset, cursor.reverse, cursor.position]
        sealed = seal_secret(json.dumps(told), _SEAL)
        return str(replace_query_param(self.base_url, self.cursor_query_param, sealed))

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Where the page starts.

        Raises:
            ValidationError: the cursor was not taken from a page of this list.
        """
        told = request.query_params.get(self.cursor_query_param)
        if told is None:
            return None
        try:
            path, offset, reverse, position = json.loads(open_secret(told, _SEAL))
        except SecretUnreadable as error:
            raise ValidationError({"cursor": ["This is not a cursor of ours."]}) from error
        if path != request.path:
            raise ValidationError({"cursor": ["This is a cursor of another list."]})
        return Cursor(offset=offset, reverse=reverse, position=position)


def whole(least: int, most: int) -> dict[str, Any]:
    """A whole number of a query as the OpenAPI document tells it."""
    return {"type": "integer", "minimum": least, "maximum": most}


def limit_of(request: Request, default: int, most: int) -> int:
    """The ``limit`` of a query.

    Raises:
        ValidationError: it is no number from 1 to ``most``.
    """
    return number_of(request, "limit", default=default, least=1, most=most)


def number_of(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    """A whole number of a query.

    Raises:
        ValidationError: it is none, or out of bounds.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    negative = text.startswith("-") and least < 0
    if text[negative:].isascii() and text[negative:].isdigit() and len(text) < 20:
        found = int(text)
        if least <= found <= most:
            return found
    raise ValidationError({name: [f"Give a whole number from {least} to {most}."]})


def identifier(text: str) -> UUID:
    """An id of an address.

    Raises:
        Http404: it is none, so that there can be nothing under it.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _refuse_other_codings(request: Request) -> None:
    """Pass if the body comes as it is, and says how long it is.

    Raises:
        LengthRequired: it comes in chunks, of which the framework would see nothing.
        UnsupportedMediaType: it is compressed.
    """
    if request.headers.get("Transfer-Encoding"):
        raise LengthRequired
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.strip().lower() != "identity":
        raise UnsupportedMediaType(
            coding, "The body has to be sent as it is, without Content-Encoding."
        )


def _route(request: Request) -> str:
    match = request.resolver_match
    assert match is not None, "an answer has an address"
    return match.route


class Resource(GenericAPIView[Any]):
    """An address of the REST door."""

    #: Whether it answers by pages.
    listing: ClassVar[bool] = False
    #: Query parameters beside those of the filter.
    parameters: ClassVar[frozenset[str]] = frozenset()
    #: What article 25 of directive (EU) 2016/680 calls what it does with what it shows.
    action: ClassVar[Action] = Action.CONSULTATION
    #: Further problems that it can meet, by status, for the OpenAPI document.
    problems: ClassVar[Mapping[str, str]] = {}
    #: What is to be used in its place, and until when it is there.
    deprecation: ClassVar[Deprecation | None] = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._shown: dict[UUID, Relation] = {}
        self._purposes: set[str] = set()
        self._recipients: str | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; but what is shown is written down first, and not shown if that fails."""
        response = super().dispatch(request, *args, **kwargs)
        if not self._shown or response.status_code >= status.HTTP_400_BAD_REQUEST:
            return response
        system = system_of(self.request)
        consulting = self.action == Action.CONSULTATION
        try:
            log_reading(
                self.officer,
                self._shown,
                route=_route(self.request),
                action=Action.DISCLOSURE if system and consulting else self.action,
                purpose=min(self._purposes, default=None),
                recipients=", for ".join(filter(None, (system, self._recipients))) or None,
            )
        except CustodyError as error:
            return self.finalize_response(self.request, self.handle_exception(error))
        return response

    def shows(self, reached: Mapping[UUID, Reach]) -> None:
        """Say what the answer shows, and how near the reader is to it; the read log gets it before it is sent."""
        for one, found in reached.items():
            self._shown[one] = found.relation
            if found.purpose:
                self._purposes.add(found.purpose)

    def leaves_for(self, recipients: str | None) -> None:
        """Say who gets the answer, if it leaves the house: the read log gets that too."""
        self._recipients = recipients

    def shows_ids(self, ids: Iterable[UUID]) -> None:
        """Say that the answer names these things to somebody who sees nothing of them."""
        self.shows(dict.fromkeys(ids, Reach(Relation.NONE, Shown.NOTHING)))

    def shows_exhibits(self, rows: Iterable[Exhibit]) -> dict[UUID, Reach]:
        """Say that the answer shows these exhibits; the reader's reach to each."""
        found = reach(self.officer, list(rows))
        self.shows(found)
        return found

    def shows_seizures(self, rows: Iterable[Seizure]) -> None:
        """Say that the answer shows these seizures."""
        self.shows(reach_to_seizures(self.officer, list(rows)))

    @property
    def officer(self) -> Officer:
        officer = self.request.user
        assert isinstance(officer, Officer)
        return officer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse query parameters that mean nothing here: a filter misspelt or empty must not show everything.

        Nothing bears a name with a NUL character in it, and the database cannot even be asked for one.
        """
        super().initial(request, *args, **kwargs)
        _refuse_other_codings(request)
        if any("\0" in told for told in self.kwargs.values()):
            raise Http404
        unknown = sorted(set(request.query_params) - self._known())
        if unknown:
            raise ValidationError({name: ["There is no such parameter."] for name in unknown})
        for name, values in request.query_params.lists():
            if any("\0" in value for value in values):
                raise ValidationError({name: ["It holds a NUL character."]})
        empty = sorted(name for name, text in request.query_params.items() if not str(text).strip())
        if empty:
            raise ValidationError({name: ["It is empty: leave it out."] for name in empty})

    def _known(self) -> set[str]:
        return set(self.parameters)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Keep answers out of caches, since phones and proxies are shared; and say what will go."""
        found = super().finalize_response(request, response, *args, **kwargs)
        found.headers.setdefault("Cache-Control", "no-store")
        if self.deprecation:
            for name, text in self.deprecation.headers.items():
                told = found.headers.get(name)
                found.headers[name] = f"{told}, {text}" if told else text
        return found


class Listing(Resource):
    """A list by pages. ``present`` makes of rows what the serializer shows, in a fixed number of queries."""

    listing = True
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend,)
    ordering: ClassVar[tuple[str, ...]] = ()

    def _known(self) -> set[str]:
        filters = getattr(self, "filterset_class", None)
        return {
            "cursor",
            "limit",
            *self.parameters,
            *(filters.base_filters if filters else ()),
        }

    def get_queryset(self) -> QuerySet[Any]:
        return self.visible().order_by(*self.ordering)

    def visible(self) -> QuerySet[Any]:
        """The rows that the officer may see."""
        raise NotImplementedError

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        return rows

    def note(self, rows: Sequence[Any]) -> None:
        """Say which custody data a page shows."""

    def page(self) -> Response:
        """The page that was asked for."""
        paginator = self.paginator
        assert isinstance(paginator, Pages)
        paginator.ordering = self.ordering
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        assert rows is not None
        self.note(rows)
        shown = self.get_serializer(self.present(rows), many=True)
        return self.get_paginated_response(shown.data)


def require_row(rows: QuerySet[Any], **wanted: Any) -> Any:
    """The one row.

    Raises:
        Http404: there is none that the officer may see; nobody learns which.
    """
    found: Model | None = rows.filter(**wanted).first()
    if found is None:
        raise Http404
    return found
