"""Moving time and looking at clocks and flags, for the tests of deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from custody.deadlines.models import Clock, Flag
from custody.handling.lane import AssignLane
from custody.handling.order import GiveOrder
from custody.handling.pack import Pack, Unpack
from custody.handling.store import Store
from custody.handling.transport import Dispatch, Receive
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.cast import Cast, do

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@contextmanager
def moving_time() -> Iterator[SimulatedClock]:
    """Time that only the test moves, from now on."""
    with clock.simulated(clock.now() + MINUTE) as simulated:
        yield simulated


def running(exhibit: Exhibit) -> dict[str, Clock]:
    """The clocks that run on an exhibit, by name."""
    return {row.name: row for row in clocks(exhibit) if row.stopped_at is None}


def clocks(exhibit: Exhibit) -> list[Clock]:
    return list(Clock.objects.filter(exhibit=exhibit).order_by("started_at", "name", "id"))


def flags(exhibit: Exhibit, **more: object) -> list[Flag]:
    return list(Flag.objects.filter(exhibit=exhibit, **more).order_by("fell_due_at", "id"))


def levels(exhibit: Exhibit, **more: object) -> list[tuple[str | None, str]]:
    """The flags of an exhibit as pairs of clock and level, in the order in which they fell."""
    return [(flag.clock_name, flag.level) for flag in flags(exhibit, **more)]


def leave_the_fast_lane(actor: Officer, colleague: Officer, label: str) -> None:
    do(
        actor,
        AssignLane(exhibits=(label,), lane="standard", reason="The plant is closed."),
        colleague,
    )


def send(cast: Cast, *units: Exhibit, to: str = "VAULT-A") -> None:
    do(
        cast.officer,
        Dispatch(
            exhibits=tuple(unit.label for unit in units),
            driver="driver",
            vehicle="VAN-A",
            destination=to,
        ),
        cast.driver,
    )


def receive(cast: Cast, *units: Exhibit, at: str = "VAULT-A", **more: object) -> None:
    taker = {"VAULT-A": cast.keeper, "PLANT-A": cast.operator, "LAB-A": cast.analyst}[at]
    do(
        taker,
        Receive(
            exhibits=tuple(unit.label for unit in units),
            place=at,
            taker=None,
            scale=None,
            checks=None,
        ),
        cast.driver,
        **more,
    )


def store(cast: Cast, *units: Exhibit) -> None:
    do(cast.keeper, Store(exhibits=tuple(unit.label for unit in units), place="VAULT-A"))


def order(cast: Cast, unit: Exhibit, number: str = "NB-1") -> None:
    do(
        cast.prosecutor,
        GiveOrder(
            seizure=unit.seizure.reference,
            number=number,
            reasons="Nothing left to prove",
            judge_authorisation=None,
            exhibits=(unit.label,),
        ),
    )


def pack(cast: Cast, *units: Exhibit, into: Exhibit | None = None) -> Exhibit:
    do(
        cast.officer,
        Pack(
            exhibits=tuple(unit.label for unit in units),
            container=into.label if into else None,
            form=None if into else "pallet",
            label=None,
            scale=None,
            gross_grams=None,
            tare_grams=None,
            seal_number=None,
            seal_class=None,
        ),
    )
    units[0].refresh_from_db()
    assert units[0].within is not None
    return units[0].within


def unpack(cast: Cast, container: Exhibit, *units: Exhibit) -> None:
    do(
        cast.officer,
        Unpack(
            container=container.label,
            exhibits=tuple(unit.label for unit in units) or None,
        ),
    )
