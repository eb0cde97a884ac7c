"""Small losses that go on are called; honest scales, places and people hardly ever are, however often anybody looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.audit.drift import (
    ONE_IN,
    WINDOWS,
    By,
    Comparison,
    Direction,
    drifts,
    tail,
)

_START = datetime(2026, 3, 2, tzinfo=UTC)
FLOOR, READER = (By.SCALE, "FLOOR"), (By.READER, "officer")


def told(signs: list[int], *names: tuple[By, str]) -> list[Comparison]:
    return [
        Comparison(
            seq, _START + timedelta(hours=seq), Decimal(50 * sign), frozenset(names or (FLOOR,))
        )
        for seq, sign in enumerate(signs)
    ]


@pytest.mark.parametrize("comparisons", range(11))
def test_the_chance_is_what_counting_every_outcome_gives(comparisons: int) -> None:
    outcomes = [sum(one) for one in product((0, 1), repeat=comparisons)]
    for agreeing in range(comparisons + 1):
        counted = sum(one >= agreeing for one in outcomes)
        assert tail(agreeing, comparisons) == Fraction(counted, len(outcomes))


def test_losses_in_a_row_are_called_as_soon_as_chance_explains_them_no_more() -> None:
    needed = next(n for n in range(1, 99) if 2**n >= ONE_IN * len(WINDOWS) * 2)
    assert needed == 17
    assert drifts(told([-1] * (needed - 1))) == []
    (found,) = drifts(told([-1] * needed))
    assert (found.by, found.key, found.direction) == (By.SCALE, "FLOOR", Direction.LOSS)
    assert (found.comparisons, found.agreeing, found.grams) == (needed, needed, -50 * needed)
    assert found.chance == Fraction(1, 2**needed)
    assert found.since == _START


def test_gains_that_go_on_are_called_too() -> None:
    (found,) = drifts(told([1] * 20))
    assert found.direction is Direction.GAIN


def test_a_thief_who_starts_after_years_of_honesty_is_called() -> None:
    honest = [(-1) ** number for number in range(1_000)]
    assert drifts(told(honest)) == []
    assert [one.key for one in drifts(told(honest + [-1] * 20))] == ["FLOOR"]


def test_who_takes_a_little_three_times_in_four_is_called_within_two_hundred() -> None:
    random = Random(3)
    signs = [-1 if random.random() < 0.75 else 1 for _ in range(200)]
    assert drifts(told(signs))


def test_only_what_the_losses_have_in_common_is_called() -> None:
    thief, others = (By.CUSTODIAN, "driver"), [(By.CUSTODIAN, f"driver-{n}") for n in range(5)]
    random = Random(4)
    several = []
    for seq in range(200):
        with_thief = seq % 5 == 0
        sign = -1 if with_thief else random.choice((-1, 1))
        name = thief if with_thief else random.choice(others)
        at = _START + timedelta(hours=seq)
        several.append(Comparison(seq, at, Decimal(50 * sign), frozenset({name})))
    assert [(one.by, one.key) for one in drifts(several)] == [thief]


def test_honest_comparisons_call_nobody_more_often_than_is_told() -> None:
    """At a rate high enough to be counted: looked at after each of 6,000 comparisons, one in 50 allowed."""
    random, looks, calls = Random(11), 6_000, 0
    signs: list[int] = []
    for _ in range(looks):
        signs = [*signs[1 - max(WINDOWS) :], random.choice((-1, 1))]
        calls += bool(drifts(told(signs), one_in=50))
    assert 0 < calls <= looks / 50


@given(
    signs=st.lists(st.sampled_from((-1, 1)), max_size=60),
    one_in=st.integers(1, 10**6),
)
def test_what_is_called_is_called_by_its_own_numbers(signs: list[int], one_in: int) -> None:
    several = told(signs, FLOOR, READER)
    for found in drifts(several, one_in=one_in):
        last = signs[-found.comparisons :]
        wanted = -1 if found.direction is Direction.LOSS else 1
        assert found.agreeing == last.count(wanted)
        assert found.chance == tail(found.agreeing, found.comparisons)
        assert found.chance * one_in * len(WINDOWS) * len(Direction) <= 1
        assert found.grams == 50 * sum(last)
