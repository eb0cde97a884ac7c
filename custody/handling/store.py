"""Storage: into a store of one's own unit, from place to place within it, and out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, choice, labels, place
from custody.handling.desk import Desk
from custody.places.models import PlaceKind

STORES = (PlaceKind.VAULT, PlaceKind.LABORATORY)


class Purpose(StrEnum):
    TRANSPORT = "transport"
    ANALYSIS = "analysis"
    SAMPLING = "sampling"
    NEUTRALISATION = "neutralisation"
    DESTRUCTION = "destruction"
    INSPECTION = "inspection"


@dataclass(frozen=True, kw_only=True)
class Store(Command):
    """Store: put units into a store of your unit."""

    exhibits: tuple[str, ...] = labels()
    place: str = place("Store", *STORES)


@act("store", "exhibit.stored", Store)
def store(desk: Desk, command: Store) -> None:
    """One event on each unit."""
    _put(desk, "exhibit.stored", command.exhibits, command.place)


@dataclass(frozen=True, kw_only=True)
class Move(Command):
    """Move: put stored units into another store of your unit."""

    exhibits: tuple[str, ...] = labels()
    place: str = place("Store", *STORES)


@act("move", "exhibit.moved", Move)
def move(desk: Desk, command: Move) -> None:
    """One event on each unit."""
    _put(desk, "exhibit.moved", command.exhibits, command.place)


def _put(desk: Desk, kind: str, names: Sequence[str], code: str) -> None:
    spot = lookups.place(code, *STORES)
    lookups.require_keeper(spot, desk.actor, field="place")
    for unit in desk.units(names):
        desk.record(unit, kind, {"place": spot.code})


@dataclass(frozen=True, kw_only=True)
class Withdraw(Command):
    """Withdraw: take units out of their store."""

    exhibits: tuple[str, ...] = labels()
    purpose: str = choice("For", Purpose)


@act("withdraw", "exhibit.withdrawn", Withdraw)
def withdraw(desk: Desk, command: Withdraw) -> None:
    """One event on each unit."""
    for unit in desk.units(command.exhibits):
        desk.record(unit, "exhibit.withdrawn", {"purpose": command.purpose})
