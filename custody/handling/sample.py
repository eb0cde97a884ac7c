"""Sampling: samples and counter-samples become exhibits with a custody of their own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, choice, label, mass, number_on_seal, rows, scale
from custody.handling.desk import Desk
from custody.handling.errors import MoreThanThere, NothingTaken, TooMuchTaken
from custody.handling.intercept import seal_of
from custody.handling.split import check_open, made_from
from custody.handling.weighing import compare, grams_of, reading, reweigh
from custody.kit import grams, ids
from custody.seizures import masses
from custody.seizures.lifecycle import SAMPLE_FORMS, Form
from custody.seizures.models import SealClass
from custody.seizures.states import ExhibitState

#: Net, in grams. Rules on samples ask for 5 to 24 g (India's NDPS Rules 2022); what weighs more is a part.
LARGEST_SAMPLE = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One sample taken."""

    label: str | None = label("Label (a new one if left out)", required=False)
    form: str = choice(
        "Sample or counter-sample", tuple(f.value for f in Form if f in SAMPLE_FORMS)
    )
    gross_grams: Decimal = mass("Gross, in grams")
    tare_grams: Decimal = mass("Packaging, in grams")
    seal_number: str | None = number_on_seal("Seal number", required=False)
    seal_class: str | None = choice(
        "Seal class (ISO 17712)", tuple(SealClass.values), required=False
    )


@dataclass(frozen=True, kw_only=True)
class Sample(Command):
    """Sample: take samples and counter-samples of a unit."""

    exhibit: str = label("Unit")
    scale: str = scale()
    samples: tuple[Taken, ...] = rows("Samples", Taken)
    gross_after_grams: Decimal | None = mass(
        "Gross of the unit afterwards, in grams, if weighed", required=False
    )


@act("sample", "exhibit.sampled", Sample)
def sample(desk: Desk, command: Sample) -> None:
    """The unit's event, then the first of each sample; a colleague confirms."""
    unit = desk.unit(command.exhibit, with_seals=True)
    desk.judge(unit, "exhibit.sampled")
    check_open(unit)
    readings = [
        reading(
            desk,
            command.scale,
            gross=taken.gross_grams,
            tare=taken.tare_grams,
            field=f"samples.{number}.gross_grams",
        )
        for number, taken in enumerate(command.samples)
    ]
    for number, read in enumerate(readings):
        field, net = f"samples.{number}.gross_grams", grams_of(read, "net_grams")
        if not net:
            raise NothingTaken(field=field)
        if net > LARGEST_SAMPLE:
            raise TooMuchTaken(field=field, net=net, largest=LARGEST_SAMPLE)
    removed = sum((grams_of(taken, "net_grams") for taken in readings), Decimal(0))
    steps = [grams_of(taken, "readability_grams") for taken in readings]
    names = desk.new_labels([taken.label for taken in command.samples], field="samples")
    sample_ids = [ids.new_id() for _ in command.samples]
    left = (
        _left_over(unit, removed, masses.uncertainty(*steps))
        if command.gross_after_grams is None
        else reweigh(
            desk, unit, command.scale, command.gross_after_grams, field="gross_after_grams"
        )
    )
    after = desk.record(
        unit,
        "exhibit.sampled",
        {"samples": [str(one) for one in sample_ids], "reading": left},
    )
    for sample_id, name, taken, read in zip(
        sample_ids, names, command.samples, readings, strict=True
    ):
        exhibit = made_from(
            unit,
            label=name,
            form=taken.form,
            custodian=lookups.person(desk.actor),
            reading=read,
            seal=seal_of(desk, taken.seal_number, taken.seal_class),
        )
        desk.born(
            sample_id,
            "exhibit.sampled",
            exhibit,
            unit_leaf=after.head,
            concerns=list(unit.concerned),
        )
    if command.gross_after_grams is not None and unit.gross_grams is not None:
        compare(
            desk,
            desk.touched[unit.id],
            what="sampling",
            expected=unit.gross_grams - removed,
            measured=command.gross_after_grams,
            within=masses.uncertainty(unit.readability_grams, *steps, steps[0]),
        )


def _left_over(unit: ExhibitState, removed: Decimal, uncertainty: Decimal) -> dict[str, Any] | None:
    """What the record says is left when the unit is not weighed again: a calculation, and marked as one.

    Raises:
        MoreThanThere: more was taken than there was.
    """
    if unit.gross_grams is None:
        return None
    there = unit.gross_grams if unit.net_grams is None else unit.net_grams
    if removed > there:
        raise MoreThanThere(field="samples", taken=removed, label=unit.label, there=there)
    return {
        "gross_grams": grams.to_text(unit.gross_grams - removed),
        "tare_grams": None if unit.tare_grams is None else grams.to_text(unit.tare_grams),
        "net_grams": None if unit.net_grams is None else grams.to_text(unit.net_grams - removed),
        "readability_grams": grams.to_text(masses.uncertainty(unit.readability_grams, uncertainty)),
        "scale": None,
        "calculated": True,
    }
