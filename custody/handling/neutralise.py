"""Making drugs harmless where they are, and proving it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import (
    Command,
    Kind,
    choice,
    code,
    described,
    label,
    mass,
    officer,
    rows,
    scale,
)
from custody.handling.confirmers import barred_from_witnessing
from custody.handling.desk import Desk
from custody.handling.errors import NothingToDo
from custody.handling.weighing import compare, grams_of, report, reweigh
from custody.kit import grams
from custody.law import gate
from custody.law.gate import Deed
from custody.law.queries import facts_for
from custody.people.models import AgencyKind
from custody.seizures import masses


@dataclass(frozen=True, kw_only=True)
class Treated:
    """One unit of a run."""

    exhibit: str = label("Unit")
    reagent_grams: Decimal = mass("Reagent added, in grams")
    gross_grams: Decimal = mass("Gross afterwards, in grams")


@dataclass(frozen=True, kw_only=True)
class Neutralise(Command):
    """Neutralise: mix units with a reagent that makes them harmless."""

    protocol: str = code("Protocol and version")
    reagent: str = code("Reagent and lot")
    scale: str = scale()
    laboratory: str | None = described(Kind.UNIT, "Laboratory that will assay it", required=False)
    units: tuple[Treated, ...] = rows("Units", Treated)
    first_witness: str | None = officer("First witness, if you name them", required=False)
    second_witness: str | None = officer("Second witness", required=False)


@act("neutralise", "exhibit.neutralised", Neutralise)
def neutralise(desk: Desk, command: Neutralise) -> None:
    """One event on each unit; two witnesses confirm. What comes out weighs what went in and the reagent."""
    laboratory = (
        [lookups.unit(command.laboratory, AgencyKind.LABORATORY, field="laboratory")]
        if command.laboratory
        else []
    )
    named = lookups.witnesses(command.first_witness, command.second_witness)
    units = desk.units([row.exhibit for row in command.units], field="units")
    barred = barred_from_witnessing(units)
    facts = facts_for(units, desk.at, desk.now, deciding=True)
    for unit, row in zip(units, command.units, strict=True):
        desk.judge(unit, "exhibit.neutralised")
        gate.require(Deed.NEUTRALISE, facts[unit.id])
        taken = reweigh(desk, unit, command.scale, row.gross_grams, field="units")
        after = desk.record(
            unit,
            "exhibit.neutralised",
            {
                "protocol": command.protocol,
                "reagent": command.reagent,
                "reagent_grams": grams.to_text(row.reagent_grams),
                "reading": taken,
                "concerns": lookups.concerns(*laboratory),
            },
            barred=barred,
            named=named,
        )
        step = grams_of(taken, "readability_grams")
        compare(
            desk,
            after,
            what="neutralisation",
            expected=None if unit.gross_grams is None else unit.gross_grams + row.reagent_grams,
            measured=row.gross_grams,
            within=masses.uncertainty(unit.readability_grams, step, step),
        )


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


@act("assay", "exhibit.assayed", Assay)
def assay(desk: Desk, command: Assay) -> None:
    """One event on the unit; a failed one is a discrepancy, and the unit counts as harmful again."""
    unit = desk.unit(command.exhibit)
    desk.judge(unit, "exhibit.assayed")
    if unit.neutralised_at is None:
        raise NothingToDo(why=f"{unit.label} has not been neutralised", field="exhibit")
    after = desk.record(
        unit, "exhibit.assayed", {"method": command.method, "result": command.result}
    )
    if command.result == Result.FAIL:
        report(desk, after, what="assay", found=command.result)
