"""A few sessions emptied and filled again at their best by CP-SAT, while all others stay as they are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from custody.planning.board import Board, Filled


def refill(
    board: Board, filled: Filled, slots: Sequence[int], spare: Mapping[int, int], *, seconds: float
) -> tuple[Filled, bool]:
    """Fill these sessions anew, at least as well as they are.

    Args:
        slots: indices of the sessions.
        spare: how many units of which batch that are left out may come in.
        seconds: how long it may take.

    Returns:
        The sessions as they are then, and whether these are proven to be at their best.
    """
    one = _Model(board, filled, slots, spare)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    status = solver.solve(one.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return filled, False
    return one.read(solver), status == cp_model.OPTIMAL


class _Model:
    def __init__(
        self, board: Board, filled: Filled, slots: Sequence[int], spare: Mapping[int, int]
    ) -> None:
        self.board, self.filled, self.slots = board, filled, slots
        self.model = cp_model.CpModel()
        self.there = dict(spare)
        for (batch, slot), count in filled.placed.items():
            if slot in slots:
                self.there[batch] = self.there.get(batch, 0) + count
        self.busy = {
            slot: crew
            for slot, crew in filled.crews.items()
            if slot not in slots or board.rooms[slot].crew
        }
        self.counts = self._counts()
        self.calls = self._calls()
        for slot in slots:
            self._cap(slot)
        self._minimise()

    def _counts(self) -> dict[tuple[int, int], cp_model.IntVar]:
        found = {}
        for number, there in self.there.items():
            here = [slot for slot in self.slots if slot in self.board.batches[number].allowed]
            for slot in here:
                variable = self.model.new_int_var(0, there, "")
                self.model.add_hint(variable, self.filled.placed.get((number, slot), 0))
                found[number, slot] = variable
            if here:
                self.model.add(sum(found[number, slot] for slot in here) <= there)
        return found

    def _calls(self) -> dict[tuple[int, str], cp_model.IntVar]:
        """Who fetches for which session; a crew that is busy outside, or with what is fixed, cannot be called."""
        calls = {
            (slot, team.crew): self.model.new_bool_var("")
            for slot in self.slots
            if self.board.rooms[slot].crew is None
            for team in self.board.free(self.busy, slot)
        }
        for (slot, crew), called in calls.items():
            self.model.add_hint(called, self.filled.crews.get(slot) == crew)
            for (other, same), also in calls.items():
                if (other, same) == (slot, crew):
                    continue
                alike = other == slot or (
                    same == crew
                    and other > slot
                    and self.board.slots[other].overlaps(self.board.slots[slot])
                )
                if alike:
                    self.model.add_at_most_one(called, also)
        return calls

    def _cap(self, slot: int) -> None:
        room = self.board.rooms[slot]
        load = [
            (self.board.batches[number], variable)
            for (number, where), variable in self.counts.items()
            if where == slot
        ]
        for grams, covered in room.caps:
            self.model.add(
                sum(batch.grams * count for batch, count in load if batch.kind in covered)
                <= max(grams, 0)
            )
        vehicle = sum(
            self.board.teams[crew].capacity_grams * called
            for (where, crew), called in self.calls.items()
            if where == slot
        )
        self.model.add(
            sum(
                batch.grams * count for batch, count in load if self.board.fetched(batch.kind, slot)
            )
            <= (max(room.vehicle_grams, 0) if room.crew else vehicle)
        )

    def _minimise(self) -> None:
        """Limits first: one broken weighs more than all exposure together."""
        heavy = 1 + sum(
            there * self.board.batches[number].left_out.exposure
            for number, there in self.there.items()
        )
        terms = []
        for (number, slot), count in self.counts.items():
            batch = self.board.batches[number]
            cost, left = batch.cost_in(slot), batch.left_out
            weight = (cost.broken - left.broken) * heavy + cost.exposure - left.exposure
            terms.append(weight * count)
        self.model.minimize(sum(terms))

    def read(self, solver: cp_model.CpSolver) -> Filled:
        """The sessions as the solver leaves them."""
        placed = {
            key: count for key, count in self.filled.placed.items() if key[1] not in self.slots
        }
        fetched = set()
        for (number, slot), variable in self.counts.items():
            if count := solver.value(variable):
                placed[number, slot] = count
                if self.board.fetched(self.board.batches[number].kind, slot):
                    fetched.add(slot)
        called = {
            slot: crew
            for (slot, crew), variable in self.calls.items()
            if slot in fetched and solver.value(variable)
        }
        return Filled(placed, self.busy | called)
