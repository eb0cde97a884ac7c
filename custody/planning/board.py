"""The problem laid out for whoever fills it: units that are alike counted together, what is left of each cap. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from custody.planning.rules import Problem, Score, Slot, Team, Unit, breaks

#: What caps and vehicles make of a unit: for each session whether it has to be fetched, and which caps cover it.
Kind = tuple[tuple[bool, tuple[bool, ...]], ...]


@dataclass(frozen=True)
class Batch:
    """Units that cost the same wherever they go; which of them goes where is nobody's loss.

    Attributes:
        units: those of one seizure beside each other.
        kind: index into the board's kinds.
        allowed: indices of the sessions that one of them could be in, by itself.
        weight: grams times risk.
        in_time: sessions from this index on come after its limit.
        minutes: from the beginning of the plan to each session, and to the end.
    """

    units: tuple[Unit, ...]
    kind: int
    grams: int
    allowed: tuple[int, ...]
    weight: int
    in_time: int
    minutes: Sequence[int]

    def __len__(self) -> int:
        return len(self.units)

    def cost_in(self, slot: int) -> Score:
        """What one of them costs in a session, as if its danger began with the plan."""
        return Score(int(slot >= self.in_time), self.weight * self.minutes[slot])

    @property
    def left_out(self) -> Score:
        """The same, of one that is left out."""
        return self.cost_in(len(self.minutes) - 1)

    def choices(self) -> Iterator[tuple[int | None, Score]]:
        """What one of them can do, and what it costs: each session that it allows, or being left out."""
        for slot in self.allowed:
            yield slot, self.cost_in(slot)
        yield None, self.left_out


@dataclass
class Room:
    """What is left of a session.

    Attributes:
        caps: of each cap the grams that are left, and the kinds that it covers.
        crew: who fetches for it; None while nobody does.
        vehicle_grams: what is left on the vehicle; means nothing without a crew.
    """

    caps: list[tuple[int, frozenset[int]]]
    crew: str | None = None
    vehicle_grams: int = 0

    def left_for(self, kind: int) -> int:
        """Grams that the caps leave for units of a kind; none if no cap covers it: nothing admits it."""
        return min((grams for grams, covered in self.caps if kind in covered), default=0)

    def take(self, kind: int, grams: int) -> None:
        self.caps = [
            (left - grams if kind in covered else left, covered) for left, covered in self.caps
        ]


@dataclass
class Filled:
    """Sessions as they are filled, beside what is fixed.

    Attributes:
        placed: how many units of which batch are in which session, by indices.
        crews: by index of a session who fetches for it.
    """

    placed: dict[tuple[int, int], int] = field(default_factory=dict)
    crews: dict[int, str] = field(default_factory=dict)


class Board:
    """A problem, indexed.

    Attributes:
        slots: in the order of their starts.
        batches: units that may be placed.
        kind_of: by label the index of a unit's kind.
        doors: by kind and session, by when a unit has to be ready, and how heavy it may be.
        barred: units that may not, in this plan, be placed anywhere by us.
        fixed: units that people have placed, and the index of the session.
        rooms: what is left of each session beside what is fixed.
        constant: what all units cost that are in no batch.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots: list[Slot] = sorted(problem.slots, key=lambda one: (one.starts_at, one.id))
        self.teams: dict[str, Team] = {one.crew: one for one in problem.teams}
        self._minutes = tuple(
            problem.minute(at) for at in (*(slot.starts_at for slot in self.slots), problem.until)
        )
        self._known: dict[tuple[str, str, str], int] = {}
        self._numbers: dict[Kind, int] = {}
        self.kind_of: dict[str, int] = {one.label: self._kind(one) for one in problem.units}
        self.kinds: list[Kind] = list(self._numbers)
        places = {slot.id: index for index, slot in enumerate(self.slots)}
        self.fixed: list[tuple[Unit, int]] = [
            (one, places[one.fixed]) for one in problem.units if one.fixed is not None
        ]
        self.rooms: list[Room] = [
            Room(
                [
                    (
                        cap.grams,
                        frozenset(n for n, kind in enumerate(self.kinds) if kind[index][1][which]),
                    )
                    for which, cap in enumerate(slot.caps)
                ]
            )
            for index, slot in enumerate(self.slots)
        ]
        self._keep_what_is_fixed()
        self.doors: list[list[tuple[datetime, int]]] = [
            self._doors(kind) for kind in range(len(self.kinds))
        ]
        self.barred: list[Unit] = []
        self.batches: list[Batch] = self._gather()
        self.constant: Score = total(
            [
                *(self._cost(one, index) for one, index in self.fixed),
                *(self._cost(one, len(self.slots)) for one in self.barred),
                *(self._before(one) for batch in self.batches for one in batch.units),
            ]
        )

    def _cost(self, unit: Unit, at: int) -> Score:
        """What a unit costs in the session with this index, or left out, with the last."""
        moment = self.slots[at].starts_at if at < len(self.slots) else self.problem.until
        spent = Score(int(breaks(unit, moment)), unit.grams * unit.risk * self._minutes[at])
        return total([spent, self._before(unit)])

    def _before(self, unit: Unit) -> Score:
        """What its danger began later, or earlier, than the plan: the same wherever it goes."""
        return Score(0, -unit.grams * unit.risk * self.problem.minute(unit.exposed_from))

    def fetched(self, kind: int, slot: int) -> bool:
        """Whether units of a kind have to be driven to a session; what waits at the plant has not."""
        return self.kinds[kind][slot][0]

    def candidates(self, slot: int) -> list[Team]:
        """The crews that could fetch for a session if they did nothing else, the largest load first."""
        able = [self.teams[crew] for crew in self.slots[slot].crews if crew in self.teams]
        return sorted(able, key=lambda team: (-team.capacity_grams, team.crew))

    def free(self, crews: Mapping[int, str], slot: int) -> list[Team]:
        """The same, but for those that are busy with a session that overlaps with it.

        Args:
            crews: by index of a session the crew that fetches for it.
        """
        busy = {
            crew for index, crew in crews.items() if self.slots[index].overlaps(self.slots[slot])
        }
        return [team for team in self.candidates(slot) if team.crew not in busy]

    def score(self, filled: Filled) -> Score:
        """What this costs, the fixed units and those that cannot be placed included."""
        broken, weight = self.constant.broken, self.constant.exposure
        for batch in self.batches:
            broken += len(batch) * batch.left_out.broken
            weight += len(batch) * batch.left_out.exposure
        for (number, slot), count in filled.placed.items():
            cost, left = self.batches[number].cost_in(slot), self.batches[number].left_out
            broken += count * (cost.broken - left.broken)
            weight += count * (cost.exposure - left.exposure)
        return Score(broken, weight)

    def floor(self) -> Score:
        """What it would cost if there were room for everything: a bound that is known at once."""
        # The sessions are in their order: nowhere is a unit better off than in the first that it allows.
        first = [(len(batch), batch.cost_in(batch.allowed[0])) for batch in self.batches]
        return Score(
            self.constant.broken + sum(units * cost.broken for units, cost in first),
            self.constant.exposure + sum(units * cost.exposure for units, cost in first),
        )

    def _keep_what_is_fixed(self) -> None:
        crews: dict[int, str] = {}
        for unit, index in sorted(self.fixed, key=lambda one: one[1]):
            kind, room = self.kind_of[unit.label], self.rooms[index]
            room.take(kind, unit.grams)
            if not self.fetched(kind, index):
                continue
            if room.crew is None and (free := self.free(crews, index)):
                room.crew = crews[index] = free[0].crew
                room.vehicle_grams = free[0].capacity_grams
            room.vehicle_grams -= unit.grams

    def _gather(self) -> list[Batch]:
        times = [*(slot.starts_at for slot in self.slots), self.problem.until]
        alike: dict[tuple[int, int, int, tuple[int, ...], int], list[Unit]] = {}
        for unit in self.problem.units:
            kind, ready = self.kind_of[unit.label], unit.available_from
            if unit.fixed is not None:
                continue
            allowed = tuple(
                index
                for index, (by, most) in enumerate(self.doors[kind])
                if ready is not None and ready <= by and unit.grams <= most
            )
            if allowed and not unit.obstacles:
                in_time = bisect_right(times, unit.limit_at) if unit.limit_at else len(times)
                key = (kind, unit.grams, unit.risk, allowed, in_time)
                alike.setdefault(key, []).append(unit)
            else:
                self.barred.append(unit)
        return [
            Batch(
                units=tuple(sorted(several, key=lambda one: (one.seizure, one.label))),
                kind=kind,
                grams=grams,
                allowed=allowed,
                weight=grams * risk,
                in_time=in_time,
                minutes=self._minutes,
            )
            for (kind, grams, risk, allowed, in_time), several in alike.items()
        ]

    def _doors(self, kind: int) -> list[tuple[datetime, int]]:
        """For each session by when a unit of this kind has to be ready, and how heavy it may be."""
        found = []
        for index, (slot, room) in enumerate(zip(self.slots, self.rooms, strict=True)):
            most, by = room.left_for(kind), slot.starts_at
            if self.fetched(kind, index):
                teams = self.candidates(index)
                largest = teams[0].capacity_grams if teams else 0
                most = min(most, max(room.vehicle_grams, 0) if room.crew else largest)
                by = slot.fetching_at
            found.append((by, most))
        return found

    def _kind(self, unit: Unit) -> int:
        """The number of a unit's kind: alike are those that the same caps cover and the same sessions have fetched."""
        asked = (unit.substance, unit.form, unit.place)
        if asked not in self._known:
            kind = tuple(
                (
                    unit.place != slot.plant,
                    tuple(cap.covers(unit.substance, unit.form) for cap in slot.caps),
                )
                for slot in self.slots
            )
            self._known[asked] = self._numbers.setdefault(kind, len(self._numbers))
        return self._known[asked]


def total(costs: Iterable[Score]) -> Score:
    """The costs of several units together."""
    broken = weight = 0
    for one in costs:
        broken += one.broken
        weight += one.exposure
    return Score(broken, weight)
