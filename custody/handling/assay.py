"""Proving that what was neutralised is harmless: by another unit than the one that did it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from custody.handling.acts import act
from custody.handling.commands import Command, Kind, choice, code, described, label
from custody.handling.desk import Desk
from custody.handling.errors import NothingToDo, NotIndependent
from custody.handling.weighing import report
from custody.kit.sentences import Sentence
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event
from custody.neutralising import rules
from custody.neutralising.models import Run
from custody.neutralising.protocols import Criterion
from custody.seizures.lifecycle import AssayState
from custody.seizures.states import ExhibitState

#: What is treated, and waits for a result that counts.
UNASSAYED = frozenset({AssayState.AWAITED, AssayState.INCONCLUSIVE})


class Result(StrEnum):
    PASS = "pass"  # noqa: S105  a result
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, kw_only=True)
class Assay(Command):
    """Assay: say whether a neutralised unit is harmless."""

    exhibit: str = label("Unit")
    method: str = code("Method")
    result: str = choice("Result", Result)
    measured: Decimal | None = described(
        Kind.NUMBER, "Measured, in the unit of the protocol's criterion", required=False
    )


@act("assay", "exhibit.assayed", Assay)
def assay(desk: Desk, command: Assay) -> None:
    """One event on the unit; a failed one is a discrepancy, and the unit counts as harmful again.

    Of a treatment that has no run, from before runs were told, no criterion is on record.
    """
    unit = desk.unit(command.exhibit)
    desk.judge(unit, "exhibit.assayed")
    if unit.neutralised_at is None and unit.assay not in UNASSAYED:
        raise NothingToDo(
            why=Sentence("{label} has not been neutralised", label=unit.label), field="exhibit"
        )
    run = Run.objects.select_related("protocol").get(pk=unit.run) if unit.run else None
    if _treated_by(unit, run) == desk.actor.unit_id:
        raise NotIndependent(field="exhibit", label=unit.label, unit=desk.actor.unit_id)
    criterion = run.protocol.rules.criterion if run else None
    if criterion:
        rules.require_by_criterion(
            criterion, method=command.method, result=command.result, measured=command.measured
        )
    after = desk.record(
        unit,
        "exhibit.assayed",
        {
            "run": str(run.id) if run else None,
            "method": command.method,
            "result": command.result,
            "measured": None if command.measured is None else rules.number_text(command.measured),
            "criterion": _told(criterion) if criterion else None,
        },
    )
    if command.result == Result.FAIL:
        report(desk, after, what="assay", found=command.result)


def _told(criterion: Criterion) -> dict[str, str]:
    return {
        "standard": criterion.standard,
        "most": rules.number_text(criterion.most),
        "unit": criterion.unit,
    }


def _treated_by(unit: ExhibitState, run: Run | None) -> str | None:
    """The unit of the officers who neutralised it last; None where its own trail does not say."""
    if run:
        return run.unit_id
    entry = (
        Entry.objects.filter(
            subject_type="exhibit", subject_id=str(unit.id), kind="exhibit.neutralised"
        )
        .order_by("-seq")
        .first()
    )
    return sound_event(entry).actor.unit if entry else None
