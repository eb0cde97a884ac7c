"""The figures of a period as pictures: stock, exposure, flow, slots and seizures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from custody.audit.pictures import Catches, Exposure, Move, Picture, Stock
from custody.audit.words import mass, moment, plain
from custody.burning.models import LIVE
from custody.burning.queries import SlotUse
from custody.seizures.lifecycle import ENDED, Stage
from custody.web.drawing import MARKS, Bar, Series, across, areas, columns
from custody.web.panels import (
    NARROW,
    WIDE,
    Panel,
    Shown,
    Table,
    both,
    legend,
    number,
    part_name,
    short_day,
)
from custody.web.words import percent, seconds, stage

_KILO = Decimal(1000)
#: Each stage is drawn alike in every picture.
STAGE_MARKS = {one.value: n for n, one in enumerate((s for s in Stage if s not in ENDED), 1)}


def shown(picture: Picture) -> Shown:
    """A picture as its page shows it."""
    return _WAYS[picture.name](picture)


def _kilograms(grams: Decimal) -> Decimal:
    return grams / _KILO


# --- stock and exposure: by stage, upon one another


def _by_stage(
    rows: Sequence[Stock] | Sequence[Exposure], values: Mapping[tuple[str, str], Decimal]
) -> tuple[list[str], list[Series]]:
    parts = list(dict.fromkeys(one.part for one in rows))
    series = [
        Series(stage(name), mark, [values[part, name] for part in parts])
        for name, mark in STAGE_MARKS.items()
        if any(values.get((part, name)) for part in parts)
    ]
    return parts, series


def _stock(picture: Picture) -> Shown:
    rows = [one for one in picture.rows if isinstance(one, Stock)]
    held = {(one.part, one.stage): one for one in rows}
    parts, series = _by_stage(rows, {key: _kilograms(one.grams) for key, one in held.items()})
    there = [name for name in STAGE_MARKS if any(held[part, name].units for part in parts)]
    wide, narrow = both(areas, series, [part_name(one) for one in parts], number)
    totals = {
        part: sum((held[part, name].grams for name in STAGE_MARKS), Decimal(0)) for part in parts
    }
    return Shown(
        [
            Panel(
                "stock",
                _("Kilograms in each stage at the end of each day")
                if picture.period.by_day
                else _("Kilograms in each stage at the end of each week"),
                _peak(totals),
                wide,
                narrow,
                legend(series),
            )
        ],
        Table(
            [_("End of"), *(stage(name) for name in there), _("Together")],
            [
                [
                    part,
                    *(_held(held[part, name]) for name in there),
                    mass(totals[part]),
                ]
                for part in parts
            ],
        ),
        not there,
    )


def _held(one: Stock) -> str:
    return f"{mass(one.grams)} ({one.units})" if one.units else "0"


def _peak(totals: Mapping[str, Decimal]) -> str:
    if not totals:
        return _("Nothing has happened in this period yet.")
    most = max(totals, key=lambda part: totals[part])
    last = list(totals)[-1]
    return _(
        "Most at the end of %(most)s: %(peak)s. At the end of %(last)s: %(now)s. Each number stands in the table below."
    ) % {"most": most, "peak": mass(totals[most]), "last": last, "now": mass(totals[last])}


def _exposure(picture: Picture) -> Shown:
    rows = [one for one in picture.rows if isinstance(one, Exposure)]
    hours = {(one.part, one.stage): one.kilogram_hours for one in rows}
    parts, series = _by_stage(rows, hours)
    there = [name for name in STAGE_MARKS if any(hours[part, name] for part in parts)]
    wide, narrow = both(columns, series, [part_name(one) for one in parts], number)
    totals = [sum((hours[part, name] for name in STAGE_MARKS), Decimal(0)) for part in parts]
    by_stage = [sum((hours[part, name] for part in parts), Decimal(0)) for name in there]
    whole = sum(totals, Decimal(0))
    return Shown(
        [
            Panel(
                "exposure",
                _("Kilogram-hours in each stage, by day")
                if picture.period.by_day
                else _("Kilogram-hours in each stage, by week"),
                _(
                    "%(sum)s kilogram-hours in the whole period. Each number stands in the table below."
                )
                % {"sum": number(whole)},
                wide,
                narrow,
                legend(series),
            )
        ],
        Table(
            [_("In"), *(stage(name) for name in there), _("Together")],
            [
                [part, *(number(hours[part, name]) for name in there), number(total)]
                for part, total in zip(parts, totals, strict=True)
            ],
            sums=[_("Period"), *(number(one) for one in by_stage), number(whole)],
        ),
        not there,
    )


# --- flow


def _moved(name: str | None) -> str:
    if name is None:
        return _("New")
    return _("In a container") if name == "packed" else stage(name)


def _flow(picture: Picture) -> Shown:
    rows = [one for one in picture.rows if isinstance(one, Move)]
    bars = [
        Bar(
            f"{_moved(one.source)} \N{RIGHTWARDS ARROW} {_moved(one.target)}",
            Decimal(one.units),
            number(one.units)
            if one.source is None
            else _("%(units)s, after %(median)s")
            % {"units": number(one.units), "median": seconds(one.median_seconds)},
            STAGE_MARKS.get(one.target, MARKS - 1),
        )
        for one in rows
    ]
    return Shown(
        [
            Panel(
                "flow",
                _("Units that went from stage to stage, and after how long (median)"),
                _("%(ways)s ways, as told in the table below.") % {"ways": number(len(rows))},
                across(WIDE[0], bars),
                across(NARROW[0], bars),
            )
        ],
        Table(
            [
                _("From"),
                _("To"),
                _("Units"),
                _("Mass"),
                _("Median stay"),
                _("95th percentile"),
            ],
            [
                [
                    _moved(one.source),
                    _moved(one.target),
                    number(one.units),
                    mass(one.grams),
                    seconds(one.median_seconds),
                    seconds(one.p95_seconds),
                ]
                for one in rows
            ],
            texts=2,
        ),
        not rows,
    )


# --- slots and seizures


def _slots(picture: Picture) -> Shown:
    rows = [one for one in picture.rows if isinstance(one, SlotUse)]
    days = [short_day(timezone.localtime(one.starts_at)) for one in rows]
    series = [
        Series(_("Burnt"), 1, [_kilograms(one.burnt_grams) for one in rows]),
        Series(_("Planned"), 2, [_kilograms(one.planned_grams) for one in rows]),
    ]
    wide, narrow = both(
        columns, series, days, number, caps=[_kilograms(one.cap_grams) for one in rows]
    )
    offered = sum((one.cap_grams for one in rows), Decimal(0))
    burnt = sum((one.burnt_grams for one in rows), Decimal(0))
    return Shown(
        [
            Panel(
                "slots",
                _("Kilograms in each session, in the frame of what it may take"),
                _(
                    "Of %(offered)s offered, %(burnt)s were burnt. Each session stands in the table below."
                )
                % {"offered": mass(offered), "burnt": mass(burnt)},
                wide,
                narrow,
                legend(series),
            )
        ],
        Table(
            [
                _("Slot"),
                _("Plant"),
                _("State"),
                _("May take"),
                _("Burnt"),
                _("Planned"),
                _("Used"),
            ],
            [
                [
                    moment(one.starts_at),
                    one.plant,
                    _state(one),
                    mass(one.cap_grams),
                    mass(one.burnt_grams),
                    mass(one.planned_grams) if one.state in LIVE else "\N{EN DASH}",
                    percent(min(one.burnt_grams / one.cap_grams, Decimal(1))),
                ]
                for one in rows
            ],
            texts=3,
            sums=[
                _("Period"),
                "",
                "",
                mass(offered),
                mass(burnt),
                mass(sum((one.planned_grams for one in rows), Decimal(0))),
                percent(min(burnt / offered, Decimal(1))) if offered else "\N{EN DASH}",
            ],
        ),
        not rows,
    )


def _state(one: SlotUse) -> str:
    state = plain(one.state)
    return f"{state}, {_('requisitioned')}" if one.requisitioned else state


def _seizures(picture: Picture) -> Shown:
    rows = [one for one in picture.rows if isinstance(one, Catches)]
    parts = [part_name(one.part) for one in rows]
    count = [Series(_("Seizures"), 1, [Decimal(one.seizures) for one in rows])]
    weight = [Series(_("Kilograms"), 4, [_kilograms(one.grams) for one in rows])]
    seizures = sum(one.seizures for one in rows)
    grams = sum((one.grams for one in rows), Decimal(0))
    by_count = both(columns, count, parts, number, high=240, least=Decimal(1))
    by_mass = both(columns, weight, parts, number, high=240)
    return Shown(
        [
            Panel(
                "count",
                _("By count: seizures opened"),
                _("%(count)s in the period. Each number stands in the table below.")
                % {"count": number(seizures)},
                *by_count,
            ),
            Panel(
                "mass",
                _("By mass: kilograms gross, as first weighed"),
                _("%(mass)s in the period. Each number stands in the table below.")
                % {"mass": mass(grams)},
                *by_mass,
            ),
        ],
        Table(
            [_("In"), _("Seizures"), _("Units"), _("Never weighed"), _("Mass")],
            [
                [
                    one.part,
                    number(one.seizures),
                    number(one.units),
                    number(one.unweighed),
                    mass(one.grams),
                ]
                for one in rows
            ],
            sums=[
                _("Period"),
                number(seizures),
                number(sum(one.units for one in rows)),
                number(sum(one.unweighed for one in rows)),
                mass(grams),
            ],
        ),
        not seizures,
    )


_WAYS: Mapping[str, Callable[[Picture], Shown]] = {
    "stock": _stock,
    "exposure": _exposure,
    "flow": _flow,
    "slots": _slots,
    "seizures": _seizures,
}
