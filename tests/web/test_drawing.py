"""Pictures of numbers: everything stays on the ground that it is drawn on, and is as high as its number says."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.web.drawing import (
    Bar,
    Box,
    Drawing,
    Path,
    Series,
    Text,
    across,
    areas,
    columns,
    lines,
    rounded_up,
    ticks,
)

SIZE = (330, 230)
VALUES = st.decimals(0, 10**9, places=3, allow_nan=False, allow_infinity=False)


def corners(drawing: Drawing) -> list[tuple[Decimal, Decimal]]:
    """The corners of all areas, lines and boxes."""
    found = []
    for one in drawing.shapes:
        if isinstance(one, Box):
            x, y = Decimal(one.x), Decimal(one.y)
            found += [(x, y), (x + Decimal(one.width), y + Decimal(one.height))]
        elif isinstance(one, Path) and not one.style.startswith("point"):
            pairs = re.findall(r"([\d.-]+) ([\d.-]+)", one.d)
            found += [(Decimal(x), Decimal(y)) for x, y in pairs]
    return found


def words(drawing: Drawing) -> list[str]:
    return [one.words for one in drawing.shapes if isinstance(one, Text)]


@given(VALUES)
def test_ticks_go_from_nothing_to_the_greatest_in_a_few_equal_steps(most: Decimal) -> None:
    found = ticks(most)
    assert found[0] == 0
    assert found[-1] >= most
    assert 2 <= len(found) <= 6
    assert len({after - before for before, after in pairwise(found)}) == 1
    assert (found[-1] - found[1]) < most or len(found) == 2


def test_what_is_counted_one_by_one_has_no_halves() -> None:
    assert ticks(Decimal(2), Decimal(1)) == [0, 1, 2]
    assert ticks(Decimal(0), Decimal(1)) == [0, 1]
    assert rounded_up(Decimal(100)) == 100
    assert rounded_up(Decimal("0.021")) == Decimal("0.025")


@given(
    st.integers(1, 40).flatmap(
        lambda n: st.lists(st.lists(VALUES, min_size=n, max_size=n), min_size=1, max_size=8)
    )
)
def test_nothing_is_drawn_beside_the_ground(numbers: list[list[Decimal]]) -> None:
    series = [Series(f"s{n}", n, values) for n, values in enumerate(numbers, 1)]
    names = [f"W{n}" for n in range(len(numbers[0]))]
    caps = [sum(values) for values in zip(*numbers, strict=True)]
    most = max(max(values) for values in numbers)
    for drawing in (
        areas(SIZE, series, names, str),
        columns(SIZE, series, names, str),
        columns(SIZE, series, names, str, caps=caps),
        lines(SIZE, series, names, str, most),
        across(330, [Bar(one.name, one.values[0] or Decimal(0), "1") for one in series]),
    ):
        for x, y in corners(drawing):
            assert -1 <= x <= drawing.width + 1
            assert -1 <= y <= drawing.height + 1
        for one in drawing.shapes:
            if isinstance(one, Text):
                assert 0 <= Decimal(one.x) <= drawing.width
                assert 0 <= Decimal(one.y) <= drawing.height


def test_bars_stand_upon_one_another_as_high_as_their_numbers() -> None:
    drawing = columns(
        SIZE,
        [Series("a", 1, [Decimal(10), None]), Series("b", 2, [Decimal(30), Decimal(20)])],
        ["W1", "W2"],
        str,
    )
    first, second, third = (one for one in drawing.shapes if isinstance(one, Box))
    assert (first.mark, second.mark, third.mark) == (1, 2, 2)
    assert Decimal(second.height) == pytest.approx(Decimal(first.height) * 3, abs=Decimal("0.2"))
    assert Decimal(third.height) == pytest.approx(Decimal(first.height) * 2, abs=Decimal("0.2"))
    assert Decimal(second.y) + Decimal(second.height) == pytest.approx(
        Decimal(first.y), abs=Decimal("0.2")
    )
    assert first.x == second.x != third.x


def test_a_line_is_broken_where_there_is_no_number() -> None:
    values = [Decimal(1), Decimal(2), None, Decimal(3), None, Decimal(4), Decimal(5)]
    drawing = lines(SIZE, [Series("a", 2, values)], list("abcdefg"), str, Decimal(5))
    drawn = [one for one in drawing.shapes if isinstance(one, Path) and "mark-2" in one.style]
    assert sum(one.style.startswith("line") for one in drawn) == 2
    assert sum(one.style.startswith("point") for one in drawn) == 5


def test_names_that_would_touch_are_left_out_but_never_the_last() -> None:
    names = [f"27 Nov {n}" for n in range(100)]
    drawing = areas(SIZE, [Series("a", 1, [Decimal(1)] * 100)], names, str)
    told = [one for one in words(drawing) if one.startswith("27 Nov")]
    assert 1 < len(told) < 6
    assert "27 Nov 99" in told


def test_one_moment_and_nothing_at_all_are_pictures_too() -> None:
    one = areas(SIZE, [Series("a", 1, [Decimal(7)])], ["W1"], str)
    (band,) = [shape for shape in one.shapes if isinstance(shape, Path) and shape.mark]
    assert band.d.count("L") == 3
    for drawing in (
        areas(SIZE, [], [], str),
        columns(SIZE, [], [], str),
        lines(SIZE, [], [], str, Decimal(100)),
        across(330, []),
    ):
        assert drawing.height > 0


def test_numbers_on_the_axis_are_told_by_whoever_asks() -> None:
    drawing = columns(SIZE, [Series("a", 1, [Decimal(2000)])], ["W1"], lambda n: f"<{n:,f}>")
    assert "<2,000>" in words(drawing)
