"""The page on exchange is true: its columns are the code's, its example is taken over, its limits are the ones."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from custody.exchange.imports import OPTIONAL, REQUIRED, Outcome
from custody.exchange.tables import MOST_BYTES, MOST_ROWS
from custody.seizures.declared import MOST_COUNTED, MOST_GRAMS, MOST_GRAMS_OTHERWISE
from tests.cast import Cast
from tests.exchange.files import dry_run

PAGE = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text()


def test_every_column_is_told_and_no_other() -> None:
    told = re.findall(r"^\| `([a-z_]+)` \| (yes|no|for tablets) \|", PAGE, re.MULTILINE)
    assert {name for name, needed in told if needed == "yes"} == set(REQUIRED)
    assert {name for name, needed in told if needed != "yes"} == set(OPTIONAL)
    assert f"{MOST_ROWS:,} rows and {MOST_BYTES:,} bytes" in PAGE


@pytest.mark.django_db
def test_the_example_is_taken_over(cast: Cast) -> None:
    (example,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    report = dry_run(cast, example.encode())
    assert {row.outcome for row in report.rows} == {Outcome.NEW}, report.rows


def test_the_limits_are_the_ones() -> None:
    told = dict(re.findall(r"^\| ([a-z, ]+) \| ([0-9,]+)(?: kg)? \|$", PAGE, re.MULTILINE))
    limits = {
        name: Decimal(limit.replace(",", ""))
        for names, limit in told.items()
        for name in names.split(", ")
    }
    assert limits == (
        {name: limit / 1_000 for name, limit in MOST_GRAMS.items()}
        | {"anything else": MOST_GRAMS_OTHERWISE / 1_000}
        | {unit.value: limit for unit, limit in MOST_COUNTED.items()}
    )
