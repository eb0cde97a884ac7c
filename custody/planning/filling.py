"""Putting units into sessions one after another, never more than there is room for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from custody.planning.board import Board, Filled, Room


class Filler:
    """Sessions while they are filled; ``filled`` is what came of it."""

    def __init__(self, board: Board, crews: Mapping[int, str] | None = None) -> None:
        """Begin with what is fixed alone.

        Args:
            crews: by index of a session who is called to fetch for it in any case.
        """
        self.board = board
        self.rooms: list[Room] = [copy(room) for room in board.rooms]
        self.filled = Filled()
        for slot, room in enumerate(self.rooms):
            if room.crew:
                self.filled.crews[slot] = room.crew
        for slot, crew in (crews or {}).items():
            if self.rooms[slot].crew is None:
                self._call(slot, crew)

    def place(self, batch: int, slot: int) -> bool:
        """Put one unit of a batch into a session that it allows; False if it finds no room, or nobody to fetch it."""
        one, room = self.board.batches[batch], self.rooms[slot]
        if room.left_for(one.kind) < one.grams:
            return False
        if self.board.fetched(one.kind, slot):
            if room.crew is None and (free := self.board.free(self.filled.crews, slot)):
                self._call(slot, free[0].crew)
            if room.crew is None or room.vehicle_grams < one.grams:
                return False
            room.vehicle_grams -= one.grams
        room.take(one.kind, one.grams)
        self.filled.placed[batch, slot] = self.filled.placed.get((batch, slot), 0) + 1
        return True

    def place_first(self, batch: int) -> int | None:
        """Put one unit of a batch into the first session with room; its index, or None if there is none."""
        return next(
            (slot for slot in self.board.batches[batch].allowed if self.place(batch, slot)), None
        )

    def _call(self, slot: int, crew: str) -> None:
        self.rooms[slot].crew = self.filled.crews[slot] = crew
        self.rooms[slot].vehicle_grams = self.board.teams[crew].capacity_grams


def settle(board: Board, filled: Filled) -> Filler:
    """The same, with each unit brought forward into the first session that has room for it.

    In the order of the sessions: what is placed before a unit is placed no later than it was, so each finds room.
    """
    filler = Filler(board, filled.crews)
    left = [len(batch) for batch in board.batches]
    for (batch, _), count in sorted(filled.placed.items(), key=lambda one: (one[0][1], one[0][0])):
        left[batch] -= count
        for _ in range(count):
            placed = filler.place_first(batch)
            assert placed is not None
    for batch, count in enumerate(left):
        for _ in range(count):
            if filler.place_first(batch) is None:
                break
    return filler
