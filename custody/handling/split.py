"""Splitting a unit into parts: the whole ends, every part begins, and the masses have to agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from custody.deadlines.services import running_clocks
from custody.handling.acts import act
from custody.handling.commands import Command, choice, label, mass, number_on_seal, rows, scale
from custody.handling.desk import Desk
from custody.handling.errors import NotDivisible, NotEmpty, NothingInIt, StillSealed
from custody.handling.intercept import UNIT_FORMS, seal_of
from custody.handling.sessions import require_unclaimed
from custody.handling.weighing import compare, grams_of, reading
from custody.kit import clock, ids
from custody.seizures import masses, treatment
from custody.seizures.lifecycle import SAMPLE_FORMS
from custody.seizures.models import Exhibit, SealClass
from custody.seizures.states import ExhibitState


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of what is split."""

    label: str | None = label("Label (a new one if left out)", required=False)
    form: str = choice("Form", UNIT_FORMS)
    gross_grams: Decimal = mass("Gross, in grams")
    tare_grams: Decimal | None = mass("Packaging, in grams", required=False)
    seal_number: str | None = number_on_seal("Seal number", required=False)
    seal_class: str | None = choice(
        "Seal class (ISO 17712)", tuple(SealClass.values), required=False
    )


@dataclass(frozen=True, kw_only=True)
class Split(Command):
    """Split: divide a unit into parts."""

    exhibit: str = label("Unit")
    scale: str = scale()
    parts: tuple[Part, ...] = rows("Parts", Part)


@act("split", "exhibit.split", Split)
def split(desk: Desk, command: Split) -> None:
    """The whole's last event, then the first of each part, which takes over its clocks, holds and orders."""
    whole = desk.unit(command.exhibit, with_seals=True)
    desk.judge(whole, "exhibit.split")
    check_open(whole)
    require_unclaimed([whole], None, field="exhibit")
    if whole.form in SAMPLE_FORMS:
        raise NotDivisible(field="exhibit", label=whole.label)
    clocks = running_clocks([whole.id]).get(whole.id, [])
    part_ids = [ids.new_id() for _ in command.parts]
    readings = [
        reading(
            desk,
            command.scale,
            gross=part.gross_grams,
            tare=part.tare_grams,
            field=f"parts.{number}.gross_grams",
        )
        for number, part in enumerate(command.parts)
    ]
    require_something(readings, "part", field="parts")
    names = desk.new_labels([part.label for part in command.parts], field="parts")
    after = desk.record(whole, "exhibit.split", {"parts": [str(one) for one in part_ids]})
    for part_id, name, part, taken in zip(part_ids, names, command.parts, readings, strict=True):
        exhibit = made_from(
            whole,
            label=name,
            form=part.form,
            custodian={"badge": whole.custodian_id, "unit": whole.custodian_unit},
            reading=taken,
            seal=seal_of(desk, part.seal_number, part.seal_class),
        )
        desk.born(
            part_id,
            "exhibit.split",
            {
                **exhibit,
                "orders": [str(order) for order in whole.orders],
                **({"order_refused": True} if whole.order_refused else {}),
                "clocks": clocks,
            },
            whole_leaf=after.head,
            concerns=list(whole.concerned),
        )
    _balance(desk, whole, readings)


def require_something(readings: Sequence[Mapping[str, Any]], what: str, *, field: str) -> None:
    """Pass if each of these weighs something: of many that weigh nothing the scale's steps would excuse any loss.

    Raises:
        NothingInIt: one does not.
    """
    for number, taken in enumerate(readings):
        name = "gross_grams" if taken["net_grams"] is None else "net_grams"
        if not grams_of(taken, name):
            raise NothingInIt(field=f"{field}.{number}.gross_grams", what=what)


def check_open(unit: ExhibitState, *, field: str = "exhibit") -> None:
    """Pass if something can be taken from a unit: it bears no seal and holds no other exhibit.

    Raises:
        StillSealed, NotEmpty: it does.
    """
    closed = [seal.number for seal in unit.seals if seal.ended_at is None]
    if closed:
        raise StillSealed(field=field, label=unit.label, seals=", ".join(closed))
    if Exhibit.objects.filter(within_id=unit.id).exists():
        raise NotEmpty(field=field, label=unit.label)


def made_from(
    whole: ExhibitState,
    *,
    label: str,
    form: str,
    custodian: dict[str, str],
    reading: dict[str, Any],
    seal: dict[str, str] | None,
) -> dict[str, Any]:
    """A new exhibit that comes out of another: of its kind, where it stands, under its holds, without its orders."""
    return {
        "label": label,
        "seizure": str(whole.seizure_id),
        "form": form,
        "substance": whole.substance,
        "lane": whole.lane.value,
        "stage": whole.stage.value,
        "intercepted_at": clock.to_text(whole.intercepted_at),
        "place": whole.place_id,
        "made_from": str(whole.id),
        "custodian": custodian,
        "reading": reading,
        "seal": seal,
        "holds": [str(hold) for hold in whole.holds],
        "orders": [],
        "samplers": list(whole.samplers),
        "clocks": [],
        **({"treatment": told} if (told := treatment.told(whole)) else {}),
    }


def _balance(desk: Desk, whole: ExhibitState, readings: Sequence[dict[str, Any]]) -> None:
    """In = out ± U: by net where all of it is known, else by gross; a difference is reported, never refused."""
    by_net = whole.net_grams is not None and all(taken["net_grams"] for taken in readings)
    name = "net_grams" if by_net else "gross_grams"
    compare(
        desk,
        desk.touched[whole.id],
        what="split",
        expected=whole.net_grams if by_net else whole.gross_grams,
        measured=sum((grams_of(taken, name) for taken in readings), Decimal(0)),
        within=masses.uncertainty(
            whole.readability_grams,
            *(grams_of(taken, "readability_grams") for taken in readings),
        ),
    )
