"""Label stock in common use. Pure.

Measures are those of the sheets as they are sold, in millimetres: the corner of the first label, the distance from
one label to the next, and a label's own size. A roll has one label a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from custody.kit.errors import CustodyError


class UnknownStock(CustodyError):
    """{stock} is no label stock that is known here; known are {known}."""

    code = "unknown_stock"


class NoSuchPosition(CustodyError):
    """{position} is no place on a page of {stock}: it has {places}."""

    code = "no_such_position"


@dataclass(frozen=True)
class Stock:
    """One kind of label paper; lengths in millimetres."""

    code: str
    title: str
    page_width: Decimal
    page_height: Decimal
    columns: int
    rows: int
    left: Decimal
    top: Decimal
    step_x: Decimal
    step_y: Decimal
    width: Decimal
    height: Decimal

    @property
    def places(self) -> int:
        """Labels on a page."""
        return self.columns * self.rows

    def corner(self, position: int) -> tuple[Decimal, Decimal]:
        """The upper left corner of a label, from that of the page; positions run along the rows from 0."""
        row, column = divmod(position, self.columns)
        return self.left + column * self.step_x, self.top + row * self.step_y

    def require_position(self, position: int) -> None:
        """Pass if a page has this position, counted from 1.

        Raises:
            NoSuchPosition: it has fewer.
        """
        if not 1 <= position <= self.places:
            raise NoSuchPosition(
                field="first_position", position=position, stock=self.code, places=self.places
            )


def _sheet(code: str, title: str, grid: tuple[int, int], *millimetres: str) -> Stock:
    return Stock(
        code, title, Decimal(210), Decimal(297), *grid, *(Decimal(one) for one in millimetres)
    )


def _roll(code: str, title: str, width: str, height: str) -> Stock:
    size = (Decimal(width), Decimal(height))
    return Stock(code, title, *size, 1, 1, Decimal(0), Decimal(0), *size, *size)


STOCKS: dict[str, Stock] = {
    one.code: one
    for one in (
        _sheet(
            "a4-21",
            "A4 sheet, 21 labels of 63.5 by 38.1 mm",
            (3, 7),
            *("7.2", "15.15", "66.04", "38.1", "63.5", "38.1"),
        ),
        _sheet(
            "a4-8",
            "A4 sheet, 8 labels of 99.1 by 67.7 mm",
            (2, 4),
            *("4.65", "13.1", "101.6", "67.7", "99.1", "67.7"),
        ),
        _sheet(
            "a4-65",
            "A4 sheet, 65 labels of 38.1 by 21.2 mm",
            (5, 13),
            *("4.65", "10.7", "40.64", "21.2", "38.1", "21.2"),
        ),
        _roll("roll-62x29", "Roll, 62 by 29 mm", "62", "29"),
        _roll("roll-100x50", "Roll, 100 by 50 mm", "100", "50"),
    )
}


def stock(code: str) -> Stock:
    """A label stock by its code.

    Raises:
        UnknownStock: there is none of that name.
    """
    found = STOCKS.get(code)
    if found is None:
        raise UnknownStock(field="stock", stock=code, known=", ".join(STOCKS), legal=list(STOCKS))
    return found
