"""How views are told in the OpenAPI document: every answer that may come, problems included."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from custody.api.fields import StrictObject, Text
from custody.api.links import links_of
from custody.burning.projection import STATES
from custody.handling import checking
from custody.inventories import findings, sizes
from custody.sampling import plans
from custody.seizures import lifecycle
from custody.seizures.lifecycle import Confirmers, Form

#: Names of the sets of words that several fields share.
CONFIRMERS = [one.value for one in Confirmers]
FORMS = [one.value for one in Form]
SAMPLE_FORMS = [one.value for one in Form if one in lifecycle.SAMPLE_FORMS]
SESSION_STATES = list(STATES)
UNIT_FORMS = [one.value for one in Form if one not in lifecycle.MADE_FORMS]
CONTAINER_FORMS = [one for one in UNIT_FORMS if one != Form.BLOCK]
INVENTORY_METHODS = [one.value for one in sizes.Method]
INVENTORY_FINDINGS = [one.value for one in findings.Finding]
SAMPLING_METHODS = [one.value for one in plans.Method]
SEAL_FINDINGS = [one.value for one in checking.Finding]

#: What can come from any address; from those that write; from those that name one thing.
_ALWAYS = {
    "401": "Nobody, or nobody known, asks.",
    "403": "You may not do this.",
    "429": "Too many requests.",
    "503": "Not now: ask again after the seconds of `Retry-After`.",
}
_INPUT = {"422": "Some of the input is wrong; `field` says which."}
_WRITES = {
    "400": "The request cannot be read.",
    "409": "Not as things stand, or not by law; `legal` says what is.",
    "411": "Say how long the body is.",
    "412": "It changed since you read it.",
    "413": "The request is too large.",
    "415": "Only JSON is read here.",
}
_MATCH = {"428": "Say in `If-Match` which state you have seen."}
_ONE = {"404": "There is nothing there that you may see."}


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `code` is stable; `detail` is for people."""

    type = serializers.CharField(help_text="An address that explains the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    field = serializers.CharField(allow_null=True, help_text="Dotted: `exhibits.3.gross_grams`.")
    legal = serializers.ListField(
        child=serializers.CharField(), help_text="What would have been right or legal instead."
    )
    errors = serializers.ListField(  # type: ignore[assignment]
        child=serializers.DictField(child=serializers.CharField()),
        help_text="Every field that is wrong: `field`, `detail`, `code`.",
    )


class Schema(AutoSchema):
    """Operations with the problems that they can meet."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        if getattr(self.view, "listing", False):
            # what is made at the address of a list is one thing
            return bool(self.method == "GET")
        return bool(super()._is_list_view(serializer))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, StrictObject):
            schema["additionalProperties"] = False
        return schema

    def _map_serializer_field(self, field: Any, *args: Any, **kwargs: Any) -> Any:
        schema = super()._map_serializer_field(field, *args, **kwargs)  # type: ignore[no-untyped-call]
        if isinstance(field, Text):
            schema.setdefault("pattern", field.pattern)
        if not getattr(field, "allow_empty", True):
            schema.setdefault("minItems", 1)
        return schema

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        public = not self.view.authentication_classes
        if public:
            operation["security"] = [{}]
        told = {} if public else dict(_ALWAYS)
        told |= {**_INPUT, **getattr(self.view, "problems", {})}
        if self.method == "POST":
            told |= _WRITES
            if self.path.startswith("/api/v1/acts/"):
                told |= _MATCH
        if "{" in self.path or self.method == "POST":
            told |= _ONE
        problem = self.resolve_serializer(ProblemSerializer, "response")
        for status, text in sorted(told.items()):
            operation["responses"].setdefault(
                status,
                {
                    "description": text,
                    "content": {"application/problem+json": {"schema": problem.ref}},
                },
            )
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query" and parameter["schema"] == {"type": "string"}:
                parameter["schema"] = {"type": "string", "minLength": 1}
        if deprecation := getattr(self.view, "deprecation", None):
            operation["deprecated"] = True
            operation["description"] += f"\n\n{deprecation.sentence}"
        for status, response in operation["responses"].items():
            if links := links_of(operation["operationId"], status):
                response["links"] = links
        return operation
