"""How good any plan could be: prices for room that prove it. Pure.

Whoever pays a price for every gram of room that is taken, and gets the price of all room back, is never worse off than
under the caps themselves; and then each unit can be looked at by itself. So for whatever prices, the sum of the cheapest
choices less what the room is worth is a bound (Lagrangian relaxation; Fisher, Management Science 27, 1981). The prices
come from a linear programme, in floating point. What they prove is then computed in whole numbers, and holds however
good or bad they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ortools.linear_solver import pywraplp

from custody.planning.board import Board

#: Shares of one broken limit in which prices are told: a gram's price is a small part of it.
_SHARES = 10**12
#: Less of a unit is the solver's inaccuracy.
_NOTHING = 1e-6


@dataclass(frozen=True)
class Row:
    """Room that several sessions or kinds share: so many grams, for these pairs of kind and session."""

    grams: int
    pairs: frozenset[tuple[int, int]]


def rows_of(board: Board) -> list[Row]:
    """Everything that bounds what goes into sessions; of crews in two places at once, what follows for their loads."""
    found = []
    kinds = range(len(board.kinds))
    for index, room in enumerate(board.rooms):
        for grams, covered in room.caps:
            found.append(Row(max(grams, 0), frozenset((kind, index) for kind in covered)))
        if room.crew:
            grams = max(room.vehicle_grams, 0)
        else:
            grams = max((team.capacity_grams for team in board.candidates(index)), default=0)
        fetched = frozenset((kind, index) for kind in kinds if board.fetched(kind, index))
        found.append(Row(grams, fetched))
    found += _at_once(board)
    return [row for row in found if row.pairs and not _implied(row, found)]


def _implied(row: Row, rows: Sequence[Row]) -> bool:
    """Whether another row allows no more and is about as much, so that this one need not be looked at."""
    return any(
        row.pairs <= other.pairs and (other.grams, -len(other.pairs)) < (row.grams, -len(row.pairs))
        for other in rows
    )


def _at_once(board: Board) -> Iterator[Row]:
    """What all crews together can bring to sessions that run at the same time."""
    for slot in board.slots:
        at_once = [
            index
            for index, other in enumerate(board.slots)
            if other.fetching_at <= slot.fetching_at < other.ends_at
        ]
        crews = {team.crew: team for index in at_once for team in board.candidates(index)}
        if len(crews) < len(at_once):
            yield Row(
                sum(team.capacity_grams for team in crews.values()),
                frozenset(
                    (kind, index)
                    for index in at_once
                    for kind in range(len(board.kinds))
                    if board.fetched(kind, index)
                ),
            )


@dataclass(frozen=True)
class Relaxed:
    """A board under prices instead of caps.

    Attributes:
        bound: no filling costs less, what is fixed and what cannot be placed included.
        shares: how many of a batch the linear programme puts into which session; a hint, and no proof.
    """

    bound: int
    shares: dict[tuple[int, int], float]


@dataclass(frozen=True)
class _Choice:
    """A session that a group may be in, or None for being left out, and what that costs all of it."""

    slot: int | None
    cost: int
    broken: int


@dataclass(frozen=True)
class _Group:
    """Batches of one kind whose cost for each gram is the same wherever they go: one thing to a linear programme."""

    batches: tuple[int, ...]
    kind: int
    grams: int
    choices: tuple[_Choice, ...]


def fewest_broken(board: Board, *, seconds: float) -> Relaxed:
    """How few limits any plan breaks, and how it might be done.

    Args:
        seconds: how long the programme may take; if that is too short, what is proven is little.
    """
    groups = [
        _Group(
            (number,),
            batch.kind,
            len(batch) * batch.grams,
            tuple(
                _Choice(slot, len(batch) * cost.broken * _SHARES, 0)
                for slot, cost in batch.choices()
            ),
        )
        for number, batch in enumerate(board.batches)
    ]
    found = _relax(board, groups, 0, seconds)
    return Relaxed(-(-found.bound // _SHARES) + board.constant.broken, found.shares)


def least_exposure(board: Board, *, broken: int, seconds: float) -> Relaxed:
    """How little exposure comes with any plan that breaks no more than so many limits, and how it might be done."""
    spare = broken - board.constant.broken
    together: dict[tuple[int, ...], list[int]] = {}
    for number, batch in enumerate(board.batches):
        # A limit is one whatever it weighs: where some may be broken, units of other weights are another thing.
        mass = batch.grams if spare else 0
        key = (batch.kind, batch.weight // batch.grams, batch.in_time, mass, *batch.allowed)
        together.setdefault(key, []).append(number)
    groups = [_exposed(board, numbers, spare) for numbers in together.values()]
    found = _relax(board, groups, spare, seconds)
    return Relaxed(found.bound + board.constant.exposure, found.shares)


def _exposed(board: Board, numbers: Sequence[int], spare: int) -> _Group:
    batches = [board.batches[number] for number in numbers]
    units = sum(len(batch) for batch in batches)
    weight = sum(len(batch) * batch.weight for batch in batches)
    return _Group(
        tuple(numbers),
        batches[0].kind,
        sum(len(batch) * batch.grams for batch in batches),
        tuple(
            _Choice(slot, weight * cost.exposure // batches[0].weight, units * cost.broken)
            for slot, cost in batches[0].choices()
            if spare or not cost.broken
        ),
    )


def _relax(board: Board, groups: Sequence[_Group], spare: int, seconds: float) -> Relaxed:
    """Find prices for room, and for each of the limits that may be broken, and see what they prove."""
    rows = rows_of(board)
    over: dict[tuple[int, int | None], list[int]] = {}
    for number, row in enumerate(rows):
        for pair in row.pairs:
            over.setdefault(pair, []).append(number)
    # Rows and costs near one: the solver gives up on grams beside gram-minutes.
    unit = float(max((one.cost for group in groups for one in group.choices), default=0) or 1)
    sizes = [float(max(row.grams, 1)) for row in rows]
    programme = pywraplp.Solver.CreateSolver("GLOP")
    objective = programme.Objective()
    limits = [
        programme.Constraint(-programme.infinity(), row.grams / size)
        for row, size in zip(rows, sizes, strict=True)
    ]
    breaking = programme.Constraint(-programme.infinity(), float(spare))
    variables = []
    for group in groups:
        whole = programme.Constraint(1.0, 1.0)
        for one in group.choices:
            share = programme.NumVar(0.0, 1.0, "")
            variables.append((group, one.slot, share))
            objective.SetCoefficient(share, one.cost / unit)
            whole.SetCoefficient(share, 1.0)
            if one.broken:
                breaking.SetCoefficient(share, float(one.broken))
            for place in over.get((group.kind, one.slot), ()):
                limits[place].SetCoefficient(share, group.grams / sizes[place])
    programme.SetTimeLimit(max(round(seconds * 1000), 1))
    solved = programme.Solve() == pywraplp.Solver.OPTIMAL

    def price(constraint: pywraplp.Constraint, size: float) -> int:
        return max(round(-constraint.dual_value() * unit / size), 0) if solved else 0

    shares = {
        (number, slot): share.solution_value() * len(board.batches[number])
        for group, slot, share in variables
        if solved and slot is not None and share.solution_value() > _NOTHING
        for number in group.batches
    }
    prices = [price(limit, size) for limit, size in zip(limits, sizes, strict=True)]
    fine = price(breaking, 1.0)
    return Relaxed(_proven(groups, rows, prices, fine) - fine * spare, shares)


def _proven(groups: Sequence[_Group], rows: Sequence[Row], prices: Sequence[int], fine: int) -> int:
    """The cheapest choices under prices, less what the room is worth; in whole numbers."""
    charged: dict[tuple[int, int | None], int] = {}
    found = 0
    for row, price in zip(rows, prices, strict=True):
        found -= price * row.grams
        for pair in row.pairs:
            charged[pair] = charged.get(pair, 0) + price
    for group in groups:
        found += min(
            one.cost + fine * one.broken + group.grams * charged.get((group.kind, one.slot), 0)
            for one in group.choices
        )
    return found
