"""The planner: from the simple rule's plan to a better one, for as long as it may take. Pure.

1. The simple rule makes a plan that can be used at once.
2. A linear programme proves how good any plan could be, and hints at one; placed in its order, units make a better plan.
3. A few sessions at a time are emptied and filled again at their best by CP-SAT, until time is up, somebody stops it,
   or nothing better is possible.

A plan is replaced only by a better one, so what comes out is never worse than what the simple rule made.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from custody.planning import baseline
from custody.planning.board import Board, Filled
from custody.planning.bound import fewest_broken, least_exposure
from custody.planning.dealing import deal
from custody.planning.explaining import Explainer
from custody.planning.filling import Filler, settle
from custody.planning.neighbourhood import refill
from custody.planning.ordering import placed_in_order
from custody.planning.rules import Plan, Problem, Score

_STEPS = (1, 4)
#: How long CP-SAT may take over a few sessions, and with how many units it begins.
_MOMENT_SECONDS, _FEW_UNITS, _FEWEST_UNITS, _MOST_UNITS = 1.0, 16, 8, 400
_MOST_SLOTS, _MOST_SPARE = 8, 20
#: How long the last bound may take once time is up.
_LAST_SECONDS = 10.0


@dataclass(frozen=True)
class Progress:
    """How far the planner is.

    Attributes:
        step: what it does: ``baseline``, ``bound``, ``order``, ``improve``.
        score: of the best plan so far.
        bound: what is proven so far of any plan.
        rounds: how often sessions were filled anew.
        plan: the first that can be used, with the first of these.
    """

    step: str
    score: Score
    bound: Score
    rounds: int = 0
    plan: Plan | None = None


def simple(problem: Problem) -> Plan:
    """The simple rule's plan: the fallback."""
    board = Board(problem)
    return describe(board, baseline.fill(board), board.floor(), "baseline")


def first_come(problem: Problem) -> Plan:
    """The plan of who takes units in the order in which they came."""
    board = Board(problem)
    return describe(board, baseline.first_come(board), board.floor(), "first come")


def solve(
    problem: Problem,
    *,
    seconds: float,
    tell: Callable[[Progress], None] = lambda _: None,
    going: Callable[[], bool] = lambda: True,
    seed: int = 0,
    rounds: int | None = None,
) -> Plan:
    """The best plan found.

    Args:
        seconds: how long it may look, beyond what the simple rule takes.
        tell: told of every step, and of every better plan.
        going: asked again and again; once it says no, the best plan so far is returned.
        seed: chance decides which sessions are looked at together.
        rounds: how often sessions may be filled anew; as often as time allows, unless told. With none, and time
            enough, the same problem always gives the same plan.
    """
    return _Search(problem, seconds, tell, going, seed, rounds).run()


class _Search:
    def __init__(
        self,
        problem: Problem,
        seconds: float,
        tell: Callable[[Progress], None],
        going: Callable[[], bool],
        seed: int,
        most_rounds: int | None,
    ) -> None:
        self.most_rounds = most_rounds
        self.end = monotonic() + seconds
        self.tell, self.asked = tell, going
        self.chance = random.Random(seed)  # noqa: S311  nobody gains by guessing it
        self.board = Board(problem)
        self.first = baseline.fill(self.board)
        self.best = self.first.filled
        self.score = self.board.score(self.best)
        self.bound = self.board.floor()
        self.rounds = 0

    def run(self) -> Plan:
        first = describe(self.board, self.first, self.bound, "baseline")
        self.tell(Progress("baseline", self.score, self.bound, plan=first))
        if self.board.batches and self.going():
            self._follow_the_programme()
            self._improve()
        return describe(self.board, settle(self.board, self.best), self.bound, "planner")

    def _left(self) -> float:
        return max(self.end - monotonic(), 0.0)

    def going(self) -> bool:
        return monotonic() < self.end and self.asked()

    def _told(self, step: str) -> None:
        self.tell(Progress(step, self.score, self.bound, self.rounds))

    def _take(self, filled: Filled) -> bool:
        """Keep this if it is no worse; whether it is better."""
        score = self.board.score(filled)
        better = score < self.score
        if score <= self.score:
            self.best, self.score = filled, score
        return better

    def _follow_the_programme(self) -> None:
        hints = []
        if self.score.broken > self.bound.broken:
            broken = fewest_broken(self.board, seconds=self._left())
            self.bound = Score(max(broken.bound, self.bound.broken), self.bound.exposure)
            hints.append(broken.shares)
            self._told("bound")
        hints.append(self._bound_exposure())
        self._told("bound")
        for shares in hints:
            for step in _STEPS:
                if self.going():
                    filled = placed_in_order(self.board, shares, step=step, going=self.going)
                    if self._take(filled):
                        self._told("order")

    def _bound_exposure(self, *, seconds: float | None = None) -> dict[tuple[int, int], float]:
        """Bound the exposure of plans that break no more than the best one does."""
        self.bounded = self.score.broken
        found = least_exposure(
            self.board, broken=self.score.broken, seconds=seconds or self._left()
        )
        self.bound = Score(self.bound.broken, max(found.bound, self.bound.exposure))
        return found.shares

    def _improve(self) -> None:
        few = _FEW_UNITS
        while (
            self.going()
            and self.score > self.bound
            and (self.most_rounds is None or self.rounds < self.most_rounds)
        ):
            slots, spare = self._somewhere(few)
            seconds = min(_MOMENT_SECONDS, max(self._left(), 0.01))
            filled, proven = refill(self.board, self.best, slots, spare, seconds=seconds)
            self.rounds += 1
            few = min(few + 2, _MOST_UNITS) if proven else max(few - few // 8, _FEWEST_UNITS)
            if self._take(filled):
                self._told("improve")
            if proven and len(slots) == len(self.board.slots) and not self._left_behind(spare):
                # All sessions and all units were looked at together: this plan is the best there is.
                self.bound = self.score
                self.bounded = self.score.broken
        if self.score.broken < self.bounded:
            # What holds for plans that break more limits holds for this one too, but there is more to prove.
            self._bound_exposure(seconds=_LAST_SECONDS)

    def _somewhere(self, few: int) -> tuple[list[int], dict[int, int]]:
        """A few sessions, next to each other or anywhere, and some of what is left out."""
        count = len(self.board.slots)
        load = [0] * count
        left = [len(batch) for batch in self.board.batches]
        for (batch, slot), units in self.best.placed.items():
            load[slot] += units
            left[batch] -= units
        room = [
            max((room.left_for(kind) for kind in range(len(self.board.kinds))), default=0)
            for room in settle(self.board, self.best).rooms
        ]
        (middle,) = self.chance.choices(range(count), [max(one, 0) + 1 for one in room])
        near = sorted(range(count), key=lambda slot: abs(slot - middle))
        order = near if self.chance.random() < 0.6 else self.chance.sample(range(count), count)
        slots: list[int] = []
        for slot in order:
            if slots and (
                sum(load[one] for one in slots) + load[slot] > few or len(slots) == _MOST_SLOTS
            ):
                break
            slots.append(slot)
        waiting = [
            number
            for number, units in enumerate(left)
            if units and not set(slots).isdisjoint(self.board.batches[number].allowed)
        ]
        some = self.chance.sample(waiting, min(len(waiting), _MOST_SPARE))
        return sorted(slots), {number: left[number] for number in some}

    def _left_behind(self, spare: dict[int, int]) -> bool:
        """Whether anything that is left out was not among what might have come in."""
        placed: dict[int, int] = {}
        for (batch, _), units in self.best.placed.items():
            placed[batch] = placed.get(batch, 0) + units
        return any(
            placed.get(number, 0) < len(batch) and number not in spare
            for number, batch in enumerate(self.board.batches)
        )


def describe(board: Board, filler: Filler, bound: Score, maker: str) -> Plan:
    """The plan that filled sessions are, unit by unit, with its reasons."""
    where = deal(board, filler.filled)
    explainer = Explainer(board, filler)
    used = set(where.values())
    return Plan(
        placements=tuple(
            explainer.placement(unit, where[unit.label])
            for unit in board.problem.units
            if unit.label in where
        ),
        left_out=tuple(
            explainer.left_out(unit) for unit in board.problem.units if unit.label not in where
        ),
        crews={
            board.slots[slot].id: crew for slot, crew in filler.filled.crews.items() if slot in used
        },
        score=board.score(filler.filled),
        bound=bound,
        maker=maker,
    )
