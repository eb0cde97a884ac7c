"""Incineration: staged at the plant, loaded, burnt. Every unit is scanned and weighed at the kiln mouth.

In a session each of these is a scan of it, and what is planned into one burns in no other and in none without.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import (
    Command,
    Kind,
    code,
    described,
    label,
    labels,
    mass,
    officer,
    rows,
    scale,
    session,
    text,
)
from custody.handling.confirmers import barred_from_witnessing
from custody.handling.desk import Desk
from custody.handling.errors import NotAtPlant
from custody.handling.sessions import in_session, opened, require_in_time, require_unclaimed
from custody.handling.weighing import compare_gross, report, reweigh
from custody.law import gate
from custody.law.gate import Deed
from custody.law.queries import facts_for
from custody.places.models import Place, PlaceKind


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One unit and what it weighs now."""

    exhibit: str = label("Unit")
    gross_grams: Decimal = mass("Gross, in grams")


@dataclass(frozen=True, kw_only=True)
class Stage(Command):
    """Stage: scan and weigh units on their arrival at the kiln."""

    scale: str = scale()
    units: tuple[Weighed, ...] = rows("Units", Weighed)
    session: UUID | None = session(required=False)


@act("stage", "exhibit.staged", Stage)
def stage(desk: Desk, command: Stage) -> None:
    """One event on each unit; a mass that is not the last one on record is a discrepancy.

    Raises:
        InAnotherSession, ScannedTwice: a unit is not this session's to scan.
        NoPermit, OverCap: the plant may not burn it in this session.
        OutOfSlot: the session is at another time.
    """
    slot = opened(desk, command.session, what="staging")
    if slot:
        require_in_time(desk, slot)
    units = desk.units([row.exhibit for row in command.units], field="units")
    plants = set(
        Place.objects.filter(
            pk__in={unit.place_id for unit in units}, kind=PlaceKind.PLANT
        ).values_list("pk", flat=True)
    )
    require_unclaimed(units, slot, field="units")
    for unit, row in zip(units, command.units, strict=True):
        if slot:
            slot.admit(unit, "staged")
        desk.judge(unit, "exhibit.staged")
        if unit.place_id not in plants:
            raise NotAtPlant(field="units", label=unit.label)
        taken = reweigh(desk, unit, command.scale, row.gross_grams, field="units")
        desk.record(unit, "exhibit.staged", {"reading": taken, **in_session(slot)})
        compare_gross(desk, unit, taken, what="staging")
    if slot:
        slot.require_room(units, [row.gross_grams for row in command.units])
        slot.scanned("staged", units)


@dataclass(frozen=True, kw_only=True)
class Load(Command):
    """Load: put units before the kiln, if the law lets them burn."""

    exhibits: tuple[str, ...] = labels()
    kiln: str = code("Kiln")
    session: UUID | None = session(required=False)


@act("load", "exhibit.loaded", Load)
def load(desk: Desk, command: Load) -> None:
    """One event on each unit, once nothing legal stands in the way.

    Raises:
        InAnotherSession, NotInSession, ScannedTwice: a unit is not this session's to scan.
    """
    slot = opened(desk, command.session, what="loading")
    units = desk.units(command.exhibits)
    facts = facts_for(units, desk.at, desk.now, deciding=True)
    require_unclaimed(units, slot, field="exhibits")
    for unit in units:
        if slot:
            slot.admit(unit, "loaded")
        desk.judge(unit, "exhibit.loaded")
        gate.require(Deed.INCINERATE, facts[unit.id])
        desk.record(unit, "exhibit.loaded", {"kiln": command.kiln, **in_session(slot)})
    if slot:
        slot.scanned("loaded", units)


@dataclass(frozen=True, kw_only=True)
class Incinerate(Command):
    """Incinerate: burn units, each weighed at the kiln mouth."""

    scale: str = scale()
    temperature_celsius: int = described(
        Kind.INTEGER, "Temperature of the kiln, in °C", minimum=0, maximum=2_000
    )
    units: tuple[Weighed, ...] = rows("Units", Weighed)
    first_witness: str | None = officer("First witness, if you name them", required=False)
    second_witness: str | None = officer("Second witness", required=False)
    session: UUID | None = session(required=False)


@act("incinerate", "exhibit.incinerated", Incinerate)
def incinerate(desk: Desk, command: Incinerate) -> None:
    """One event on each unit; two witnesses confirm, none of whom sampled it or ordered it burnt.

    A kiln colder than the permit asks for is no reason to keep silent about what has burnt: it is a discrepancy.

    Raises:
        InAnotherSession, NotInSession, ScannedTwice: a unit is not this session's to scan.
    """
    slot = opened(desk, command.session, what="burning")
    units = desk.units([row.exhibit for row in command.units], field="units")
    facts = facts_for(units, desk.at, desk.now, deciding=True)
    require_unclaimed(units, slot, field="units")
    barred = barred_from_witnessing(units)
    named = lookups.witnesses(command.first_witness, command.second_witness)
    for unit, row in zip(units, command.units, strict=True):
        if slot:
            slot.admit(unit, "burnt")
        desk.judge(unit, "exhibit.incinerated")
        gate.require(Deed.INCINERATE, facts[unit.id])
        taken = reweigh(desk, unit, command.scale, row.gross_grams, field="units")
        desk.record(
            unit,
            "exhibit.incinerated",
            {
                "reading": taken,
                "temperature_celsius": command.temperature_celsius,
                **in_session(slot),
            },
            barred=barred,
            named=named,
        )
        compare_gross(desk, unit, taken, what="kiln mouth")
        if slot and command.temperature_celsius < slot.minimum_celsius:
            report(
                desk,
                unit,
                what="temperature",
                expected=str(slot.minimum_celsius),
                found=str(command.temperature_celsius),
            )
    if slot:
        slot.scanned(
            "burnt",
            units,
            temperature_celsius=command.temperature_celsius,
            minimum_temperature_celsius=slot.minimum_celsius,
        )


@dataclass(frozen=True, kw_only=True)
class TakeBack(Command):
    """Take back: bring units away from the kiln unburnt, each weighed again."""

    scale: str = scale()
    units: tuple[Weighed, ...] = rows("Units", Weighed)
    reason: str = text("Why they do not burn")


@act("take_back", "exhibit.taken_back", TakeBack)
def take_back(desk: Desk, command: TakeBack) -> None:
    """One event on each unit; a session that it was scanned in is planned anew without it, or burns it later."""
    units = desk.units([row.exhibit for row in command.units], field="units")
    reason = desk.text("reason", command.reason)
    for unit, row in zip(units, command.units, strict=True):
        desk.judge(unit, "exhibit.taken_back")
        taken = reweigh(desk, unit, command.scale, row.gross_grams, field="units")
        desk.record(unit, "exhibit.taken_back", {"reading": taken, "reason": reason})
        compare_gross(desk, unit, taken, what="taken back")
