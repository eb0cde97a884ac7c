"""Seizures from another system's table: judged row by row, taken over all or none, never twice.

The act is ``take_over``: its events are those of an interception, at the time that the row tells, and a colleague
confirms the whole. What nobody believes at once is held back with its whole seizure until its amount is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from custody.exchange import tables
from custody.exchange.tables import Line
from custody.handling.commands import Kind, describe
from custody.handling.desk import Desk
from custody.handling.record import Pending, Receipt, perform
from custody.handling.take_over import (
    AlreadyTakenOver,
    Implausible,
    Release,
    TakenOver,
    TakeOver,
    check_known,
    check_plausible,
    known,
    put_down,
)
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures import declared
from custody.seizures.models import Exhibit

_COLUMNS = dict(describe(TakenOver))
REQUIRED = tuple(name for name, one in _COLUMNS.items() if one.required)
OPTIONAL = tuple(name for name, one in _COLUMNS.items() if not one.required)


class Outcome(StrEnum):
    """What becomes of a row."""

    #: It is taken over, or would be.
    NEW = "new"
    #: It was taken over before, as it is.
    KNOWN = "known"
    #: Nobody believes its amount, or that of another row of its seizure, at once.
    HELD = "held"
    WRONG = "wrong"


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row, or why it is held.

    Attributes:
        column: where; ``""`` for the row as a whole.
        detail: what is wrong, and what would be right.
        code: stable, for programs.
    """

    column: str
    detail: str
    code: str


@dataclass
class Verdict:
    """What becomes of one row of a table.

    Attributes:
        line: where the row begins, as an editor counts.
        exhibit: what was made of a row that is known, if the actor may see it.
    """

    line: int
    reference: str
    outcome: Outcome = Outcome.NEW
    faults: list[Fault] = field(default_factory=list)
    exhibit: Exhibit | None = None

    def judged(self, outcome: Outcome, *faults: Fault) -> None:
        self.outcome = outcome
        self.faults += faults


@dataclass(frozen=True)
class Report:
    """What becomes of a table.

    Attributes:
        rows: one verdict a row, in their order.
        answer: whom it waits for, or what was recorded; None where nothing was asked or nothing is new.
    """

    rows: Sequence[Verdict]
    answer: Pending | Receipt | None = None

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)


class ImportRefused(CustodyError):
    """{count} of {all} rows are wrong, so nothing of the table is taken over."""

    code = "import_refused"

    def __init__(self, report: Report) -> None:
        """Name the rows."""
        super().__init__(field="table", count=report.count(Outcome.WRONG), all=len(report.rows))
        self.report = report


def import_seizures(
    actor: Officer,
    *,
    source: str,
    content: bytes,
    releases: Sequence[Release] = (),
    key: str | None = None,
) -> Report:
    """Judge a table and, under a key, take over what is new in it.

    Args:
        actor: who takes over; the exhibits come into their hands.
        source: the system that it comes from: a row is known by its own reference within it.
        content: the table, see ``docs/exchange.md``.
        releases: amounts that are true, however great.
        key: the caller's key for this request; without one it is a dry run, which leaves nothing.

    Raises:
        RightMissing: the actor may not intercept.
        UnreadableTable: it is no table.
        ImportRefused: rows are wrong; each is named, and nothing is taken over. Not in a dry run.
        CustodyError: whatever else the act refuses.
    """
    actor.require(Right.INTERCEPT)
    lines = tables.read(content, required=REQUIRED, optional=OPTIONAL)
    verdicts = [Verdict(line.number, line.cells.get("reference", "")) for line in lines]
    rows = [_row(line, verdict) for line, verdict in zip(lines, verdicts, strict=True)]
    _judge(actor, source, rows, verdicts, releases)
    _name_known(actor, source, verdicts)
    report = Report(verdicts)
    new = tuple(
        row
        for row, verdict in zip(rows, verdicts, strict=True)
        if row is not None and verdict.outcome is Outcome.NEW
    )
    if key is None:
        return report
    if report.count(Outcome.WRONG):
        raise ImportRefused(report)
    if not new:
        return report
    used = {row.reference for row in new}
    command = TakeOver(
        source=source,
        units=new,
        releases=tuple(one for one in releases if one.reference in used) or None,
    )
    return Report(verdicts, perform(actor, command, key=key, late_reason=_reason(source)))


def _reason(source: str) -> str:
    return f"Taken over from {source}."


def _row(line: Line, verdict: Verdict) -> TakenOver | None:
    """The row that a line tells; None, and why, if it tells none."""
    faults = [Fault(column, why, "malformed_cell") for column, why in line.faults.items()]
    for name, cell in line.cells.items():
        one = _COLUMNS[name]
        if one.kind is Kind.CHOICE and cell not in one.options:
            why = f"“{cell}” is none of: {', '.join(one.options)}"
            faults.append(Fault(name, why, "unknown_word"))
        elif one.kind is not Kind.CHOICE and len(cell) > one.max_length:
            why = f"it is longer than {one.max_length} characters"
            faults.append(Fault(name, why, "malformed_cell"))
    if faults:
        verdict.judged(Outcome.WRONG, *faults)
        return None
    return TakenOver(**{name: line.cells.get(name) for name in _COLUMNS})  # type: ignore[arg-type]


def _judge(
    actor: Officer,
    source: str,
    rows: Sequence[TakenOver | None],
    verdicts: Sequence[Verdict],
    releases: Sequence[Release],
) -> None:
    """Say of each row what becomes of it."""
    origins = known(source, [row.reference for row in rows if row])
    first: dict[str, int] = {}
    seizures: dict[str, list[int]] = {}
    for position, (row, verdict) in enumerate(zip(rows, verdicts, strict=True)):
        if row is None:
            continue
        if row.reference in first:
            why = f"“{row.reference}” stands in line {first[row.reference]} already"
            verdict.judged(Outcome.WRONG, Fault("reference", why, "reference_twice"))
            continue
        first[row.reference] = verdict.line
        with _blamed(verdict):
            if row.reference in origins:
                check_known(row, origins[row.reference])
            amount = declared.quantity(row.amount, row.unit, row.each_milligrams)
            check_plausible(row, amount, releases)
        if verdict.outcome in {Outcome.NEW, Outcome.HELD}:
            seizures.setdefault(row.customs_report, []).append(position)
    for positions in seizures.values():
        _hold_together([verdicts[one] for one in positions])
    new = [
        (row, verdict)
        for row, verdict in zip(rows, verdicts, strict=True)
        if row is not None and verdict.outcome is Outcome.NEW
    ]
    if new:
        command = TakeOver(
            source=source,
            units=tuple(row for row, _ in new),
            releases=tuple(releases) or None,
        )
        for position, error in put_down(_desk(actor, source), command):
            new[position][1].judged(Outcome.WRONG, _fault(error))


def _desk(actor: Officer, source: str) -> Desk:
    """A desk on which the act is judged as it will be, and which is never closed."""
    return Desk(
        actor=actor,
        act_id=ids.new_id(),
        at=None,
        now=clock.now(),
        late_reason=_reason(source),
    )


def _name_known(actor: Officer, source: str, verdicts: Sequence[Verdict]) -> None:
    """Say what was made of the rows that are known, as far as the actor may see it."""
    references = [one.reference for one in verdicts if one.outcome is Outcome.KNOWN]
    visible = Exhibit.objects.visible_to(actor).select_related("origin")
    found = visible.filter(origin__source=source, origin__reference__in=references)
    made = {row.origin.reference: row for row in found}
    for one in verdicts:
        one.exhibit = made.get(one.reference) if one.outcome is Outcome.KNOWN else None


@contextmanager
def _blamed(verdict: Verdict) -> Iterator[None]:
    """Write what the block refuses onto the verdict."""
    try:
        yield
    except CustodyError as error:
        outcome = {AlreadyTakenOver: Outcome.KNOWN, Implausible: Outcome.HELD}.get(type(error))
        verdict.judged(outcome or Outcome.WRONG, _fault(error))


def _fault(error: CustodyError) -> Fault:
    column = (error.field or "").rpartition(".")[2]
    right = f" Right would be: {', '.join(error.legal)}." if error.legal else ""
    return Fault(column if column in _COLUMNS else "", f"{error}{right}", error.code)


def _hold_together(seizure: Sequence[Verdict]) -> None:
    """A seizure is opened whole: one row held back holds the others of it."""
    held = next((one for one in seizure if one.outcome is Outcome.HELD), None)
    if held is None:
        return
    for one in seizure:
        if one.outcome is Outcome.NEW:
            why = f"line {held.line} of the same seizure is held back"
            one.judged(Outcome.HELD, Fault("customs_report", why, "held_with_another"))
