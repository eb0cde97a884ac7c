"""The fast-lane report out, as a table; a figure's scope, definition and freeze in every row, so that none goes without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from custody.audit.fast_lane import DEFINITION, Line, Report
from custody.exchange.tables import write
from custody.kit import clock

COLUMNS = (
    *("definition", "scope", "quarter", "frozen_at", "measure", "by", "key", "clock", "lane"),
    *("seizures", "begun", "ended", "kept", "late", "late_running", "share_within_limit"),
    *("median_seconds", "p95_seconds", "stays", "unweighed", "kilogram_hours"),
)


def figures_table(report: Report, headings: Mapping[str, object] | None = None) -> str:
    """The report, a row a figure, under these headings; else under the columns' own names."""
    around = {
        "definition": DEFINITION,
        "scope": report.scope,
        "quarter": str(report.quarter),
        "frozen_at": clock.to_text(report.frozen_at),
    }
    return write(COLUMNS, ({**around, **row} for row in _cells(report)), headings)


def _cells(report: Report) -> Iterator[dict[str, str | None]]:
    for measure, rows in (("limits", report.lines), ("exposure", report.exposures)):
        for row in rows:
            told = {one.name: _cell(getattr(row, one.name)) for one in fields(row)}
            if isinstance(row, Line):
                told["share_within_limit"] = _cell(row.within)
            yield {"measure": measure, **told}


def _cell(value: object) -> str | None:
    return None if value is None else str(value)
