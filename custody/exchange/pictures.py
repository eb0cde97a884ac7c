"""A picture's figures out, as a table; definition, scope, period and freeze in every row, so that none goes without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal

from custody.audit.pictures import Picture, row_type
from custody.exchange.tables import write
from custody.kit import clock

AROUND = ("definition", "scope", "cases", "from", "to", "frozen_at", "events")


def columns_of(name: str) -> tuple[str, ...]:
    """The head of a picture's table."""
    return (*AROUND, *(one.name for one in fields(row_type(name))))


def picture_table(picture: Picture, headings: Mapping[str, object] | None = None) -> str:
    """The picture, a row a figure, under these headings; else under the columns' own names."""
    around = {
        "definition": picture.definition,
        "scope": " ".join(picture.scope),
        "cases": str(picture.cases),
        "from": str(picture.period.first),
        "to": str(picture.period.last),
        "frozen_at": clock.to_text(picture.frozen.at),
        "events": str(picture.frozen.events),
    }
    columns = columns_of(picture.name)
    rows = (
        {**around, **{name: _cell(getattr(row, name)) for name in columns[len(AROUND) :]}}
        for row in picture.rows
    )
    return write(columns, rows, headings)


def _cell(value: object) -> str | None:
    if isinstance(value, datetime):
        return clock.to_text(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return None if value is None else str(value)
