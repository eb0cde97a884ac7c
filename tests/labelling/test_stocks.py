"""Label stock: what is printed lies on the paper, apart from each other."""

from __future__ import annotations

import pytest

from custody.labelling.stocks import STOCKS, NoSuchPosition, Stock, UnknownStock, stock


@pytest.mark.parametrize("paper", STOCKS.values(), ids=STOCKS.keys())
def test_every_label_lies_on_the_page(paper: Stock) -> None:
    for position in range(paper.places):
        x, y = paper.corner(position)
        assert x >= 0
        assert y >= 0
        assert x + paper.width <= paper.page_width
        assert y + paper.height <= paper.page_height


@pytest.mark.parametrize("paper", STOCKS.values(), ids=STOCKS.keys())
def test_no_label_covers_another(paper: Stock) -> None:
    corners = [paper.corner(position) for position in range(paper.places)]
    for number, (x, y) in enumerate(corners):
        for other_x, other_y in corners[number + 1 :]:
            assert abs(x - other_x) >= paper.width or abs(y - other_y) >= paper.height


def test_an_unknown_stock_and_a_position_that_is_none_are_named() -> None:
    with pytest.raises(UnknownStock, match="a5 is no label stock"):
        stock("a5")
    for position in (0, 22):
        with pytest.raises(NoSuchPosition, match="it has 21"):
            STOCKS["a4-21"].require_position(position)
