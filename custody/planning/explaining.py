"""Why each unit is where it is, and why the others are nowhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from custody.kit.sentences import Sentence
from custody.planning.board import Board
from custody.planning.filling import Filler
from custody.planning.rules import LeftOut, Placement, Reason, Unit, breaks

WHY_NOT = {
    "not_ready": "{sessions}: it may not burn yet when they are fetched for",
    "not_admitted": "{sessions}: permit or booking do not take it, or not so much at once",
    "not_fetched": "{sessions}: no crew is free to fetch it, or its vehicle carries no more",
    "full": "{sessions}: full of what hurts more",
}


class Explainer:
    """A plan with nothing left to bring forward, and the reasons for it."""

    def __init__(self, board: Board, filler: Filler) -> None:
        self.board, self.filler = board, filler
        self._room = [
            [
                (before.left_for(kind), after.left_for(kind))
                for before, after in zip(board.rooms, filler.rooms, strict=True)
            ]
            for kind in range(len(board.kinds))
        ]

    def placement(self, unit: Unit, slot: int) -> Placement:
        """Why a unit is in this session: its limit, and what stands against each earlier one."""
        return Placement(
            unit.label,
            self.board.slots[slot].id,
            (*self._fixed(unit), *self._limit(unit, slot), *self._earlier(unit, slot)),
        )

    def left_out(self, unit: Unit) -> LeftOut:
        """Why a unit is in no session."""
        if unit.obstacles:
            return LeftOut(unit.label, unit.obstacles)
        if unit.available_from is None:
            return LeftOut(unit.label, (Reason("not_ready", "nobody can say when it may burn"),))
        if not self.board.slots:
            return LeftOut(unit.label, (Reason("no_sessions", "no session is booked"),))
        against = self._against(unit, len(self.board.slots))
        reasons = tuple(self._count(against, later=False))
        if breaks(unit, self.board.problem.until):
            reasons += (Reason("limit_broken", "its limit falls before the plan ends"),)
        return LeftOut(unit.label, reasons)

    @staticmethod
    def _fixed(unit: Unit) -> Iterator[Reason]:
        if unit.fixed is not None:
            yield Reason("fixed", "people have put it there")
            yield from unit.obstacles

    def _limit(self, unit: Unit, slot: int) -> Iterator[Reason]:
        if unit.limit_at is None:
            return
        at = self.board.slots[slot].starts_at
        if breaks(unit, at):
            yield Reason(
                "limit_broken", Sentence("{span} after its limit", span=_span(unit.limit_at, at))
            )
        else:
            yield Reason(
                "limit_kept", Sentence("{span} before its limit", span=_span(at, unit.limit_at))
            )

    def _earlier(self, unit: Unit, slot: int) -> Iterator[Reason]:
        if unit.fixed is None:
            yield from self._count(self._against(unit, slot), later=True)

    @staticmethod
    def _count(against: Mapping[str, int], *, later: bool) -> Iterator[Reason]:
        for code, text in WHY_NOT.items():
            if count := against.get(code, 0):
                yield Reason(code, Sentence(text, sessions=_sessions(count, earlier=later)))

    def _against(self, unit: Unit, end: int) -> dict[str, int]:
        """What stands against a unit in each session before this one, the plan being what it is, and in how many."""
        kind, ready, grams = self.board.kind_of[unit.label], unit.available_from, unit.grams
        not_ready = not_admitted = full = 0
        for (by, _), (before, after) in zip(
            self.board.doors[kind][:end], self._room[kind], strict=False
        ):
            if ready is None or ready > by:
                not_ready += 1
            elif before < grams:
                not_admitted += 1
            elif after < grams:
                full += 1
        # Nothing can be brought forward: where the caps leave room, it is the road that does not.
        return {
            "not_ready": not_ready,
            "not_admitted": not_admitted,
            "not_fetched": end - not_ready - not_admitted - full,
            "full": full,
        }


def _sessions(count: int, *, earlier: bool) -> Sentence:
    one = count == 1
    if earlier:
        return Sentence(
            "{count} session earlier" if one else "{count} sessions earlier", count=count
        )
    return Sentence("{count} session" if one else "{count} sessions", count=count)


def _span(begins: datetime, ends: datetime) -> Sentence:
    minutes = (ends - begins) // timedelta(minutes=1)
    days, rest = divmod(minutes, 24 * 60)
    if days:
        return Sentence("{days} d {hours} h", days=days, hours=rest // 60)
    return Sentence("{hours} h {minutes} min", hours=rest // 60, minutes=rest % 60)
