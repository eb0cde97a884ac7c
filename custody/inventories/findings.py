"""What becomes of a label that was scanned, and of one that was not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from custody.ledger.events import Event
from custody.seizures.lifecycle import AT_REST, ENDED, TABLE, Stage
from custody.seizures.projection import steps
from custody.seizures.states import ExhibitState

#: Stages of what has to be there when somebody looks: what a place can be missing. What was withdrawn on paper
#: stands there until a driver has it; what is in the kiln cannot be looked for.
EXPECTED = AT_REST | {Stage.STAGED}
#: After these a unit may be somewhere else.
MOVING = frozenset(
    {row.kind for row in TABLE.values() if row.target and row.kind.startswith("exhibit.")}
    | {"exhibit.packed", "exhibit.unpacked", "exhibit.moved", "event.corrected"}
)


class Finding(StrEnum):
    AS_RECORDED = "as_recorded"
    #: Not there, and by the record it was, all the time.
    MISSED = "missed"
    #: Not looked at, but by the record it came or went in the meantime.
    MOVED = "moved"
    #: There, and by the record it is somewhere else.
    ELSEWHERE = "elsewhere"
    #: There, and by the record it is burnt, divided or void.
    ENDED = "ended"
    #: There, and reported missing.
    WAS_MISSING = "was_missing"
    #: There, under a label that no unit bears.
    UNKNOWN = "unknown"


#: Nothing to look into.
IN_ORDER = frozenset({Finding.AS_RECORDED, Finding.MOVED})


def of_scanned(state: ExhibitState | None, *, here: bool) -> Finding:
    """What it means that a unit stood there.

    Args:
        state: the unit by the record when it was scanned; None if no unit bears the label.
        here: whether by the record it, or what it is inside of, was at this place.
    """
    if state is None:
        return Finding.UNKNOWN
    if state.stage in ENDED:
        return Finding.ENDED
    if state.stage is Stage.MISSING:
        return Finding.WAS_MISSING
    if not here or state.stage is Stage.IN_TRANSIT:
        return Finding.ELSEWHERE
    return Finding.AS_RECORDED


def of_unscanned(states: Iterable[ExhibitState], place: str) -> Finding:
    """What it means that a unit was not seen there.

    Args:
        states: the unit by the record from opening to closing, each state that it was in.
        place: where it was looked for.
    """
    stayed = all(expected_at(state, place) for state in states)
    return Finding.MISSED if stayed else Finding.MOVED


def expected_at(state: ExhibitState, place: str) -> bool:
    """Whether somebody who looks at this place has to find the unit."""
    return state.place_id == place and state.within_id is None and state.stage in EXPECTED


def state_at(trail: Sequence[Event], at: datetime) -> ExhibitState | None:
    """The unit as its events say it was at a moment; None before its first."""
    found = None
    for _, event, after in steps(trail):
        if event.occurred_at > at:
            break
        found = after
    return found


def states_since(trail: Sequence[Event], since: datetime) -> list[ExhibitState]:
    """Each state that the unit was in from a moment on, the one at that moment first."""
    found: list[ExhibitState] = []
    for _, event, after in steps(trail):
        if event.occurred_at <= since:
            found.clear()
        found.append(after)
    return found
