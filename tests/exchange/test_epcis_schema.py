"""GS1's own JSON Schema on our documents, where this machine has it: it is not ours to keep here."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft7Validator, FormatChecker

from custody.exchange.epcis import document
from custody.seizures.models import Exhibit
from custody.seizures.reach import reach
from tests.cast import Cast
from tests.conformance import vectors
from tests.exchange.lives import barrel_to_ash, blocks_in_a_barrel, treated_barrel

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema() -> Any:
    """The schema that ``CUSTODY_EPCIS_SCHEMA`` names, or lies with the other conformance data."""
    named = os.environ.get("CUSTODY_EPCIS_SCHEMA")
    files = [Path(named)] if named else sorted(vectors("epcis").glob("*.json"))
    if not files:
        pytest.skip("no conformance data for epcis on this machine")
    return json.loads(files[0].read_text())


FORMATS = FormatChecker(["date-time"])


@FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def faults(schema: Any, told: Any) -> list[str]:
    validator = Draft7Validator(schema, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(told)]


def test_whole_lives_are_valid(schema: Any, cast: Cast) -> None:
    barrel_to_ash(cast)
    blocks_in_a_barrel(cast)
    treated_barrel(cast)
    for reader in (cast.officer, cast.supervisor):
        rows = list(Exhibit.objects.visible_to(reader))
        assert faults(schema, document(rows, reach(reader, rows))) == []


def test_the_schema_would_say_so_if_they_were_not(schema: Any, cast: Cast) -> None:
    blocks_in_a_barrel(cast)
    rows = list(Exhibit.objects.all())
    told = document(rows, reach(cast.officer, rows))
    told["epcisBody"]["eventList"][0]["bizStep"] = "burning"
    assert faults(schema, told)
