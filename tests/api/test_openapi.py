"""The OpenAPI document is valid, complete, and true of what is answered."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from custody.api.commands import ENVELOPE, act_serializer, command_of
from custody.api.documents import document, problem_kinds
from custody.api.examples import told
from custody.handling.commands import to_json
from custody.handling.register import ACTS
from tests.api.callers import Callers
from tests.api.test_query_counts import fill

READS = [
    "me",
    "acts/",
    "problems/",
    "places/",
    "scales/",
    "units/",
    "officers/",
    "seizures/",
    "exhibits/",
    "events/",
    "flags/",
    "proposals/",
]


@cache
def openapi() -> Any:
    return json.loads(document())


def conforms(answer: Any, method: str, path: str, status: str) -> None:
    """Assert that an answer is as the document says."""
    operation = openapi()["paths"][path][method]
    ((_, content),) = operation["responses"][status]["content"].items()
    registry: Any = Registry().with_resource(
        "urn:doc", Resource.from_contents(openapi(), default_specification=DRAFT202012)
    )
    schema = {"$ref": "urn:doc#" + content["schema"]["$ref"][1:]}
    OAS31Validator(schema, registry=registry).validate(answer)


def test_the_document_is_valid_and_made_without_a_warning() -> None:
    OpenAPIV31SpecValidator(openapi()).validate()
    assert openapi()["openapi"].startswith("3.1")
    call_command("spectacular", fail_on_warn=True, stdout=io.StringIO())


def test_it_is_public_and_so_is_its_page() -> None:
    response = Client().get("/api/v1/openapi.json")
    assert response["Content-Type"] == "application/json"
    assert response.json() == openapi()


def test_the_page_loads_nothing_from_outside_and_runs_nothing_inline() -> None:
    response = Client().get("/api/v1/docs/", headers={"accept": "text/html"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "//" not in page.replace("<!DOCTYPE html>", "").replace("https://www.w3.org", "")
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")
    script = Client().get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"/api/v1/openapi.json" in script.content


def test_every_operation_has_a_name_a_summary_and_its_problems() -> None:
    names = []
    for path, operations in openapi()["paths"].items():
        for method, operation in operations.items():
            names.append(operation["operationId"])
            assert operation["summary"], path
            assert operation["description"], path
            problems = [
                next(iter(answer["content"]))
                for status, answer in operation["responses"].items()
                if status >= "400"
            ]
            assert problems
            assert set(problems) == {"application/problem+json"}
            if "/acts/" in path and method == "post":
                named = [one["name"] for one in operation["parameters"]]
                assert named == ["Idempotency-Key", "If-Match"]
    assert len(names) == len(set(names))


def test_every_act_has_an_address_with_an_example() -> None:
    for name in ACTS:
        operation = openapi()["paths"][f"/api/v1/acts/{name}"]["post"]
        assert operation["requestBody"]["content"]["application/json"]["examples"], name


@pytest.mark.parametrize("name", sorted(ACTS))
def test_examples_are_read_as_commands(name: str) -> None:
    act = ACTS[name]
    example = told(act.command)
    assert not ENVELOPE & example.keys()
    serializer = act_serializer(act)(data=example)
    assert serializer.is_valid(), serializer.errors
    command = command_of(act.command, serializer.validated_data)
    again = to_json(command)
    assert {key: again[key] for key in example if not isinstance(example[key], list)} == {
        key: value for key, value in example.items() if not isinstance(value, list)
    }


def test_codes_of_problems_are_one_each() -> None:
    kinds = problem_kinds()
    assert {"gate_closed", "not_legal_now", "unknown_label", "key_reused"} <= kinds.keys()
    assert all(one["message"] for one in kinds.values())


@pytest.mark.django_db
def test_answers_are_as_the_document_says(callers: Callers) -> None:
    label = fill(callers.cast, callers, 1)
    for path in READS:
        answer = callers.officer.get(path)
        conforms(answer, "get", f"/api/v1/{path}", "200")
        assert answer.get("results", True), path
    exhibit = callers.officer.get(f"exhibits/{label}")
    conforms(exhibit, "get", "/api/v1/exhibits/{label}", "200")
    trail = callers.officer.get(f"exhibits/{label}/trail")
    conforms(trail, "get", "/api/v1/exhibits/{label}/trail", "200")
    problem = callers.outsider.get(f"exhibits/{label}", 404)
    conforms(problem, "get", "/api/v1/exhibits/{label}", "404")
    weighing = {"exhibit": label, "scale": "FLOOR", "gross_grams": "25000"}
    receipt = callers.officer.act("weigh", weighing)
    conforms(receipt, "post", "/api/v1/acts/weigh", "201")
    problem = callers.officer.act("weigh", {**weighing, "gross_grams": 0.1}, 422)
    conforms(problem, "post", "/api/v1/acts/weigh", "422")
    dispatch = {
        "exhibits": [label],
        "driver": "driver",
        "vehicle": "VAN-A",
        "destination": "VAULT-A",
    }
    pending = callers.officer.act("dispatch", dispatch, 202)
    conforms(pending, "post", "/api/v1/acts/dispatch", "202")
    proposal = callers.driver.get(f"proposals/{pending['proposal']}")
    conforms(proposal, "get", "/api/v1/proposals/{proposal_id}", "200")
