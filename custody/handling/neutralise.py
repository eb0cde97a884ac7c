"""Making drugs harmless where they are: one run over several units, by a protocol, with reagent from stock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from custody.deadlines.services import running_clocks
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
    number_on_seal,
    officer,
    rows,
    scale,
)
from custody.handling.confirmers import barred_from_witnessing
from custody.handling.desk import Desk
from custody.handling.errors import RunBeforeCatch
from custody.handling.intercept import seal_of
from custody.handling.runs import LeftOver, Treatment, consume, judge, leave, record_run
from custody.handling.split import check_open, require_something
from custody.handling.weighing import reading, reweigh
from custody.kit import grams, ids
from custody.law import gate
from custody.law.gate import Deed
from custody.law.queries import facts_for
from custody.neutralising import rules
from custody.neutralising.models import Protocol
from custody.neutralising.queries import protocol_for
from custody.neutralising.rules import NotInRun, Taken
from custody.people.models import AgencyKind
from custody.seizures.models import SealClass
from custody.seizures.states import ExhibitState


@dataclass(frozen=True, kw_only=True)
class Treated:
    """One unit of a run."""

    exhibit: str = label("Unit")
    lot: str = described(Kind.LOT, "Lot of reagent")
    reagent_grams: Decimal = mass("Reagent added, in grams")
    gross_grams: Decimal = mass("Gross afterwards, in grams")


@dataclass(frozen=True, kw_only=True)
class Portion:
    """More reagent for a unit of the run, of another lot."""

    exhibit: str = label("Unit")
    lot: str = described(Kind.LOT, "Lot of reagent")
    reagent_grams: Decimal = mass("Reagent added, in grams")


@dataclass(frozen=True, kw_only=True)
class InProcess:
    """A reading during the run, of all units or of one."""

    name: str = code("What was read")
    value: Decimal = described(Kind.NUMBER, "Value")
    exhibit: str | None = label("Unit, if of one alone", required=False)


@dataclass(frozen=True, kw_only=True)
class Residue:
    """What the run left beside a unit."""

    exhibit: str = label("Unit that it came from")
    label: str | None = label("Label (a new one if left out)", required=False)
    gross_grams: Decimal = mass("Gross, in grams")
    tare_grams: Decimal = mass("Packaging, in grams")
    seal_number: str | None = number_on_seal("Seal number", required=False)
    seal_class: str | None = choice(
        "Seal class (ISO 17712)", tuple(SealClass.values), required=False
    )


@dataclass(frozen=True, kw_only=True)
class Neutralise(Command):
    """Neutralise: mix units with a reagent that makes them harmless."""

    protocol: str = described(Kind.PROTOCOL, "Protocol and version")
    scale: str = scale()
    held_minutes: int = described(
        Kind.INTEGER, "Minutes from the first mixing until now", minimum=0, maximum=10_080
    )
    laboratory: str | None = described(Kind.UNIT, "Laboratory that will assay it", required=False)
    units: tuple[Treated, ...] = rows("Units", Treated)
    further: tuple[Portion, ...] | None = rows("Further lots", Portion, required=False)
    readings: tuple[InProcess, ...] | None = rows(
        "Readings during the run", InProcess, required=False
    )
    residues: tuple[Residue, ...] | None = rows("Residues", Residue, required=False)
    first_witness: str | None = officer("First witness, if you name them", required=False)
    second_witness: str | None = officer("Second witness", required=False)


@act("neutralise", "exhibit.neutralised", Neutralise)
def neutralise(desk: Desk, command: Neutralise) -> None:
    """One event on the run, one on each lot and each unit, the first of each residue; two witnesses confirm.

    What can be mended is refused, what has happened is recorded (see ``neutralising.rules``): a unit with a deviation
    is flagged, and not harmless before an assay says so.
    """
    units = desk.units([row.exhibit for row in command.units], field="units", with_seals=True)
    started_at = desk.at - timedelta(minutes=command.held_minutes)
    protocol = protocol_for(desk.actor, command.protocol, started_at)
    named = lookups.witnesses(command.first_witness, command.second_witness)
    barred = barred_from_witnessing(units)
    facts = facts_for(units, desk.at, desk.now, deciding=True)
    rules.require_held(protocol.rules, protocol.key, command.held_minutes)
    for unit in units:
        desk.judge(unit, "exhibit.neutralised")
        check_open(unit, field="units")
        gate.require(Deed.NEUTRALISE, facts[unit.id])
        rules.require_suited(
            protocol.rules, protocol.key, label=unit.label, substance=unit.substance
        )
        if started_at < unit.intercepted_at:
            raise RunBeforeCatch(field="held_minutes", label=unit.label)
    readings = _readings(desk, command)
    treatments = _treatments(desk, command, protocol, units, readings)
    run_id = ids.new_id()
    run = record_run(desk, run_id, protocol, command.held_minutes, treatments, readings)
    consume(desk, protocol, run_id, treatments)
    common = {
        "run": str(run_id),
        "run_leaf": run.leaf,
        "protocol": protocol.key,
        "reagent": protocol.rules.reagent,
        "concerns": _laboratory(command),
    }
    clocks = running_clocks([one.unit.id for one in treatments if one.residues])
    for one in treatments:
        after = desk.record(
            one.unit,
            "exhibit.neutralised",
            {
                **common,
                **one.told(),
                "reagent_grams": grams.to_text(_sum(amount for _, amount in one.portions)),
                "readings": [taken.told() for taken in one.readings],
                "residues": [str(residue) for residue in one.residues],
                "reading": one.after,
            },
            barred=barred,
            named=named,
        )
        leave(desk, one, after, clocks.get(one.unit.id, []))
        judge(desk, one)


def _laboratory(command: Neutralise) -> list[str]:
    if not command.laboratory:
        return []
    found = lookups.unit(command.laboratory, AgencyKind.LABORATORY, field="laboratory")
    return lookups.concerns(found)


def _sum(masses: Iterable[Decimal]) -> Decimal:
    return sum(masses, Decimal(0))


def _readings(desk: Desk, command: Neutralise) -> list[Taken]:
    return [
        Taken(
            one.name,
            one.value,
            desk.label(one.exhibit, field=f"readings.{number}.exhibit") if one.exhibit else None,
        )
        for number, one in enumerate(command.readings or ())
    ]


def _treatments(
    desk: Desk,
    command: Neutralise,
    protocol: Protocol,
    units: Sequence[ExhibitState],
    readings: Sequence[Taken],
) -> list[Treatment]:
    """What was done to each unit, judged by the protocol.

    Raises:
        CustodyError: it was not followed where that can still be mended, or what is told of it makes no sense.
    """
    labels = [unit.label for unit in units]
    further, residues = command.further or (), command.residues or ()
    portions = _by_unit(
        desk, "further", labels, further, [(one.lot, one.reagent_grams) for one in further]
    )
    left_over = _by_unit(desk, "residues", labels, residues, _left_over(desk, command, residues))
    deviations = rules.judge_readings(protocol.rules, protocol.key, labels, readings)
    found = []
    for unit, row in zip(units, command.units, strict=True):
        own = _by_lot([(row.lot, row.reagent_grams), *portions[unit.label]])
        net = unit.gross_grams if unit.net_grams is None else unit.net_grams
        ratio = rules.judge_ratio(
            protocol.rules,
            protocol.key,
            label=unit.label,
            net=row.gross_grams if net is None else net,
            reagent=_sum(amount for _, amount in own),
        )
        found.append(
            Treatment(
                unit=unit,
                portions=own,
                readings=[one for one in readings if one.label in (None, unit.label)],
                deviations=[*ratio, *deviations[unit.label]],
                after=reweigh(desk, unit, command.scale, row.gross_grams, field="units"),
                residues={ids.new_id(): one for one in left_over[unit.label]},
            )
        )
    return found


def _by_lot(told: Iterable[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    """One portion of each lot that gave something: many small ones would excuse any loss by their steps."""
    found: dict[str, Decimal] = {}
    for lot, amount in told:
        found[lot] = found.get(lot, Decimal(0)) + amount
    return [(lot, amount) for lot, amount in found.items() if amount]


T = TypeVar("T")


def _by_unit(
    desk: Desk,
    field: str,
    labels: Sequence[str],
    told: Sequence[Portion | Residue],
    values: Sequence[T],
) -> dict[str, list[T]]:
    """The value of each row by the unit that the row is about.

    Raises:
        NotInRun: it is none of the run.
    """
    found: dict[str, list[T]] = {name: [] for name in labels}
    for number, (row, value) in enumerate(zip(told, values, strict=True)):
        name = desk.label(row.exhibit, field=f"{field}.{number}.exhibit")
        if name not in found:
            raise NotInRun(field=f"{field}.{number}.exhibit", label=name)
        found[name].append(value)
    return found


def _left_over(desk: Desk, command: Neutralise, told: Sequence[Residue]) -> list[LeftOver]:
    names = desk.new_labels([row.label for row in told], field="residues") if told else []
    readings = [
        reading(
            desk,
            command.scale,
            gross=row.gross_grams,
            tare=row.tare_grams,
            field=f"residues.{number}.gross_grams",
        )
        for number, row in enumerate(told)
    ]
    require_something(readings, "residue", field="residues")
    return [
        LeftOver(name, taken, seal_of(desk, row.seal_number, row.seal_class))
        for row, name, taken in zip(told, names, readings, strict=True)
    ]
