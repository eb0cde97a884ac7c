"""What a picture is on its page: drawn wide for desks and paper, narrow for phones, and as a table of the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _

from custody.audit.fast_lane import Line
from custody.audit.quarters import Quarter
from custody.web.drawing import MARKS, Drawing, Series, lines
from custody.web.words import clock_name, grouped

WIDE = (860, 320)
NARROW = (330, 230)


@dataclass(frozen=True)
class Panel:
    """One drawing in both widths.

    Attributes:
        key: its name among those of a page.
        caption: what is drawn, in which unit.
        told: what a reader who sees nothing of it has to know.
        legend: name and mark of what is drawn.
        by_line: whether it is drawn with lines.
    """

    key: str
    caption: str
    told: str
    wide: Drawing
    narrow: Drawing
    legend: Sequence[tuple[str, int]] = ()
    by_line: bool = False


@dataclass(frozen=True)
class Table:
    """The same numbers.

    Attributes:
        head: the columns; those after the first ``texts`` hold numbers.
        sums: a last row, where a sum says something.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: int = 1
    sums: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Shown:
    """A picture on its page."""

    panels: Sequence[Panel]
    table: Table
    empty: bool


def number(value: Decimal | int) -> str:
    """A number as the reader's language writes it, with its thousands apart and no noughts at its end."""
    exact = Decimal(value)
    whole = exact.to_integral_value()
    return grouped(whole if exact == whole else exact.normalize())


def part_name(name: str) -> str:
    """A day or a week for an axis: 27 Nov, W48."""
    if "W" in name:
        return name.partition("-")[2]
    return short_day(date.fromisoformat(name))


def short_day(on: date) -> str:
    """A day of a year that is clear."""
    # letters of Django's `date` filter
    return dateformat.format(on, _("j M"))


def both(
    draw: Callable[..., Drawing], *told: Any, high: int = WIDE[1], **more: Any
) -> tuple[Drawing, Drawing]:
    return draw((WIDE[0], high), *told, **more), draw(NARROW, *told, **more)


def legend(series: Sequence[Series]) -> list[tuple[str, int]]:
    # as they stand upon one another
    return [(one.name, one.mark) for one in reversed(series)]


def compliance(quarter: Quarter, told: Sequence[Line]) -> Panel:
    """The share of the clocks of each week, on the fast lane, that kept their limit."""
    of = [one for one in told if one.by == "week" and one.lane == "fast"]
    share = {(one.key, one.clock): one.within for one in of}
    names = list(dict.fromkeys(one.clock for one in of))
    weeks = quarter.weeks
    series = [
        Series(clock_name(name), mark, [_percent(share.get((week, name))) for week in weeks])
        for mark, name in enumerate(names[:MARKS], 1)
    ]
    wide, narrow = both(lines, series, [part_name(one) for one in weeks], number, most=Decimal(100))
    return Panel(
        "fast-lane",
        _("Of the clocks that began in a week on the fast lane, how many percent kept their limit"),
        _("Each number stands in the table by week."),
        wide,
        narrow,
        [(one.name, one.mark) for one in series],
        by_line=True,
    )


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * 100
