"""What is logged says nothing of custody."""

from __future__ import annotations

import ast
import json
import logging
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from config.logging import TOLD, JsonLines, PlainLines, Routes
from custody.seizures.labels import new_label
from tests.cast import Cast


@pytest.mark.django_db
def test_a_path_that_is_refused_is_logged_by_its_route(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    label = new_label()
    browser = Client()
    browser.force_login(cast.outsider)
    caplog.clear()  # that somebody signed in is logged too
    caplog.handler.addFilter(Routes())
    with caplog.at_level(logging.INFO):
        assert browser.get(f"/exhibits/{label}/").status_code == 404
        assert browser.get(f"/nowhere/{label}/").status_code == 404
    assert caplog.messages == ["404: /exhibits/<str:label>/", "404: /…"]
    assert label not in caplog.text


def line(name: str = "custody.handling", **beside: Any) -> logging.LogRecord:
    """A line that somebody logs with something beside its message."""
    told = {"name": name, "levelname": "INFO", "msg": "refused", "created": 0.0, "msecs": 0.0}
    return logging.makeLogRecord(told | beside)


def test_a_line_tells_its_codes_and_counts_in_production_and_to_people() -> None:
    record = line(code="stage_not_allowed", count=3, fault={"seq": 37, "guard": []})
    told = json.loads(JsonLines().format(record))
    assert told["message"] == "refused"
    assert {name: told[name] for name in TOLD if name in told} == {
        "code": "stage_not_allowed",
        "count": 3,
        "fault": {"seq": 37, "guard": []},
    }
    assert (
        PlainLines()
        .format(record)
        .endswith('refused code="stage_not_allowed" count=3 fault={"seq": 37, "guard": []}')
    )


def test_nothing_else_beside_a_message_is_written() -> None:
    label = new_label()
    loose = {"badge": "quay-1", "label": label, "data": {"exhibit": label}, "password": "secret"}
    known = dict.fromkeys(TOLD, "secret")
    for written in (JsonLines().format, PlainLines().format):
        assert written(line(**loose)) == written(line())
        # what a library puts beside its lines may bear any name
        assert "secret" not in written(line("allauth.account", **known))
        assert "secret" not in written(line("custodying", **known))


def test_an_object_is_told_by_what_it_is_and_not_by_its_name() -> None:
    key = UUID("0197b2a3-0000-7000-8000-000000000001")
    for written in (JsonLines().format, PlainLines().format):
        text = written(line(clock=key, why=[key]))
        assert str(key) not in text
        assert '"UUID"' in text


def test_what_code_puts_beside_a_message_is_what_lines_tell() -> None:
    """Else it is lost, as the name of a rule that refused would be; and a name that nobody uses waits for a secret."""
    used = set()
    for path in (Path(__file__).parents[2] / "custody").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or "logger." not in ast.unparse(call.func):
                continue
            for extra in (one.value for one in call.keywords if one.arg == "extra"):
                assert isinstance(extra, ast.Dict), path
                used |= {ast.literal_eval(name) for name in extra.keys if name}
    assert used == set(TOLD)
