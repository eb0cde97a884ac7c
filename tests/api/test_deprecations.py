"""What will go says so in every answer and in the document, and names what to use."""

from __future__ import annotations

from datetime import date

import pytest
from drf_spectacular.generators import SchemaGenerator

from custody.api.deprecation import Deprecation
from custody.api.v1.reference import Scales
from tests.api.callers import Callers

GOING = Deprecation(since=date(2027, 1, 1), until=date(2028, 1, 1), instead="/api/v2/scales/")


@pytest.fixture(autouse=True)
def _scales_will_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scales, "deprecation", GOING)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["scales/?limit=1", "scales/?nonsense=1"])
def test_each_answer_says_since_when_until_when_and_what_instead(
    callers: Callers, path: str
) -> None:
    answer = callers.officer.ask("GET", path)
    assert answer["Deprecation"] == "@1798761600"
    assert answer["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    assert answer["Link"].endswith('</api/v2/scales/>; rel="successor-version"')
    assert ('rel="next"' in answer["Link"]) == (answer.status_code == 200)
    assert "Deprecation" not in callers.officer.ask("GET", "places/").headers


def test_the_document_says_so_of_what_will_go_alone() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    told = {
        path
        for path, operations in paths.items()
        for operation in operations.values()
        if operation.get("deprecated")
    }
    assert told == {"/api/v1/scales/"}
    assert GOING.sentence in paths["/api/v1/scales/"]["get"]["description"]
