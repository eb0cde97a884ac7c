"""Figures over a period, each with what it counts, of whom and as of when: what lay where, for how long, and what moved.

They are counted from the events themselves, so that a past day's figure moves only when something that happened by that
day is told, or put right, later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from custody.audit.periods import Part, Period
from custody.audit.stages import Freeze, Reading
from custody.burning.queries import SlotUse, slot_use
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import ENDED, Stage

#: In a kilogram-hour.
_GRAM_SECONDS = Decimal(3_600_000)
_MICROSECOND = timedelta(microseconds=1)
#: As :file:`flow.sql` calls it.
_PACKED = "packed"
#: Of fewer seizures than these it is not told how long they took that a transport brought or took away: who is told of
#: transports by their day must not read their hours off a picture.
FEWEST_DRIVEN = 3


@dataclass(frozen=True)
class Stock:
    """What was in one stage at the end of a day or week; of the running one, at the freeze.

    Attributes:
        part: the name of the day or week.
    """

    part: str
    at: datetime
    stage: str
    units: int
    grams: Decimal


@dataclass(frozen=True)
class Exposure:
    """What lay in one stage in a day or week, times the hours that it lay there, a transport counted as of noon."""

    part: str
    stage: str
    kilogram_hours: Decimal


@dataclass(frozen=True)
class Move:
    """Units that went from one stage to another.

    Attributes:
        source: None where they were new.
        median_seconds, p95_seconds: how long they had been in the first one, by nearest rank; None where they were new,
            and where transports of so few seizures began or ended it that it would tell when.
    """

    source: str | None
    target: str
    units: int
    grams: Decimal
    median_seconds: int | None
    p95_seconds: int | None


@dataclass(frozen=True)
class Catches:
    """The seizures of a day or week, by count and by mass."""

    part: str
    seizures: int
    units: int
    unweighed: int
    grams: Decimal


Row = Stock | Exposure | Move | Catches | SlotUse


@dataclass(frozen=True)
class Picture:
    """A figure with all that has to be said with it.

    Attributes:
        definition: its name and number; the number changes when the definition does.
        meaning: the definition in plain words, sentence by sentence.
        scope: codes of the units and agencies whose business is counted.
        cases: how many assigned cases are counted beside.
    """

    name: str
    definition: str
    meaning: Sequence[str]
    period: Period
    scope: Sequence[str]
    cases: int
    frozen: Freeze
    rows: Sequence[Row]


Counting = Callable[[Reading], Sequence[Row]]


def row_type(name: str) -> type[Row]:
    """What the rows of a picture are."""
    return DEFINITIONS[name].row


def picture(actor: Officer, name: str, period: Period) -> Picture:
    """The figure of a name in a period, of what the actor may see.

    Args:
        name: a key of :data:`DEFINITIONS`.

    Raises:
        RightMissing: the actor does not oversee. Who only counts could read one catch off two periods.
    """
    (found,) = pictures(actor, [name], period)
    return found


def pictures(actor: Officer, names: Iterable[str], period: Period) -> list[Picture]:
    """Several figures as of one freeze.

    Raises:
        RightMissing: as of :func:`picture`.
    """
    actor.require(Right.OVERSEE)
    several = list(names)
    reading = Reading(actor, period, {sums for name in several if (sums := DEFINITIONS[name].sums)})
    return [
        Picture(
            name,
            f"{name}/{DEFINITIONS[name].number}",
            DEFINITIONS[name].meaning,
            period,
            actor.scopes,
            len(actor.cases),
            reading.frozen,
            DEFINITIONS[name].count(reading),
        )
        for name in several
    ]


@dataclass(frozen=True)
class _Stand:
    """One stage at the end of one part of the period; gram-seconds are those since the period began."""

    part: Part
    at: datetime
    stage: str
    units: int
    grams: Decimal
    gram_seconds: Decimal


def _stands(reading: Reading) -> Iterator[_Stand]:
    """Part by part, each with all stages in their order."""
    moved: dict[tuple[int, str], Mapping[str, Any]] = {
        (row["part"], row["stage"]): row for row in reading.counted["stock"]
    }
    nothing = {"units": 0, "grams": Decimal(0), "gram_seconds": Decimal(0)}
    # of each stage: units, grams, and grams times the seconds at which they came
    held = {
        stage.value: {
            name: none + moved.get((-1, stage.value), nothing)[name]
            for name, none in nothing.items()
        }
        for stage in Stage
        if stage not in ENDED
    }
    for number, part in enumerate(reading.period.parts(reading.frozen.at)):
        at = min(part.ends_at, reading.frozen.at)
        seconds = Decimal((at - reading.period.begins_at) // _MICROSECOND) / 1_000_000
        for stage, sums in held.items():
            row = moved.get((number, stage), nothing)
            for name in nothing:
                sums[name] += row[name]
            lain = sums["grams"] * seconds - sums["gram_seconds"]
            yield _Stand(part, at, stage, int(sums["units"]), sums["grams"], lain)


def _stock(reading: Reading) -> list[Stock]:
    return [
        Stock(one.part.name, one.at, one.stage, one.units, one.grams) for one in _stands(reading)
    ]


def _exposure(reading: Reading) -> list[Exposure]:
    before: dict[str, Decimal] = {}
    result = []
    for one in _stands(reading):
        lain = one.gram_seconds - before.get(one.stage, Decimal(0))
        before[one.stage] = one.gram_seconds
        hours = (lain / _GRAM_SECONDS).quantize(Decimal("0.1"))
        result.append(Exposure(one.part.name, one.stage, hours))
    return result


def _flow(reading: Reading) -> list[Move]:
    order = {None: -1, _PACKED: len(Stage)} | {one.value: n for n, one in enumerate(Stage)}
    rows = sorted(reading.counted["flow"], key=lambda row: (order[row["was"]], order[row["stage"]]))
    for row in rows:
        if 0 < row["driven"] < FEWEST_DRIVEN:
            row["median_seconds"] = row["p95_seconds"] = None
    return [
        Move(
            row["was"],
            row["stage"],
            row["units"],
            Decimal(row["grams"]),
            row["median_seconds"],
            row["p95_seconds"],
        )
        for row in rows
    ]


def _catches(reading: Reading) -> list[Catches]:
    rows = {row["part"]: row for row in reading.counted["catches"]}
    nothing = {"seizures": 0, "units": 0, "unweighed": 0, "grams": Decimal(0)}
    return [
        Catches(
            part.name,
            **{name: none + rows.get(number, nothing)[name] for name, none in nothing.items()},
        )
        for number, part in enumerate(reading.period.parts(reading.frozen.at))
    ]


def _slots(reading: Reading) -> list[SlotUse]:
    return slot_use(reading.actor, reading.period.begins_at, reading.period.ends_at)


_COUNTED = (
    "Counted are units in no container, of every form but samples and counter-samples; a container counts as one.",
    (
        "Their mass is the gross as last recorded by that moment; in a container that nobody weighed, what is inside weighs. "
        "What nobody weighed weighs nothing."
    ),
    (
        "A late entry counts when it happened, and a correction from the event on that it corrects: only these two move a "
        "figure of the past."
    ),
)


@dataclass(frozen=True)
class Definition:
    """How a picture is counted, what its rows are, and what they mean in plain words.

    Attributes:
        number: one more each time that any of this changes what is counted.
        sums: which sum of :class:`~custody.audit.stages.Reading` it is counted from; None where it is none.
    """

    number: int
    count: Counting
    sums: str | None
    row: type[Row]
    meaning: Sequence[str]


DEFINITIONS: Mapping[str, Definition] = {
    "stock": Definition(
        1,
        _stock,
        "stock",
        Stock,
        (
            "What was in each stage at the end of each day or week, in UTC; of the running one, at the freeze.",
            *_COUNTED,
        ),
    ),
    "exposure": Definition(
        2,
        _exposure,
        "stock",
        Exposure,
        (
            (
                "Kilograms in each stage times the hours that they were there, within each day or week in UTC; in the running "
                "one, up to the freeze."
            ),
            "Each kilogram-hour is one in which somebody could take the goods.",
            (
                "When a transport left or arrived is not told: it counts as of noon in UTC, or of the nearest moment at which "
                "something else was recorded of the unit on that side. What leaves and arrives on one day was in transit for "
                "no hour of it, but in the stages before and after."
            ),
            *_COUNTED,
        ),
    ),
    "flow": Definition(
        2,
        _flow,
        "flow",
        Move,
        (
            (
                "Each time that a unit went from one stage to another in the period, with its mass then and the time since it "
                "had come into the first; median and 95th percentile by nearest rank."
            ),
            (
                "How long it took is not told where a transport brought it there or took it away, of fewer than three "
                "seizures: it would tell when one drove."
            ),
            "Putting into a container and taking out are moves too: while it is inside, a unit goes nowhere of its own.",
            *_COUNTED,
        ),
    ),
    "slots": Definition(
        1,
        _slots,
        None,
        SlotUse,
        (
            (
                "Incineration sessions whose slot began in the period and that concern you, with their cap of everything "
                "together by the permit in force when they were booked."
            ),
            (
                "Burnt is the gross of what was scanned at the kiln mouth, as weighed there; planned is the gross of what is "
                "planned and not burnt, while the session may yet burn it."
            ),
            "All units of a session count, whoever may see them. Cancelled and missed slots took nothing.",
        ),
    ),
    "seizures": Definition(
        1,
        _catches,
        "catches",
        Catches,
        (
            (
                "Seizures by the day or week, in UTC, in which they were opened, with their units as intercepted; units made "
                "later by packing, dividing or sampling are not counted again."
            ),
            "Their mass is the gross as first recorded.",
            "A seizure counts if one of its units is yours to see; one that a correction took out counts no more.",
            "How many inspections it took to find them is not recorded here.",
        ),
    ),
}
