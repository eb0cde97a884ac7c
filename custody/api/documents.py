"""The OpenAPI document, its readable page, the list of problems, and the answer where there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from custody.api.problems import AUTHENTICATION_FAILED, HTTP, STATUS, title_of
from custody.api.resources import Resource
from custody.handling.register import ACTS
from custody.kit.errors import CustodyError

LISTS = (
    "seizures",
    "exhibits",
    "events",
    "flags",
    "proposals",
    "places",
    "scales",
    "units",
    "officers",
)
assert ACTS  # every room's errors are known once the acts are


@cache
def document() -> bytes:
    """The OpenAPI document of this release."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return OpenApiJsonRenderer().render(schema, renderer_context={})


class OpenApi(APIView):
    """The OpenAPI document."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(document(), content_type="application/json")


class Docs(SpectacularSwaggerSplitView):
    """The document to read, with scripts and styles of our own house only."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    url_name = "api:openapi"
    template_name = "api/docs.html"

    def handle_exception(self, exc: Exception) -> Response:
        self.request.accepted_renderer = JSONRenderer()
        return super().handle_exception(exc)


class ProblemKindSerializer(serializers.Serializer[Any]):
    """A kind of problem."""

    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()
    message = serializers.CharField(help_text="The rule; with placeholders in braces.")


def _kinds(error: type[CustodyError] = CustodyError) -> Iterator[type[CustodyError]]:
    for one in error.__subclasses__():
        yield one
        yield from _kinds(one)


@cache
def problem_kinds() -> dict[str, dict[str, Any]]:
    """Every problem by its code: those of requests, and our own."""
    found = {
        code: {"code": code, "status": status, "title": title, "message": rule}
        for status, (code, title, rule) in [*HTTP.items(), (401, AUTHENTICATION_FAILED)]
    }
    found |= {
        one.code: {
            "code": one.code,
            "status": STATUS[one.category],
            "title": title_of(one),
            "message": one.template(),
        }
        for one in _kinds()
    }
    return dict(sorted(found.items()))


class ProblemListSerializer(serializers.Serializer[Any]):
    """Every kind of problem."""

    results = ProblemKindSerializer(many=True)


class Problems(Resource):
    """The kinds of problem."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class = ProblemListSerializer

    @extend_schema(
        operation_id="list_problems", summary="List kinds of problem", tags=["reference"]
    )
    def get(self, request: Request) -> Response:
        """Every code under which something can be refused."""
        return Response({"results": list(problem_kinds().values())})


class OneProblem(Resource):
    """One kind of problem: where `type` leads."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class = ProblemKindSerializer

    @extend_schema(
        operation_id="read_problem", summary="Read a kind of problem", tags=["reference"]
    )
    def get(self, request: Request, code: str) -> Response:
        """What a code means."""
        found = problem_kinds().get(code)
        if found is None:
            raise Http404
        return Response(found)


class Index(Resource):
    """What there is here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="read_index",
        summary="Where everything is",
        tags=["reference"],
        responses={200: {"type": "object", "additionalProperties": {"type": "string"}}},
    )
    def get(self, request: Request) -> Response:
        """The addresses of the lists, and of the documents about them."""
        names = ("me", *LISTS, "acts", "problems", "openapi", "docs")
        return Response({name: reverse(f"api:{name}") for name in names})


class Permanent(HttpResponseRedirect):
    """308: moved, and to be asked there in the same way."""

    status_code = 308


class Nothing(APIView):
    """Whatever has no address here: a problem like any other, or the way to it if only the slash is wrong."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        other = request.path[:-1] if request.path.endswith("/") else f"{request.path}/"
        try:
            found = resolve(other)
        except Resolver404:
            found = None
        if found and found.url_name and found.url_name != "nothing" and found.app_name == "api":
            query = request.META.get("QUERY_STRING", "")
            return Permanent(f"{other}?{query}" if query else other)
        return super().dispatch(request, *args, **kwargs)
