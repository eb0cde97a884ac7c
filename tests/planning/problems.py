"""Problems for the planner: drawn at random, small enough to count through, or as large as a port."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from custody.planning.rules import Cap, LeftOut, Placement, Plan, Problem, Slot, Team, Unit

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def unit(label: str, grams: int = 100, **more: Any) -> Unit:
    told: dict[str, Any] = {
        "seizure": "S-1",
        "substance": "cocaine",
        "form": "barrel",
        "risk": 1,
        "place": "VAULT-A",
        "exposed_from": NOW,
        "available_from": NOW,
    }
    return Unit(label=label, grams=grams, **{**told, **more})


def slot(number: int, hours: int, grams: int = 300, **more: Any) -> Slot:
    """A session that starts so many hours from now and takes two; fetched for one hour before."""
    start = NOW + hours * HOUR
    told: dict[str, Any] = {
        "plant": "PLANT-A",
        "fetching_at": start - HOUR,
        "starts_at": start,
        "ends_at": start + 2 * HOUR,
        "caps": (Cap(grams),),
        "crews": ("CREW-1",),
    }
    return Slot(id=f"T-{number}", **{**told, **more})


CREW = Team("CREW-1", "VAN-A", 1_000)


def problem(units: list[Unit], slots: list[Slot], teams: list[Team] | None = None) -> Problem:
    until = max((one.ends_at for one in slots), default=NOW) + 24 * HOUR
    return Problem(NOW, until, units, slots, [CREW] if teams is None else teams)


def in_session(plan: Plan) -> dict[str, str]:
    return {one.unit: one.slot for one in plan.placements}


def codes(plan: Plan, label: str) -> list[str]:
    told: list[Placement | LeftOut] = [*plan.placements, *plan.left_out]
    (found,) = (one for one in told if one.unit == label)
    return [reason.code for reason in found.reasons]


@st.composite
def problems(
    draw: st.DrawFn, most_units: int = 8, most_slots: int = 4, *, fixed: bool = True
) -> Problem:
    """Any small problem: two plants, two crews, caps by substance and packaging, limits, holds, fixed units."""
    slots = []
    for number in range(draw(st.integers(0, most_slots))):
        caps = [Cap(draw(st.integers(0, 400)))]
        if draw(st.booleans()):
            caps.append(Cap(draw(st.integers(0, 200)), form="pallet"))
        slots.append(
            slot(
                number,
                draw(st.integers(1, 8)),
                plant=draw(st.sampled_from(["PLANT-A", "PLANT-B"])),
                caps=tuple(caps),
                crews=draw(st.sampled_from([(), ("CREW-1",), ("CREW-1", "CREW-2")])),
            )
        )
    units = []
    for number in range(draw(st.integers(0, most_units))):
        limit = draw(st.none() | st.integers(0, 10))
        units.append(
            unit(
                f"U-{number}",
                draw(st.integers(1, 200)),
                seizure=draw(st.sampled_from(["S-1", "S-2"])),
                form=draw(st.sampled_from(["barrel", "pallet"])),
                risk=draw(st.integers(1, 3)),
                place=draw(st.sampled_from(["VAULT-A", "PLANT-A"])),
                available_from=draw(st.sampled_from([NOW, NOW + 3 * HOUR, None])),
                limit_at=None if limit is None else NOW + limit * HOUR,
                fixed=draw(
                    st.sampled_from([None, None, None, *(one.id for one in slots if fixed)])
                ),
            )
        )
    teams = [Team("CREW-1", "VAN-A", draw(st.integers(50, 400))), Team("CREW-2", "VAN-B", 150)]
    return problem(units, slots, teams)


def port(count: int, seed: int = 1) -> Problem:
    """A port's stock before sixty sessions at two plants in three weeks, with two crews.

    Of 200 barrels and pallets, 27 t as they come; of more, 76 t in smaller units, so that the sessions fill up.
    """
    chance = random.Random(seed)
    mean = 135_000 if count <= 200 else 76_500_000 // count
    slots = []
    for number in range(60):
        start = NOW + timedelta(days=number // 3, hours=3 + 5 * (number % 3))
        north = number % 2 == 1
        caps = (Cap(1_500_000), Cap(600_000, form="pallet")) if north else (Cap(1_500_000),)
        slots.append(
            Slot(
                id=f"T-{number:02}",
                plant="PLANT-B" if north else "PLANT-A",
                fetching_at=start - 2 * HOUR,
                starts_at=start,
                ends_at=start + 4 * HOUR,
                caps=caps,
                crews=("CREW-1", "CREW-2"),
            )
        )
    units = []
    for number in range(count):
        ready = NOW + chance.choice([0, 0, 0, 24, 72, 120, 200]) * HOUR
        limited = chance.random() >= 0.4
        minutes = chance.randrange(3 * 60, 14 * 24 * 60)
        units.append(
            unit(
                f"U-{number:05}",
                mean * chance.randrange(30, 170) // 100,
                seizure=f"S-{number // 12}",
                substance=chance.choice(["cocaine", "cocaine", "cannabis"]),
                form=chance.choice(["barrel", "pallet"]),
                risk=chance.choice([1, 5, 10]),
                place=chance.choice(["VAULT-A", "VAULT-B"]),
                available_from=ready,
                limit_at=ready + timedelta(minutes=minutes) if limited else None,
            )
        )
    teams = [Team("CREW-1", "VAN-A", 1_500_000), Team("CREW-2", "VAN-B", 1_200_000)]
    return Problem(NOW, NOW + timedelta(days=21), units, slots, teams)


def packing(sizes: list[int], cap: int, sessions: int) -> Problem:
    """Bin packing: everything alike but the mass, at the plant already, a session an hour."""
    units = [unit(f"U-{number:03}", size, place="PLANT-A") for number, size in enumerate(sizes)]
    slots = [
        slot(number, number + 1, cap, ends_at=NOW + (number + 2) * HOUR, crews=())
        for number in range(sessions)
    ]
    return problem(units, slots, [])


def uniform(count: int, seed: int) -> list[int]:
    """As Falkenauer's uniform class: whole sizes from 20 to 100, into 150."""
    chance = random.Random(seed)
    return [chance.randint(20, 100) for _ in range(count)]


def triplets(count: int, seed: int) -> list[int]:
    """As Falkenauer's triplets: in tenths, three of them fill 100 exactly, and no other three easily do."""
    chance = random.Random(seed)
    found = []
    for _ in range(count // 3):
        first = chance.randint(380, 490)
        second = chance.randint(250, (1_000 - first) // 2)
        found += [first, second, 1_000 - first - second]
    chance.shuffle(found)
    return found
