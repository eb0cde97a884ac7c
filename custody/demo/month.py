"""The month's plan: which catch when, how large, on which lane. Pure, from one seed.

Sizes follow what is public about Antwerp in the autumn of 2023: about 40 t within a month, catches of up to
7.5 t, most of them far smaller.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

DAYS = 31
#: The largest catch's share of the month: 7.5 t of 40 t.
LARGEST = 0.1875
#: From this day on the fast lane is open.
FAST_FROM = 25
#: Hours of the day at which burns begin, by weekday: thirteen a week, about 20 t.
_BURNS = {0: (8, 12, 16), 1: (8, 12, 16), 2: (8, 12, 16), 3: (8, 12, 16), 4: (8,)}
#: From the vault to the ash.
BURN_TAKES = timedelta(hours=3)


def next_burn(after: datetime) -> datetime:
    """When the next burn of the calendar begins."""
    days = (after + timedelta(days=ahead) for ahead in range(8))
    moments = (
        day.replace(hour=hour, minute=0, second=0, microsecond=0)
        for day in days
        for hour in _BURNS.get(day.weekday(), ())
    )
    return next(moment for moment in moments if moment > after)


@dataclass(frozen=True)
class Catch:
    """One catch.

    Attributes:
        at: when it is intercepted.
        unit_grams: the gross of each of its units, in grams, multiples of 50.
        form: of its units.
        fast: whether it goes on the fast lane.
        number: its place in the month.
        fetched: somebody comes and takes it away.
    """

    number: int
    at: datetime
    unit_grams: tuple[int, ...]
    form: str
    fast: bool
    fetched: bool = True


def plan(chance: random.Random, *, tonnes: int, until: datetime) -> list[Catch]:
    """The catches of a month that ends at a moment, oldest first; together about so many tonnes."""
    total = tonnes * 1_000_000
    sizes = [int(total * LARGEST)]
    while sum(sizes) < total * 0.97:
        size = int(min(total * 0.12, max(60_000, chance.lognormvariate(0, 0.9) * total * 0.025)))
        sizes.append(min(size, max(60_000, total - sum(sizes))))
    rest = sizes[1:]
    chance.shuffle(rest)
    position = len(rest) // 3
    ordered = [*rest[:position], sizes[0], *rest[position:]]
    start = until - timedelta(days=DAYS)
    span = timedelta(days=DAYS - 1.5) / len(ordered)
    catches = []
    for number, size in enumerate(ordered):
        at = start + span * number + timedelta(minutes=chance.randrange(0, 300))
        catches.append(
            Catch(
                number=number,
                at=at.replace(second=0, microsecond=0),
                unit_grams=_units(chance, size),
                form="pallet" if size > 900_000 else "barrel",
                fast=(at - start).days >= FAST_FROM,
            )
        )
    return catches


def _units(chance: random.Random, grams: int) -> tuple[int, ...]:
    """A catch in units of a few hundred kilograms at most."""
    load = 250_000 if grams > 900_000 else 60_000
    units = []
    while grams > 0:
        unit = min(grams, load - chance.randrange(0, 200) * 50)
        units.append(max(1_000, unit // 50 * 50))
        grams -= unit
    return tuple(units)
