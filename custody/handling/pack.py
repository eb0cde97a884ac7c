"""Packing units into a container and taking them out again.

A container is in custody as one: its events stand for all that it holds. Packing and unpacking write one
event on the container and one on each unit, which names the container's event: the joins of a trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID

from custody.deadlines.pauses import as_told, courses
from custody.deadlines.services import running_clocks
from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, choice, label, labels, mass, number_on_seal, scale
from custody.handling.desk import Desk
from custody.handling.errors import (
    CyclicNesting,
    FieldMissing,
    NoContainer,
    NothingToDo,
    NotInside,
    NotTogether,
    StillSealed,
    TooDeep,
)
from custody.handling.sessions import require_unclaimed
from custody.handling.weighing import compare, grams_of, reading
from custody.kit import clock, ids
from custody.kit.sentences import Sentence
from custody.ledger.events import Json
from custody.seizures import masses
from custody.seizures.lifecycle import CONTAINER_FORMS, MAX_DEPTH, Form, Lane
from custody.seizures.models import Exhibit, SealClass
from custody.seizures.queries import holding_samples
from custody.seizures.states import ExhibitState


@dataclass(frozen=True, kw_only=True)
class Pack(Command):
    """Pack: put units into a container."""

    exhibits: tuple[str, ...] = labels()
    container: str | None = label("Container (a new one if left out)", required=False)
    form: str | None = choice(
        "Form of a new container",
        tuple(form.value for form in Form if form in CONTAINER_FORMS),
        required=False,
    )
    label: str | None = label("Label of a new container", required=False)
    scale: str | None = scale(required=False)
    gross_grams: Decimal | None = mass("Gross of the full container, in grams", required=False)
    tare_grams: Decimal | None = mass("The empty container, in grams", required=False)
    seal_number: str | None = number_on_seal("Seal number", required=False)
    seal_class: str | None = choice(
        "Seal class (ISO 17712)", tuple(SealClass.values), required=False
    )


@act("pack", "exhibit.packed", Pack)
def pack(desk: Desk, command: Pack) -> None:
    """The container's event, then one on each unit; a seal if it is closed at once."""
    units, existing = _named(desk, command)
    for unit in units:
        desk.judge(unit, "exhibit.packed")
    _check_together(units)
    _check_depth(units)
    taken = None
    if command.gross_grams is not None:
        if command.scale is None:
            raise FieldMissing(field="scale", name="scale", why="a mass was read on one")
        taken = reading(desk, command.scale, gross=command.gross_grams, tare=command.tare_grams)
    payload: dict[str, Any] = {
        "contents": [str(unit.id) for unit in units],
        "reading": taken,
        "concerns": sorted({code for unit in units for code in unit.concerned}),
    }
    clocks = _earliest(units)
    if existing:
        _check_container(existing, units)
        container = desk.record(existing, "exhibit.packed", {**payload, "clocks": clocks})
    else:
        container = desk.born(
            ids.new_id(),
            "exhibit.packed",
            _new_container(desk, command, units, clocks),
            **payload,
        )
    for unit in units:
        desk.record(
            unit,
            "exhibit.packed",
            {"container": str(container.id), "container_leaf": container.head},
        )
    if taken:
        _compare_contents(desk, container, units, taken)
    if command.seal_number:
        if not command.seal_class:
            raise FieldMissing(field="seal_class", name="seal_class", why="the seal has one")
        seal = desk.new_seal(command.seal_number, command.seal_class, field="seal_number")
        desk.record(desk.touched[container.id], "seal.applied", seal)


def _check_together(units: Sequence[ExhibitState]) -> None:
    """Pass if these may share a container.

    Raises:
        NotTogether: seizures, stages, places or hands differ, or samples would lie with the bulk.
    """
    first = units[0]
    samples = holding_samples([unit.id for unit in units])
    for other in units[1:]:
        for why, differs in (
            ("they are of two seizures", first.seizure_id != other.seizure_id),
            ("they are not at the same stage", first.stage != other.stage),
            ("they are not in the same place", first.place_id != other.place_id),
            (
                "samples are kept apart from the bulk",
                (first.id in samples) != (other.id in samples),
            ),
        ):
            if differs:
                raise NotTogether(field="exhibits", first=first.label, second=other.label, why=why)


def _check_depth(units: Sequence[ExhibitState]) -> None:
    within = "__".join(["within"] * MAX_DEPTH)
    deep = Exhibit.objects.filter(**{f"{within}__in": [unit.id for unit in units]}).first()
    if deep:
        raise TooDeep(field="exhibits", label=deep.label, limit=MAX_DEPTH)


def _named(desk: Desk, command: Pack) -> tuple[list[ExhibitState], ExhibitState | None]:
    """The units and the container, locked together."""
    if not command.container:
        return desk.units(command.exhibits), None
    container = desk.label(command.container, field="container")
    if container in {desk.label(name, field="exhibits") for name in command.exhibits}:
        raise CyclicNesting(field="container", label=container)
    *units, found = desk.units([*command.exhibits, container], with_seals=True)
    return units, found


def _check_container(container: ExhibitState, units: Sequence[ExhibitState]) -> None:
    if container.form not in CONTAINER_FORMS:
        raise NoContainer(field="container", label=container.label, form=container.form)
    _check_open(container)
    _check_together([container, *units])
    for unit in units:
        if unit.lane is Lane.FAST and container.lane is Lane.STANDARD:
            raise NotTogether(
                field="exhibits",
                first=unit.label,
                second=container.label,
                why="a unit of the fast lane would lose its limit; put the container on it first",
            )


def _check_open(container: ExhibitState) -> None:
    closed = [seal.number for seal in container.seals if seal.ended_at is None]
    if closed:
        raise StillSealed(field="container", label=container.label, seals=", ".join(closed))


def _new_container(
    desk: Desk, command: Pack, units: Sequence[ExhibitState], clocks: Sequence[Json]
) -> dict[str, Any]:
    if not command.form:
        raise FieldMissing(field="form", name="form", why="a new container has one")
    substances = {unit.substance for unit in units}
    return {
        "label": desk.new_labels([command.label], field="label")[0],
        "seizure": str(units[0].seizure_id),
        "form": command.form,
        "substance": substances.pop() if len(substances) == 1 else "mixed",
        "lane": (Lane.FAST if any(u.lane is Lane.FAST for u in units) else Lane.STANDARD).value,
        "stage": units[0].stage.value,
        "intercepted_at": clock.to_text(min(unit.intercepted_at for unit in units)),
        "place": units[0].place_id,
        "made_from": None,
        "custodian": lookups.person(desk.actor),
        "reading": None
        if command.gross_grams is None
        else reading(desk, command.scale or "", gross=command.gross_grams, tare=command.tare_grams),
        "seal": None,
        "holds": [],
        "orders": _common_orders(units),
        **({"order_refused": True} if all(unit.order_refused for unit in units) else {}),
        "samplers": [],
        "clocks": clocks,
    }


def _common_orders(units: Sequence[ExhibitState]) -> list[str]:
    """The orders that name every unit: they name the packaging around them too."""
    common = set(units[0].orders).intersection(*(unit.orders for unit in units))
    return sorted(str(order) for order in common)


def _earliest(units: Sequence[ExhibitState]) -> list[dict[str, Json]]:
    """Of each clock that runs on any of the units, the course that is late first."""
    running = running_clocks([unit.id for unit in units]).values()
    return as_told(courses(chain.from_iterable(running)))


def _compare_contents(
    desk: Desk, container: ExhibitState, units: Sequence[ExhibitState], taken: dict[str, Any]
) -> None:
    """The full container against what went in, if all of that was weighed and the packaging is known."""
    if container.tare_grams is None:
        return
    earlier = Exhibit.objects.filter(within_id=container.id)
    weighed = [(row.gross_grams, row.readability_grams) for row in earlier]
    weighed += [(unit.gross_grams, unit.readability_grams) for unit in units]
    if any(gross is None for gross, _ in weighed):
        return
    compare(
        desk,
        desk.touched[container.id],
        what="contents",
        expected=sum((gross or Decimal(0) for gross, _ in weighed), container.tare_grams),
        measured=grams_of(taken),
        within=masses.uncertainty(
            *(readability for _, readability in weighed),
            *[grams_of(taken, "readability_grams")] * 2,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Unpack(Command):
    """Unpack: take units out of a container, which breaks its seals."""

    container: str = label("Container")
    exhibits: tuple[str, ...] | None = labels("Units (all, if left out)", required=False)


@act("unpack", "exhibit.unpacked", Unpack)
def unpack(desk: Desk, command: Unpack) -> None:
    """The container's event, then one on each unit, which says where it stands from now on."""
    container = desk.unit(command.container, field="container", with_seals=True)
    desk.judge(container, "exhibit.unpacked")
    require_unclaimed([container], None, field="container")
    inside = set(Exhibit.objects.filter(within_id=container.id).values_list("pk", flat=True))
    if command.exhibits:
        units = desk.exhibits(command.exhibits)
        for unit in units:
            if unit.id not in inside:
                raise NotInside(field="exhibits", label=unit.label, container=container.label)
    else:
        units = desk.locked(sorted(inside))
    if not units:
        raise NothingToDo(
            why=Sentence("{label} holds nothing", label=container.label), field="container"
        )
    for seal in container.seals:
        if seal.ended_at is None:
            desk.record(container, "seal.broken", {"number": seal.number, "for": "unpacking"})
    clocks = running_clocks([container.id]).get(container.id, [])
    container = desk.record(
        container,
        "exhibit.unpacked",
        {
            "contents": [str(unit.id) for unit in units],
            "empty": len(units) == len(inside),
            "reading": None,
        },
    )
    for unit in units:
        desk.record(unit, "exhibit.unpacked", _standing(container, clocks), consequence=True)


def _standing(container: ExhibitState, clocks: Sequence[Any]) -> dict[str, Any]:
    """What a unit takes over from the container that it comes out of."""

    def texts(values: Sequence[UUID]) -> list[str]:
        return [str(value) for value in values]

    return {
        "container": str(container.id),
        "container_leaf": container.head,
        "stage": container.stage.value,
        "place": container.place_id,
        "custodian": {"badge": container.custodian_id, "unit": container.custodian_unit},
        "holds": texts(container.holds),
        "clocks": list(clocks),
        "concerns": list(container.concerned),
    }
