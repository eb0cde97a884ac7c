"""The autumn as a problem: what was caught, which sessions there were. Pure, from one seed.

What is public is few figures of the press and of ministers; the rest is assumed, and :data:`ASSUMPTIONS` says what.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from custody.planning.rules import Cap, Problem, Slot, Team, Unit

BEGINS = datetime(2023, 10, 1, tzinfo=UTC)
DAYS = 61
#: The day on which the large catch comes.
LARGE_ON = BEGINS + timedelta(days=31, hours=20)
CAP_GRAMS = 1_000_000
_KG, _HOUR, _DAY = 1_000, timedelta(hours=1), timedelta(days=1)
_LARGEST_UNIT_KG = 250
_MORNING, _AFTERNOON, _SATURDAY = 8, 14, 5
_ABOVE_KG_PALLET = 100
_COCAINE_RISK, _OTHER_RISK = 10, 5


@dataclass(frozen=True)
class Said:
    """One figure, what it is taken to mean here, and where it is from; ``source`` None where it is our assumption."""

    what: str
    taken_as: str
    source: str | None


ASSUMPTIONS = (
    Said(
        "More than 23 t of cocaine were intercepted in October 2023",
        "23 t in eleven catches of October, two of them above 2 t",
        "belgium.postsen.com/news/188122 (press, second hand)",
    ),
    Said(
        "Then 7.5 t more",
        "one catch in the evening of 1 November",
        "belgium.postsen.com/news/188122 (press, second hand)",
    ),
    Said(
        "116 t in 2023, in 124 findings, of which 13 of 2 t and more",
        "9.6 t in ten catches for the rest of November; how many catches a month",
        "brf.be/national/1793463; rtl.be 2025-01-09",
    ),
    Said(
        "2.9 t of heroin and 4.8 t of cannabis in 2023",
        "0.5 t of heroin and 0.8 t of cannabis within the two months, in four catches each",
        "the minister's figures of the year",
    ),
    Said(
        "A session takes 1,000 to 1,500 kg before the filters suffer",
        "1,000 kg a session, as what can be relied on; 1,500 kg is one of the variants",
        "brusselstimes.com/324508; vrt.be/vrtnws/en/2022/11/19 (of 2022)",
    ),
    Said(
        "By protocol the plants take 20 t a week",
        "two plants with two sessions a day each, Monday to Friday: 20 sessions a week",
        "knack.be, November 2023; antwerpspersbureau.be",
    ),
    Said(
        "Agreed slots stay unfilled, since customs are short of crews to drive there",
        "one crew with one vehicle, which makes one trip a day, in the morning; a trip, with the burning, takes six hours",
        "knack.be, November 2023; flows.be, November 2022 (Indaver, customs)",
    ),
    Said(
        "Normally at most 1,500 kg are in store before an order",
        "1,500 kg are in store on 1 October",
        "hln.be (practice of 2020)",
    ),
    Said("When an order is given", "a day after the catch: from then on a unit may burn", None),
    Said(
        "The limit", "seven days after the catch, the house's default for the standard lane", None
    ),
    Said("Units", "pallets and barrels of 50 to 250 kg; how a catch is packed is drawn", None),
    Said("On which day what is caught", "drawn, from one seed; each hour of the day alike", None),
    Said(
        "Risk", "an hour of cocaine or heroin counts twice one of cannabis; a house default", None
    ),
    Said(
        "Samples, holds, notice periods",
        "left out: nothing public says how long they kept what",
        None,
    ),
    Said(
        "Neutralisation on the quay within two hours (VITO's target; its study began in 2024)",
        "two hours after the catch the risk is a tenth, and the mass a fifth more by the reagent",
        "antwerpspersbureau.be 2024-05-24; the two figures are assumed",
    ),
)


def autumn(*, seed: int = 2023, large: bool = True) -> Problem:
    """The problem: everything that comes within the two months, and every session.

    Args:
        seed: of what is drawn.
        large: with the catch of 7.5 t.
    """
    chance = random.Random(seed)  # noqa: S311  a simulation
    october, november = (0, 31), (31, DAYS)
    units = [
        *_stock(chance),
        *_catches(chance, "cocaine", _COCAINE_RISK, 23_000, 11, october, above=(4_000, 2_500)),
        *_catches(chance, "cocaine", _COCAINE_RISK, 9_600, 10, november),
        *_catches(chance, "heroin", _COCAINE_RISK, 500, 4, (0, DAYS)),
        *_catches(chance, "cannabis", _OTHER_RISK, 800, 4, (0, DAYS)),
    ]
    caught = _packed(chance, "LARGE", "cocaine", _COCAINE_RISK, 7_500, LARGE_ON)
    if large:
        units += caught
    until = BEGINS + DAYS * _DAY
    crew = Team("the crew", "the vehicle", 1_500_000)
    return Problem(BEGINS, until, units, _slots(), [crew])


def _stock(chance: random.Random) -> list[Unit]:
    return _packed(chance, "STOCK", "cocaine", _COCAINE_RISK, 1_500, BEGINS - 2 * _DAY)


def _catches(
    chance: random.Random,
    substance: str,
    risk: int,
    kilograms: int,
    count: int,
    days: tuple[int, int],
    *,
    above: tuple[int, ...] = (),
) -> list[Unit]:
    """So many catches with so much in all, some of them of a given size; the others share what is left at random."""
    rest = kilograms - sum(above)
    small = count - len(above)
    parts = [chance.randint(20, 100) for _ in range(small)]
    sizes = [*above, *(rest * part // sum(parts) for part in parts)]
    found = []
    for number, size in enumerate(sizes):
        at = BEGINS + chance.randrange(days[0] * 24, days[1] * 24) * _HOUR
        name = f"{substance}-{days[0]}-{number}"
        found += _packed(chance, name, substance, risk, size, at)
    return found


def _packed(
    chance: random.Random, name: str, substance: str, risk: int, kilograms: int, at: datetime
) -> list[Unit]:
    found: list[Unit] = []
    left = kilograms
    while left > 0:
        size = min(left, chance.randint(50, _LARGEST_UNIT_KG))
        left -= size
        found.append(
            Unit(
                label=f"{name}-{len(found):03}",
                seizure=name,
                substance=substance,
                form="pallet" if size > _ABOVE_KG_PALLET else "barrel",
                grams=size * _KG,
                risk=risk,
                place="STORE",
                exposed_from=at,
                available_from=at + _DAY,
                limit_at=at + 7 * _DAY,
            )
        )
    return found


def _slots() -> list[Slot]:
    found = []
    for day in range(DAYS):
        date = BEGINS + day * _DAY
        if date.weekday() >= _SATURDAY:
            continue
        for plant in ("PLANT-1", "PLANT-2"):
            for begins in (_MORNING, _AFTERNOON):
                starts_at = date + begins * _HOUR
                found.append(
                    Slot(
                        id=f"{plant} {starts_at:%d.%m. %H:%M}",
                        plant=plant,
                        fetching_at=starts_at - 2 * _HOUR,
                        starts_at=starts_at,
                        ends_at=starts_at + 4 * _HOUR,
                        caps=(Cap(CAP_GRAMS),),
                        crews=("the crew",) if begins == _MORNING else (),
                    )
                )
    return found
