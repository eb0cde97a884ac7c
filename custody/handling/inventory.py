"""Inventories: opened by who oversees, counted by who does not keep, closed by a third.

Who counts is told nothing of what should be there, but of a sample the labels to look for, once the shelf was
scanned. What the count meant is written on the units when it is closed, and not before: their trails would tell the
keepers what was seen already, and the counters what the record knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from custody.deadlines.models import FlagCause
from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, Kind, choice, described, labels, place
from custody.handling.desk import Desk
from custody.handling.errors import LabelTwice
from custody.handling.report import Matter
from custody.handling.weighing import flag, report
from custody.inventories.comparing import Compared, compare, draw_of, population_of, wanted_of
from custody.inventories.findings import Finding
from custody.inventories.models import Inventory, InventoryLine, Occasion, SealedPopulation
from custody.inventories.opening import NothingToCount, Wanted, open_inventory
from custody.inventories.projection import fold_inventory
from custody.inventories.sizes import Method
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger.commitments import Opening
from custody.ledger.events import Event, Subject
from custody.people.models import Officer
from custody.places.models import PlaceKind
from custody.seizures.admitting import allows
from custody.seizures.models import Exhibit
from custody.seizures.states import ExhibitState

COUNTED = (PlaceKind.VAULT, PlaceKind.LABORATORY, PlaceKind.QUAY, PlaceKind.PLANT)


class UnknownInventory(CustodyError):
    """There is no inventory {inventory} that you may act on."""

    code = "unknown_inventory"
    category = "not_found"


class InventoryClosed(CustodyError):
    """The inventory of {place} was closed at {at}: nothing is added to it."""

    code = "inventory_closed"
    category = "conflict"


class NotImpartial(CustodyError):
    """{badge} may not do this: {why}."""

    code = "not_impartial"
    category = "forbidden"


class CountedAlready(CustodyError):
    """{label} was scanned in this inventory already: a unit is counted once."""

    code = "counted_already"
    category = "conflict"


class CountFirst(CustodyError):
    """Scan what stands on the shelf first, and record that it is empty if it is: {why}."""

    code = "count_first"
    category = "conflict"


class ListFirst(CustodyError):
    """Nobody was told what to look for yet: a sample is sought from the record to the shelf too."""

    code = "list_first"
    category = "conflict"


class OnlyNow(CustodyError):
    """An inventory is opened, listed and closed at the moment it is recorded: only what was scanned can be told late."""

    code = "only_now"


class NoList(CustodyError):
    """{why}."""

    code = "no_list"
    category = "conflict"


def _inventory() -> Any:
    return described(Kind.IDENTIFIER, "Inventory")


@dataclass(frozen=True, kw_only=True)
class OpenInventory(Command):
    """Open inventory: have a place counted by somebody who does not keep it."""

    place: str = place("Place", *COUNTED)
    method: str = choice("How many", Method)
    occasion: str = choice("Why", (Occasion.ROUTINE.value, Occasion.CHANGE_OF_CUSTODIAN.value))


@act("open_inventory", "inventory.opened", OpenInventory)
def open_(desk: Desk, command: OpenInventory) -> None:
    """One event; what should be there is settled with it, and sealed.

    Raises:
        UnknownPlace: it is of another agency than the actor's, or not counted.
        InventoryUnderWay, NothingToCount: see :func:`open_inventory`.
    """
    _require_now(desk)
    spot = lookups.place(command.place, *COUNTED)
    lookups.require_agency(spot, desk.actor, field="place")
    _open(
        desk,
        Wanted(spot.code, Method(command.method), Occasion(command.occasion)),
        inventory_id=desk.act_id,
    )


def _open(desk: Desk, wanted: Wanted, *, inventory_id: UUID | None = None) -> None:
    def seal(subject: Subject, kind: str, payload: Mapping[str, Any]) -> Event:
        return desk.sealed(subject, kind, payload, None)

    def consequence() -> list[Event]:
        try:
            return [open_inventory(wanted, seal, inventory_id=inventory_id)]
        except NothingToCount:
            if wanted.first:
                return []
            raise

    desk.follows(consequence)


@dataclass(frozen=True, kw_only=True)
class CountInventory(Command):
    """Count: scan what stands on the shelf."""

    inventory: UUID = _inventory()
    exhibits: tuple[str, ...] | None = labels("Scanned; none, if nothing is there", required=False)
    unlabelled: int | None = described(
        Kind.INTEGER, "Packages without a label that can be read", required=False
    )


@act("count_inventory", "inventory.counted", CountInventory)
def count(desk: Desk, command: CountInventory) -> None:
    """One event on the inventory, with the labels as they were scanned; the answer tells nothing of them.

    Raises:
        UnknownInventory, InventoryClosed, NotImpartial: not by this officer, or not now.
        MisreadLabel, LabelTwice, CountedAlready: a label was scanned wrongly, or twice.
    """
    inventory = _locked(desk, command.inventory)
    if desk.actor.badge not in inventory.counters:
        _require_counter(desk.actor, inventory)
    told = [desk.label(one, field="exhibits") for one in command.exhibits or ()]
    doubled = next((one for one in told if told.count(one) > 1), None)
    if doubled:
        raise LabelTwice(field="exhibits", label=doubled)
    known = InventoryLine.objects.filter(inventory=inventory, label__in=told).order_by("label")
    for line in known:
        raise CountedAlready(field="exhibits", label=line.label)
    _record(
        desk,
        inventory,
        "inventory.counted",
        {"labels": sorted(told), "unlabelled": command.unlabelled or 0},
    )


@dataclass(frozen=True, kw_only=True)
class ListInventory(Command):
    """Ask for the list: be told which units of a sample to look for."""

    inventory: UUID = _inventory()


@act("list_inventory", "inventory.listed", ListInventory)
def list_(desk: Desk, command: ListInventory) -> None:
    """One event with the labels drawn; what was scanned before was scanned blind.

    Raises:
        UnknownInventory, InventoryClosed: not for this officer, or not now.
        CountFirst: the actor has scanned nothing of the shelf yet.
        NoList: everything is counted, or the list was told already.
    """
    _require_now(desk)
    inventory = _locked(desk, command.inventory)
    if not inventory.sampled:
        raise NoList(why="Everything is counted here, so there is no list to look for")
    if inventory.listed_at:
        raise NoList(why="The list was told already")
    if desk.actor.badge not in inventory.counters:
        raise CountFirst(why="the list is told to who counted")
    drawn = draw_of(inventory, population_of(inventory).labels)
    _record(desk, inventory, "inventory.listed", {"labels": drawn})


@dataclass(frozen=True, kw_only=True)
class CloseInventory(Command):
    """Close inventory: hold what was counted against the record."""

    inventory: UUID = _inventory()


@act("close_inventory", "inventory.closed", CloseInventory)
def close(desk: Desk, command: CloseInventory) -> None:
    """One event on the inventory, one on each unit that was found or missed, a flag on each that is not in order;
    and a second round of as many, when anything is wrong with a sample.

    Raises:
        UnknownInventory, InventoryClosed, NotImpartial: not by this officer, or not now.
        CountFirst, ListFirst: it is not done yet.
        SealBroken: the list that it was opened on was changed.
    """
    _require_now(desk)
    inventory = _locked(desk, command.inventory)
    _require_apart(desk.actor, inventory)
    if desk.actor.badge in inventory.counters:
        raise NotImpartial(badge=desk.actor.badge, why="who counted does not close the count")
    if not inventory.counters:
        raise CountFirst(why="nobody has counted yet")
    if inventory.sampled and not inventory.listed_at:
        raise ListFirst
    population = population_of(inventory)
    lines = list(inventory.lines.all())
    looked_at = {line.label for line in lines} | wanted_of(inventory, population)
    ids = Exhibit.objects.filter(label__in=looked_at).values_list("pk", flat=True)
    states = {state.label: state for state in desk.locked(sorted(ids))}
    compared = compare(inventory, population, lines, states)
    desk.openings.append(
        Opening(inventory.population_digest, population.salt, "population", population.text)
    )
    _record(
        desk,
        inventory,
        "inventory.closed",
        {
            "population": {"commitment": inventory.population_digest},
            "figures": dict(compared.figures),
            "findings": [
                {"label": label, "finding": finding.value}
                for label, finding in sorted(compared.findings.items())
                if finding is not Finding.AS_RECORDED
            ],
        },
        lines,
    )
    _tell_units(desk, inventory, compared, lines, states)
    if compared.wrong and inventory.sampled and inventory.occasion != Occasion.SECOND_ROUND:
        _open_again(desk, inventory, population)


def _tell_units(
    desk: Desk,
    inventory: Inventory,
    compared: Compared,
    lines: list[InventoryLine],
    states: Mapping[str, ExhibitState],
) -> None:
    """Put down on each unit what the count found of it."""
    scanned = {line.label: line for line in lines}
    about = {"inventory": str(inventory.pk), "place": str(inventory.place_id)}
    for label, finding in sorted(compared.findings.items()):
        state = states.get(label)
        if state is None or finding is Finding.MOVED:
            continue
        parted = {"parted": _strangers(desk.actor, state)}
        if finding is Finding.MISSED:
            after = desk.record(state, "exhibit.missed", {**about, **parted}, consequence=True)
            flag(desk, after, FlagCause.DISCREPANCY, desk.events[-1])
        elif finding is not Finding.AS_RECORDED:
            report(
                desk,
                state,
                what=Matter.PLACE.value,
                found=str(inventory.place_id),
                finding=finding.value,
                inventory=str(inventory.pk),
                **parted,
            )
        elif allows("exhibit.counted", state.stage):
            line = scanned[label]
            assert line.counted_at is not None
            by = {"counted_at": clock.to_text(line.counted_at), "counted_by": line.counted_by}
            desk.record(state, "exhibit.counted", {**about, **by, **parted}, consequence=True)


def _open_again(desk: Desk, inventory: Inventory, population: SealedPopulation) -> None:
    drawn = inventory.drawn or ()
    if len(drawn) < len(population.labels):
        wanted = Wanted(
            str(inventory.place_id),
            Method(inventory.method),
            Occasion.SECOND_ROUND,
            first=inventory.pk,
            without=drawn,
        )
        _open(desk, wanted)


def _require_now(desk: Desk) -> None:
    """Pass if nobody tells another time: as a proposal it would be shown to whoever sees one of the units.

    Raises:
        OnlyNow: it is told late.
    """
    if desk.late:
        raise OnlyNow(field="occurred_at")


def _locked(desk: Desk, inventory_id: UUID) -> Inventory:
    """The inventory, locked, if it is open.

    Raises:
        UnknownInventory: there is none that the actor may see.
        InventoryClosed: it is closed.
    """
    seen = Inventory.objects.visible_to(desk.actor).filter(pk=inventory_id).exists()
    found = Inventory.objects.select_for_update().filter(pk=inventory_id).first() if seen else None
    if found is None:
        raise UnknownInventory(field="inventory", inventory=inventory_id)
    if found.closed_at:
        raise InventoryClosed(place=found.place_id, at=clock.to_text(found.closed_at))
    return found


def _record(
    desk: Desk,
    inventory: Inventory,
    kind: str,
    payload: Mapping[str, Any],
    lines: list[InventoryLine] | None = None,
) -> None:
    event = desk.record_on(
        Subject("inventory", str(inventory.pk)),
        kind,
        payload,
        inventory.head,
        name=f"the inventory of {inventory.place_id}",
        last_at=inventory.last_at,
    )
    names = [field.attname for field in InventoryLine._meta.concrete_fields]
    known = {one.label: {name: getattr(one, name) for name in names} for one in lines or ()}
    columns = {
        one.attname: getattr(inventory, one.attname) for one in inventory._meta.concrete_fields
    }
    after, changed = fold_inventory(columns, known, event)

    def write() -> None:
        Inventory(**after).save(force_update=True)
        rows = [InventoryLine(**one) for one in changed.values()]
        InventoryLine.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=["finding"]
        )

    desk.alongside(write)


def _require_counter(actor: Officer, inventory: Inventory) -> None:
    """Pass if the officer keeps nothing of what is counted.

    Raises:
        NotImpartial: they do.
    """
    _require_apart(actor, inventory)
    own = [actor.unit_id, *actor.on_duty_for]
    held = Exhibit.objects.filter(label__in=population_of(inventory).labels)
    if held.filter(Q(custodian=actor) | Q(custodian_unit__in=own)).exists():
        raise NotImpartial(
            badge=actor.badge, why="something that is counted here is in their hands"
        )


def _require_apart(actor: Officer, inventory: Inventory) -> None:
    if inventory.unit in {actor.unit_id, *actor.on_duty_for}:
        raise NotImpartial(
            badge=actor.badge,
            why=Sentence("{unit} keeps what is counted here", unit=inventory.unit),
        )


def _strangers(actor: Officer, state: ExhibitState) -> list[str]:
    """Codes of the actor's that the unit does not concern: to close a count gives nobody sight of a unit."""
    return sorted({actor.unit_id, actor.unit.agency_id} - {*state.concerned})
