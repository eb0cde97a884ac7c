"""Anybody draws the same units again from seed and lot, with tools that are not ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.sampling.selection import ALGORITHM, InvalidDraw, draw, new_seed
from tests.sampling.slow import drawn_by_shell

VECTORS = Path(__file__).parents[1] / "vectors" / "sampling_draws.json"
SEED = "00112233445566778899aabbccddeeff"
LABELS = st.lists(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1),
    unique=True,
    max_size=30,
)


def vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(VECTORS.read_text())["draws"]
    return found


def test_the_frozen_draws_come_out_the_same() -> None:
    assert json.loads(VECTORS.read_text())["algorithm"] == ALGORITHM
    for one in vectors():
        assert draw(one["lot"], seed=one["seed"], count=one["count"]) == one["drawn"]


def test_a_shell_draws_the_frozen_draws() -> None:
    for one in vectors():
        assert drawn_by_shell(one["lot"], one["seed"], one["count"]) == one["drawn"]


@given(LABELS, st.data())
def test_the_order_of_the_lot_does_not_matter_and_a_larger_draw_goes_on(
    lot: list[str], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(lot))
    count = data.draw(st.integers(0, len(lot)))
    whole = draw(lot, seed=SEED, count=len(lot))
    assert draw(other, seed=SEED, count=count) == whole[:count]
    assert sorted(whole) == sorted(lot)


def test_every_choice_is_drawn_about_equally_often() -> None:
    lot = [f"NL-{one}" for one in "ABCDEF"]
    rounds = 6000
    seen = Counter(frozenset(draw(lot, seed=f"{number:032x}", count=2)) for number in range(rounds))
    expected = rounds / 15
    assert {*seen} == {frozenset(pair) for pair in combinations(lot, 2)}
    # Chi-squared with 14 degrees of freedom passes 36.12 once in a thousand; these seeds are always the same.
    assert sum((found - expected) ** 2 / expected for found in seen.values()) < 36.12


def test_a_new_seed_is_a_seed_and_new() -> None:
    seeds = {new_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in seeds)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("seed", {"seed": "1234"}),
        ("seed", {"seed": SEED.upper()}),
        ("seed", {"seed": f"{SEED}\n"}),
        ("lot", {"lot": ["A", "B", "A"]}),
        ("lot", {"lot": ["A", "B\nC"]}),
        ("lot", {"lot": ["A", ""]}),
        ("count", {"count": -1}),
        ("count", {"count": 4}),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_field(field: str, changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidDraw) as refused:
        draw(**{"lot": ["A", "B", "C"], "seed": SEED, "count": 2, **changed})
    assert refused.value.field == field
