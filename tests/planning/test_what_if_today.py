"""What if, of today's stock: two courses of the days to come, side by side, and nothing recorded."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.ledger.models import Entry
from custody.planning.forecast import tonight
from tests.burning.scenes import ready
from tests.cast import Cast
from tests.planning.problems import problem

pytestmark = pytest.mark.django_db


def asked(**options: Any) -> str:
    out = io.StringIO()
    call_command("what_if", **{"days": 5, "seconds": 0} | options, stdout=out)
    return out.getvalue()


def curves(**options: Any) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(asked(csv=True, **options))):
        rows.setdefault(row["course"], []).append(row)
    return rows


def test_a_catch_tonight_stands_beside_the_days_as_they_are(port: Cast) -> None:
    ready(port, 2, at_plant=False)
    before = Entry.objects.count()
    found = curves(catch=7_500)
    assert {name: len(days) for name, days in found.items()} == {"as it stands": 5, "as asked": 5}
    first = {name: int(days[0]["stock"]) for name, days in found.items()}
    assert first["as asked"] == first["as it stands"] + 7_500_000
    assert Entry.objects.count() == before


def test_what_it_would_take_is_asked_for_together(port: Cast) -> None:
    ready(port, 2, at_plant=False)
    text = asked(catch=1_100, another_plant=True, another_crew=True, larger=200, neutralise=True)
    assert "as asked" in text
    assert "limits broken" in text
    assert len(text.splitlines()) == 1 + 2 + 1 + 1 + 5


def test_the_catch_weighs_what_was_said() -> None:
    assert sum(one.grams for one in tonight(problem([], []), 1_130)) == 1_130_000
    assert tonight(problem([], []), 0) == []


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"days": 61}, {"seconds": -1}, {"catch": -5}, {"larger": 0}]
)
def test_what_makes_no_sense_is_refused(port: Cast, wrong: dict[str, int]) -> None:
    with pytest.raises(CommandError):
        asked(**wrong)
