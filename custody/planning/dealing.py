"""Which of the units that are alike goes into which session: those of one seizure together, since that costs nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from custody.planning.board import Board, Filled
from custody.planning.rules import Unit


def deal(board: Board, filled: Filled) -> dict[str, int]:
    """By label the index of the session of each placed unit; those that are fixed are in it."""
    where: dict[int, dict[int, int]] = {}
    for (batch, slot), count in filled.placed.items():
        where.setdefault(batch, {})[slot] = count
    found = {unit.label: slot for unit, slot in board.fixed}
    together = {(unit.seizure, slot) for unit, slot in board.fixed}
    # Where there is no choice first: it says which seizure is where already.
    for number, room in sorted(where.items(), key=lambda one: (len(one[1]), one[0])):
        seizures = _by_seizure(board.batches[number].units)
        while room:
            seizure, slot = max(
                ((seizure, slot) for seizure in seizures for slot in room),
                key=lambda one: (
                    one in together,
                    min(len(seizures[one[0]]), room[one[1]]),
                    -one[1],
                ),
            )
            count = min(len(seizures[seizure]), room[slot])
            for unit in seizures[seizure][:count]:
                found[unit.label] = slot
            together.add((seizure, slot))
            _use(seizures, seizure, count)
            room[slot] -= count
            if not room[slot]:
                del room[slot]
    return found


def _by_seizure(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.seizure, []).append(unit)
    return found


def _use(seizures: dict[str, list[Unit]], seizure: str, count: int) -> None:
    seizures[seizure] = seizures[seizure][count:]
    if not seizures[seizure]:
        del seizures[seizure]
