"""What is put down of a run: its own event, one on each lot, and what it leaves beside its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from custody.handling.desk import Desk
from custody.handling.split import made_from
from custody.handling.weighing import compare, grams_of, report
from custody.kit import grams
from custody.ledger.events import Event, Subject
from custody.neutralising import rules
from custody.neutralising.models import Protocol, ReagentLot, Run, TreatedUnit
from custody.neutralising.projection import fold_lot, run_columns, treated_columns
from custody.neutralising.queries import lock_lots
from custody.neutralising.rules import Balance, Deviation, Lot, Taken
from custody.seizures.lifecycle import Form
from custody.seizures.states import ExhibitState


@dataclass(frozen=True)
class LeftOver:
    """One residue, not yet put down."""

    label: str
    reading: Mapping[str, Any]
    seal: dict[str, str] | None


@dataclass(frozen=True)
class Treatment:
    """One unit of the run, with everything that is told of it.

    Attributes:
        portions: lots and grams added.
        readings: those that count for it.
        after: its reading afterwards.
        residues: what it left, by the id that each will bear.
    """

    unit: ExhibitState
    portions: Sequence[tuple[str, Decimal]]
    readings: Sequence[Taken]
    deviations: Sequence[Deviation]
    after: Mapping[str, Any]
    residues: Mapping[UUID, LeftOver]

    def told(self) -> dict[str, Any]:
        """What its event and that of the run both say."""
        return {
            "portions": [
                {"lot": lot, "grams": grams.to_text(amount)} for lot, amount in self.portions
            ],
            "deviations": [one.told() for one in self.deviations],
        }


def record_run(
    desk: Desk,
    run_id: UUID,
    protocol: Protocol,
    held_minutes: int,
    treatments: Sequence[Treatment],
    readings: Sequence[Taken],
) -> Event:
    """The event of the run, and its rows when the act is closed."""
    exhibits = {one.unit.label: str(one.unit.id) for one in treatments}
    event = desk.record_on(
        Subject("run", str(run_id)),
        "run.carried_out",
        {
            "protocol": protocol.key,
            "held_minutes": held_minutes,
            "units": [
                {
                    "exhibit": str(one.unit.id),
                    **one.told(),
                    "gross_grams": one.after["gross_grams"],
                }
                for one in treatments
            ],
            "readings": [
                {**one.told(), "exhibit": one.label and exhibits[one.label]} for one in readings
            ],
        },
        None,
    )

    def write() -> None:
        Run.objects.create(**run_columns([event]))
        TreatedUnit.objects.bulk_create(TreatedUnit(**one) for one in treated_columns([event]))

    desk.alongside(write)
    return event


def consume(desk: Desk, protocol: Protocol, run_id: UUID, treatments: Sequence[Treatment]) -> None:
    """One event on each lot, locked, once all of it may be taken."""
    wanted: dict[str, Decimal] = {}
    for lot, amount in (portion for one in treatments for portion in one.portions):
        wanted[lot] = wanted.get(lot, Decimal(0)) + amount
    lots = lock_lots(desk.actor, wanted)
    for code, row in lots.items():
        rules.require_lot(
            Lot(code, row.reagent, row.unit_id, row.left_grams, row.expires_on),
            protocol.rules,
            protocol.key,
            own=desk.actor.unit_id,
            on=desk.at.date(),
            wanted=wanted[code],
        )
        event = desk.record_on(
            Subject("reagent_lot", code),
            "reagent_lot.consumed",
            {"run": str(run_id), "grams": grams.to_text(wanted[code])},
            row.head,
        )
        desk.alongside(partial(_take, row, event))


def _take(row: ReagentLot, event: Event) -> None:
    after = fold_lot({"left_grams": row.left_grams, "version": row.version}, event)
    for name, value in after.items():
        setattr(row, name, value)
    row.save(update_fields=list(after))


def leave(
    desk: Desk, treatment: Treatment, after: ExhibitState, clocks: Sequence[Mapping[str, Any]]
) -> None:
    """Each residue begins where its unit is, under its holds, orders and clocks, as harmless as the unit is."""
    unit = treatment.unit
    for residue_id, one in treatment.residues.items():
        exhibit = made_from(
            after,
            label=one.label,
            form=Form.RESIDUE,
            custodian={"badge": unit.custodian_id, "unit": unit.custodian_unit},
            reading=dict(one.reading),
            seal=one.seal,
        )
        desk.born(
            residue_id,
            "exhibit.neutralised",
            {
                **exhibit,
                "orders": [str(order) for order in unit.orders],
                **({"order_refused": True} if unit.order_refused else {}),
                "clocks": clocks,
            },
            unit_leaf=after.head,
            deviations=[told.told() for told in treatment.deviations],
            concerns=list(after.concerned),
        )


def judge(desk: Desk, treatment: Treatment) -> None:
    """Report what went otherwise than by the protocol, and masses that do not agree."""
    if treatment.deviations:
        report(
            desk,
            desk.touched[treatment.unit.id],
            what="protocol",
            deviations=[one.told() for one in treatment.deviations],
        )
    if treatment.unit.gross_grams is None:
        return
    balance = Balance(
        before=treatment.unit.gross_grams,
        before_step=treatment.unit.readability_grams,
        reagents=[amount for _, amount in treatment.portions],
        residues=[grams_of(one.reading, "net_grams") for one in treatment.residues.values()],
        step=grams_of(treatment.after, "readability_grams"),
    )
    compare(
        desk,
        desk.touched[treatment.unit.id],
        what="neutralisation",
        expected=balance.expected,
        measured=grams_of(treatment.after),
        within=balance.within,
    )
