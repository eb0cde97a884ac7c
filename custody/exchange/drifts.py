"""The report on small losses, as a table; its agency, freeze and false alarm rate in every row."""

from __future__ import annotations

from collections.abc import Mapping

from custody.audit.drifting import DriftReport
from custody.exchange.tables import write
from custody.kit import clock, grams

COLUMNS = (
    *("agency", "frozen_at", "false_alarm_one_in", "what", "key", "direction"),
    *("comparisons", "agreeing", "chance", "grams", "since"),
)


def drift_table(report: DriftReport, headings: Mapping[str, object] | None = None) -> str:
    """The report, a row for each scale, place or person that it calls; headings as in the other tables."""
    around = {
        "agency": report.agency,
        "frozen_at": clock.to_text(report.frozen_at),
        "false_alarm_one_in": str(report.one_in),
    }
    rows = (
        {
            **around,
            "what": one.by.value,
            "key": one.key,
            "direction": one.direction.value,
            "comparisons": str(one.comparisons),
            "agreeing": str(one.agreeing),
            "chance": str(one.chance),
            "grams": grams.to_text(one.grams),
            "since": clock.to_text(one.since),
        }
        for one in report.drifts
    )
    return write(COLUMNS, rows, headings)
