"""The committed OpenAPI document is the interface, and every difference from it is told."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.api.documents import document
from custody.management.commands.print_openapi import FILE, differences

ROOT = Path(__file__).parents[2]


def test_the_committed_document_is_the_one_that_is_served() -> None:
    call_command("print_openapi", "--check")
    assert json.loads((ROOT / FILE).read_text(encoding="utf-8")) == json.loads(document())


def test_a_change_that_is_not_committed_is_named_and_fails(tmp_path: Path, settings: Any) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    told = json.loads(document())
    del told["paths"]["/api/v1/me"]
    told["info"]["title"] = "Another"
    told["paths"]["/api/v1/old/"] = {}
    (tmp_path / FILE).write_text(json.dumps(told), encoding="utf-8")
    said = StringIO()
    with pytest.raises(CommandError, match="3 differences"):
        call_command("print_openapi", "--check", stdout=said)
    assert said.getvalue().splitlines() == [
        '~ /info/title: "Another" → "Chain of custody"',
        "+ /paths/~1api~1v1~1me",
        "- /paths/~1api~1v1~1old~1",
    ]


def test_no_difference_is_no_line() -> None:
    assert list(differences({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]})) == []
