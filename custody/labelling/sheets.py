"""Labels as PDF, to be printed at full size."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import typst
from django.conf import settings

from custody.labelling.codes import Bars, bars, qr_code
from custody.labelling.models import LabelPrinting, Sort
from custody.labelling.stocks import Stock

#: Of the Code 128, in millimetres: a hand's scanner has to hit it.
_BARS_HEIGHT = 6
#: What no printer reaches on either side, in millimetres.
_MARGIN = 1.5

_SHEET = Path(__file__).parent / "sheet.typ"


def address(sort: str, label: str) -> str:
    """What the code on a label says: where to look it up. Phones open it, and scanners here read its end."""
    door = "p" if sort == Sort.PLACES else "i"
    return f"{settings.SITE_URL}/{door}/{quote(label, safe='')}"


def sheet(printing: LabelPrinting, stock: Stock, *, first_position: int = 1) -> bytes:
    """The labels of a printing on pages of this stock, as PDF.

    Args:
        printing: what is printed.
        stock: on what.
        first_position: where on the first page to begin, counted from 1 along the rows: half a sheet is not wasted.

    Raises:
        NoSuchPosition: a page has no such position.
    """
    stock.require_position(first_position)
    return typeset(printing.sort, printing.labels, stock, first_position - 1, "pdf")[0]


def typeset(
    sort: str, labels: Sequence[str], stock: Stock, begin: int, form: Literal["pdf", "png"]
) -> list[bytes]:
    """The pages: one file of all as PDF, or each as a picture at 200 dots an inch."""
    pages: dict[int, list[dict[str, object]]] = {}
    for number, label in enumerate(labels, begin):
        page, position = divmod(number, stock.places)
        x, y = stock.corner(position)
        pages.setdefault(page, []).append(
            {
                "x": float(x),
                "y": float(y),
                "label": label,
                "code": qr_code(address(sort, label)),
                "bars": asdict(beside) if (beside := _bars(label, stock)) else None,
            }
        )
    told = {
        "page": [float(stock.page_width), float(stock.page_height)],
        "size": [float(stock.width), float(stock.height)],
        "pages": list(pages.values()),
    }
    made = typst.compile(
        _SHEET.read_bytes(),
        format=form,
        ignore_system_fonts=True,
        ppi=200 if form == "png" else None,
        sys_inputs={"sheet": json.dumps(told)},
    )
    return made if isinstance(made, list) else [made]


def _bars(label: str, stock: Stock) -> Bars | None:
    """The bare label once more, for scanners that read no QR; None where the paper is too small for both."""
    return bars(label, room=float(stock.width) - 2 * _MARGIN, height=_BARS_HEIGHT)
