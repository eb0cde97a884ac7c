"""Reporting that something is not as the record says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from custody.deadlines.models import FlagCause
from custody.handling.acts import act
from custody.handling.commands import Command, choice, label, text
from custody.handling.desk import Desk
from custody.handling.weighing import flag


class Matter(StrEnum):
    MASS = "mass"
    SEAL = "seal"
    LABEL = "label"
    CONTENTS = "contents"
    PLACE = "place"
    PAPERWORK = "paperwork"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Report(Command):
    """Report discrepancy: say what is not as the record has it."""

    exhibit: str = label("Unit")
    what: str = choice("About", Matter)
    details: str = text("What differs")


@act("report", "exhibit.discrepancy_reported", Report)
def report_discrepancy(desk: Desk, command: Report) -> None:
    """One event on the unit and a flag for a supervisor."""
    unit = desk.exhibits([command.exhibit], field="exhibit")[0]
    after = desk.record(
        unit,
        "exhibit.discrepancy_reported",
        {"what": command.what, "details": desk.text("details", command.details)},
    )
    flag(desk, after, FlagCause.DISCREPANCY, desk.events[-1])
