"""What tests of the law have in common: acts that are refused and leave nothing, the way to the kiln, other rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from custody.handling.commands import Command
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.neutralise import InProcess, Neutralise, Treated
from custody.handling.order import GiveOrder
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.law.jurisdictions import belgium
from custody.law.models import DestructionOrder
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FLOOR_SCALE, LOT, PROTOCOL, Cast, catch, do
from tests.handling.burning import (
    GROSS,
    carry,
    keep_samples,
    photograph,
)

NEXT = timedelta(minutes=3)


def refused(
    error: type[CustodyError],
    actor: Officer,
    command: Command,
    match: str | None = None,
    **more: Any,
) -> CustodyError:
    """The act is refused so, and leaves nothing."""
    before = Entry.objects.count(), DestructionOrder.objects.count()
    with pytest.raises(error, match=match) as caught:
        do(actor, command, **more)
    assert (Entry.objects.count(), DestructionOrder.objects.count()) == before
    return caught.value


def given(seizure: Seizure, **more: Any) -> GiveOrder:
    known: dict[str, Any] = {
        "seizure": seizure.reference,
        "number": "D-1",
        "reasons": "No need to keep it.",
    }
    return GiveOrder(**(known | more))


def staged(cast: Cast, *barrels: Exhibit, gross: Decimal = GROSS) -> list[str]:
    """At the kiln, photographed on the quay."""
    names = [one.label for one in barrels]
    photograph(cast.officer, *names)
    carry(cast, names, "PLANT-A", cast.operator)
    units = tuple(Weighed(exhibit=one, gross_grams=gross) for one in names)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
    return names


def loaded(*names: str) -> Load:
    return Load(exhibits=names, kiln="K1")


def fire(*names: str) -> Incinerate:
    return Incinerate(
        scale=FLOOR_SCALE,
        temperature_celsius=1_100,
        units=tuple(Weighed(exhibit=one, gross_grams=GROSS) for one in names),
        first_witness="second_operator",
        second_witness="keeper",
    )


def neutralisation(*names: str) -> Neutralise:
    return Neutralise(
        protocol=PROTOCOL,
        scale=FLOOR_SCALE,
        held_minutes=0,
        units=tuple(
            Treated(exhibit=one, lot=LOT, reagent_grams=Decimal(2_400), gross_grams=Decimal(27_400))
            for one in names
        ),
        readings=(InProcess(name="pH", value=Decimal("12.5")),),
    )


@contextmanager
def under(change: Callable[[dict[str, Any]], object]) -> Any:
    """Belgium with other rules of incineration holds meanwhile."""
    content = deepcopy(belgium(effective_at=clock.to_text(clock.now() + NEXT)))
    change(content["deeds"]["incinerate"])
    adopt_profile(content, SYSTEM)
    with clock.simulated(clock.now() + NEXT) as time:
        yield time


def ready(cast: Cast) -> tuple[Seizure, Exhibit]:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    photograph(cast.officer, barrel.label)
    return seizure, barrel


def three(cast: Cast) -> tuple[Seizure, Sequence[Exhibit]]:
    """Three barrels of 24 kg net, the first of them sampled."""
    seizure, barrels = catch(cast, 3)
    keep_samples(cast, barrels[0].label)
    for barrel in barrels:
        barrel.refresh_from_db()
    return seizure, barrels
