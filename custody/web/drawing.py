"""Pictures of numbers as shapes: scales, ticks, areas, bars and lines. Pure; a template writes the shapes as SVG.

Words and numbers come in as they are to be read. Colour never tells anything alone: a series has a mark, which is a
pattern for areas and bars, and a stroke and a point's form for lines, and its name stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

#: More cannot be told apart.
MARKS = 8
#: Of a letter, on the average, in units of the drawing; text is set 12 of them high.
_LETTER = Decimal("6.8")
_LINE = 16
_TOP = 12
_RIGHT = 10
_BOTTOM = 26

Number = Callable[[Decimal], str]


def _short(value: Decimal) -> str:
    """A length with one decimal: with a point, whatever the reader's language."""
    return f"{value:.1f}"


@dataclass(frozen=True)
class Text:
    """Words at a point; ``anchor`` is start, middle or end."""

    kind: ClassVar[str] = "text"
    x: str
    y: str
    words: str
    anchor: str = "start"
    style: str = "tick"


@dataclass(frozen=True)
class Path:
    """A line, or an area where it has a mark to be filled with."""

    kind: ClassVar[str] = "path"
    d: str
    style: str
    mark: int | None = None


@dataclass(frozen=True)
class Box:
    """A rectangle, filled with a mark or by its style."""

    kind: ClassVar[str] = "box"
    x: str
    y: str
    width: str
    height: str
    style: str
    mark: int | None = None


Shape = Text | Path | Box


def _text(x: Decimal, y: Decimal, words: str, anchor: str = "start", style: str = "tick") -> Text:
    return Text(_short(x), _short(y), words, anchor, style)


def _box(
    x: Decimal, y: Decimal, width: Decimal, height: Decimal, style: str, mark: int | None = None
) -> Box:
    return Box(_short(x), _short(y), _short(width), _short(height), style, mark)


@dataclass(frozen=True)
class Drawing:
    """Shapes on a ground of a size."""

    width: int
    height: int
    shapes: Sequence[Shape]


@dataclass(frozen=True)
class Series:
    """Numbers that belong together, one for each place on the axis; None where there is none.

    Attributes:
        mark: 1 to 8.
    """

    name: str
    mark: int
    values: Sequence[Decimal | None]


@dataclass(frozen=True)
class Bar:
    """One of several bars below each other.

    Attributes:
        value: how long it is.
        told: the number as read, and what else there is to say.
    """

    name: str
    value: Decimal
    told: str
    mark: int = 1


def rounded_up(most: Decimal) -> Decimal:
    """The least of 1, 2, 2.5, 5 or 10 times a power of ten that is not less; 1 for nothing."""
    if most <= 0:
        return Decimal(1)
    power = Decimal(10) ** most.adjusted()
    return next(
        power * step
        for step in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if power * step >= most
    )


def ticks(most: Decimal, least: Decimal = Decimal(0)) -> list[Decimal]:
    """Round numbers from nothing to the greatest and beyond it, some five of them.

    Args:
        least: no two are closer; what is counted one by one has no halves.
    """
    step = max(rounded_up(max(most, Decimal(0)) / 5), least)
    found = [Decimal(0)]
    while found[-1] < most or len(found) < 2:
        found.append(found[-1] + step)
    return found


def areas(
    size: tuple[int, int], series: Sequence[Series], names: Sequence[str], number: Number
) -> Drawing:
    """Areas upon one another, between points at equal distances; values of None are nothing."""
    plot = _Plot(size, ticks(_stacked(series)), number, places=max(len(names) - 1, 1))
    shapes = [*plot.ground()]
    below = [Decimal(0)] * len(names)
    for one in series:
        above = [low + (value or 0) for low, value in zip(below, one.values, strict=True)]
        there = [(plot.x(Decimal(n)), plot.y(value)) for n, value in enumerate(above)]
        back = [(plot.x(Decimal(n)), plot.y(value)) for n, value in enumerate(below)]
        if len(names) == 1:  # one moment is as wide as the picture
            there.append((plot.right, there[0][1]))
            back.append((plot.right, back[0][1]))
        shapes.append(Path(f"{_trace([*there, *reversed(back)])}Z", "band", one.mark))
        below = above
    shapes += plot.names(names, at=Decimal(0))
    return plot.drawn(shapes)


def columns(
    size: tuple[int, int],
    series: Sequence[Series],
    names: Sequence[str],
    number: Number,
    *,
    caps: Sequence[Decimal] = (),
    least: Decimal = Decimal(0),
) -> Drawing:
    """Bars upon one another, a place for each name; with a frame as high as each cap, where there are caps.

    Args:
        least: see :func:`ticks`.
    """
    most = max([_stacked(series), *caps], default=Decimal(0))
    plot = _Plot(size, ticks(most, least), number, places=len(names))
    shapes = [*plot.ground()]
    room = (plot.right - plot.left) / max(len(names), 1)
    gap = room / 5
    for place in range(len(names)):
        low = Decimal(0)
        x = plot.x(Decimal(place)) + gap / 2
        for one in series:
            value = one.values[place] or Decimal(0)
            if value > 0:
                top = plot.y(low + value)
                shapes.append(_box(x, top, room - gap, plot.y(low) - top, "band", one.mark))
                low += value
        if caps and caps[place] > 0:
            top = plot.y(caps[place])
            shapes.append(_box(x, top, room - gap, plot.bottom - top, "cap"))
    shapes += plot.names(names, at=Decimal("0.5"))
    return plot.drawn(shapes)


def lines(
    size: tuple[int, int],
    series: Sequence[Series],
    names: Sequence[str],
    number: Number,
    most: Decimal,
) -> Drawing:
    """Lines with points of different forms; broken where there is no value, and named where they end."""
    plot = _Plot(size, ticks(most), number, places=max(len(names) - 1, 1))
    shapes = [*plot.ground()]
    for one in series:
        points = [
            None if value is None else (plot.x(Decimal(n)), plot.y(value))
            for n, value in enumerate(one.values)
        ]
        for run in _runs(points):
            if len(run) > 1:
                shapes.append(Path(_trace(run), f"line mark-{one.mark}"))
            shapes += [Path(_point(one.mark, x, y), f"point mark-{one.mark}") for x, y in run]
    shapes += plot.names(names, at=Decimal(0))
    return plot.drawn(shapes)


def across(width: int, bars: Sequence[Bar]) -> Drawing:
    """Bars below each other, each under its name and with its number at its end."""
    most = max((one.value for one in bars), default=Decimal(0)) or Decimal(1)
    shapes: list[Shape] = []
    y = Decimal(0)
    for one in bars:
        long = (width - 2) * one.value / most
        shapes.append(_text(Decimal(0), y + 13, one.name, style="name"))
        shapes.append(_text(Decimal(width), y + 13, one.told, "end", "told"))
        shapes.append(_box(Decimal(0), y + 19, Decimal(width), Decimal(12), "rail"))
        shapes.append(_box(Decimal(0), y + 19, long, Decimal(12), "band", one.mark))
        y += 42
    return Drawing(width, max(int(y), 1), shapes)


def _stacked(series: Sequence[Series]) -> Decimal:
    sums = (
        sum((value or Decimal(0) for value in values), Decimal(0))
        for values in zip(*(one.values for one in series), strict=True)
    )
    return max(sums, default=Decimal(0))


def _runs(
    points: Sequence[tuple[Decimal, Decimal] | None],
) -> Iterator[list[tuple[Decimal, Decimal]]]:
    run: list[tuple[Decimal, Decimal]] = []
    for one in points:
        if one is None:
            if run:
                yield run
            run = []
        else:
            run.append(one)
    if run:
        yield run


def _trace(points: Sequence[tuple[Decimal, Decimal]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


_POINTS = (
    "m-4 -4h8v8h-8Z",
    "m0 -5l5 5l-5 5l-5 -5Z",
    "m0 -5l5 9h-10Z",
    "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z",
    "m0 5l5 -9h-10Z",
    "m-5 -1.5h10v3h-10Z",
    "m-1.5 -5h3v10h-3Z",
    "m-3 -5h6l2 5l-2 5h-6l-2 -5Z",
)


def _point(mark: int, x: Decimal, y: Decimal) -> str:
    return f"M{x:.1f} {y:.1f}{_POINTS[(mark - 1) % MARKS]}"


class _Plot:
    """The ground of a picture: an axis of numbers on the left, and one of places below."""

    def __init__(
        self, size: tuple[int, int], steps: Sequence[Decimal], number: Number, *, places: int
    ) -> None:
        self.width, self.height = size
        self.steps = steps
        self.told = [number(one) for one in self.steps]
        self.places = places
        self.left = 8 + _LETTER * max(len(one) for one in self.told)
        self.right = Decimal(self.width - _RIGHT)
        self.bottom = Decimal(self.height - _BOTTOM)

    def x(self, place: Decimal) -> Decimal:
        return self.left + (self.right - self.left) * place / max(self.places, 1)

    def y(self, value: Decimal) -> Decimal:
        return self.bottom - (self.bottom - _TOP) * value / self.steps[-1]

    def ground(self) -> Iterator[Shape]:
        for value, told in zip(self.steps, self.told, strict=True):
            y = self.y(value)
            yield Path(f"M{self.left:.1f} {y:.1f}H{self.right:.1f}", "grid" if value else "axis")
            yield _text(self.left - 6, y + 4, told, "end")

    def names(self, names: Sequence[str], at: Decimal) -> Iterator[Shape]:
        """As many of the names as there is room for, the last one among them.

        Args:
            at: where in its place each stands: 0 at the beginning, a half in the middle.
        """
        if not names:
            return
        room = _LETTER * max(len(one) for one in names) + 12
        fit = max(int((self.right - self.left) / room), 1)
        every = -(-len(names) // fit)
        y = self.bottom + _LINE
        for place in range(len(names) - 1, -1, -every):
            x = self.x(place + at)
            half = _LETTER * len(names[place]) / 2
            if x + half > self.width:
                yield _text(Decimal(self.width), y, names[place], "end")
            else:
                yield _text(max(x, half), y, names[place], "middle")

    def drawn(self, shapes: Sequence[Shape]) -> Drawing:
        return Drawing(self.width, self.height, shapes)
