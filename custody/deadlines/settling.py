"""What becomes of flags when clocks change: raised if no sweep came in time, resolved, or left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from custody.deadlines.models import Flag
from custody.deadlines.rows import FlagBook, flag_columns, write_clocks
from custody.deadlines.rules import FLAGGED, ClockState, Level, Standing
from custody.ledger.events import Event, Json


def settle(
    changed: Sequence[ClockState],
    *,
    before: Mapping[UUID, ClockState],
    levels: Mapping[UUID, Level],
    late: Mapping[UUID, datetime],
    books: Mapping[UUID, FlagBook],
) -> list[Event]:
    """Write clocks that changed, and what that means for their flags.

    What a clock reached before the change is flagged if no sweep came in time. What ended has its flags resolved;
    a late entry does not resolve what was due when it was recorded.

    Args:
        changed: the clocks as they now are, locked.
        before: the clocks as they were, where their limits so far count; by id.
        levels: the highest level flagged of each clock that there was before.
        late: when each late entry among their events was recorded, by the event's id.
        books: where the flags of each exhibit go.

    Returns:
        Events on flags, to be appended.
    """
    levels = dict(levels)
    missed = {
        state.id: _missed(state, before.get(state.id), levels, late, books[state.exhibit_id].now)
        for state in changed
    }
    flags = _open_flags(state.id for state in changed if not state.running and levels.get(state.id))
    for state in changed:
        own, book = flags.get(state.id, []), books[state.exhibit_id]
        for source, level in missed[state.id]:
            own.append(book.raise_limit(source, level))
            levels[state.id] = level
        if not state.running and not _due_when_told(state, late):
            told = _resolution(state, own, book.now)
            for columns in own:
                book.follow(columns, "flag.resolved", told)
            if state.stopped_at is None:
                levels[state.id] = Level.IN_TIME
    # One clock of a name runs at a time, also between two rows of one statement.
    write_clocks(sorted(changed, key=lambda state: state.stopped_at is None), levels)
    return [event for book in dict.fromkeys(books.values()) for event in book.write()]


def _missed(
    state: ClockState,
    old: ClockState | None,
    levels: Mapping[UUID, Level],
    late: Mapping[UUID, datetime],
    now: datetime,
) -> list[tuple[ClockState, Level]]:
    """The levels that no sweep flagged in time, each with the clock whose limit it was."""
    if state.stopped_at is not None:
        source, reached = state, passed(state, late)
    elif old is not None and old.running:
        source, reached = old, [one for one in FLAGGED if (at := old.falls(one)) and at < now]
    else:
        return []
    flagged = levels.get(state.id, Level.IN_TIME)
    return [(source, level) for level in reached if level.rank > flagged.rank]


def _due_when_told(state: ClockState, late: Mapping[UUID, datetime]) -> bool:
    """Whether a late entry stopped a clock that was due when it was recorded."""
    told_at = late.get(state.stopped_by) if state.stopped_by else None
    return told_at is not None and state.due_at is not None and state.due_at <= told_at


def passed(state: ClockState, late: Mapping[UUID, datetime]) -> list[Level]:
    """The levels that a clock that stopped had reached before, in order; ``late`` as in :func:`settle`."""
    if state.stopped_at is None or state.suspended:
        return []
    assert state.stopped_by is not None
    until = state.stopped_at
    if _due_when_told(state, late):
        until = max(until, late[state.stopped_by])
    return [
        level for level in FLAGGED if (falls := state.falls(level)) is not None and falls < until
    ]


def _resolution(
    state: ClockState, flags: Sequence[Mapping[str, Any]], now: datetime
) -> dict[str, Json]:
    return {
        "clock": str(state.id),
        "stopped_by": str(state.stopped_by) if state.stopped_by else None,
        "handed_over": state.standing is Standing.HANDED,
        "late_seconds": late_seconds(state, flags, state.stopped_at or now),
    }


def late_seconds(state: ClockState, flags: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """By how many whole seconds a clock was over its limit at a moment: over that which it was flagged for."""
    flagged = [flag["fell_due_at"] for flag in flags if flag["level"] == Level.DUE]
    due_at = min(flagged, default=state.due_at)
    return max(0, int((at - due_at).total_seconds())) if due_at else 0


def _open_flags(clocks: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    wanted = list(clocks)
    result: dict[UUID, list[dict[str, Any]]] = {}
    if wanted:
        found = Flag.objects.open().filter(clock_id__in=wanted).order_by("fell_due_at", "id")
        for row in found.select_for_update():
            assert row.clock_id is not None
            result.setdefault(row.clock_id, []).append(flag_columns(row))
    return result
