"""What an arrangement of sessions costs by the measure of a proposal: the same units, the same time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from custody.planning.rules import Score

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Worth:
    """An arrangement in figures.

    Attributes:
        score: as the planner counts it.
        sessions: in how many sessions something of it burns.
    """

    score: Score
    sessions: int


def units_of(proposal: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every unit that a proposal tells of, in a session or in none."""
    for one in proposal.get("sessions", ()):
        yield from one["units"]
    yield from proposal.get("left_out", ())


def placed_by(proposal: Mapping[str, Any]) -> dict[str, str]:
    """By label the session that a proposal puts a unit into."""
    return {
        unit["unit"]: session["session"]
        for session in proposal.get("sessions", ())
        for unit in session["units"]
    }


def worth(
    proposal: Mapping[str, Any], placed: Mapping[str, str], starts: Mapping[str, datetime]
) -> Worth:
    """What it would cost to burn a proposal's units elsewhere than it says.

    Units that came after the proposal was made do not count, whatever is done with them: it knew nothing of them,
    and its bound would say nothing.

    Args:
        proposal: a session plan as it is kept.
        placed: by label the session of a unit; what is not named is in none.
        starts: when these sessions start.
    """
    as_of, until = (datetime.fromisoformat(proposal[name]) for name in ("as_of", "until"))
    broken = exposure = 0
    used = set()
    for unit in units_of(proposal):
        session = placed.get(unit["unit"])
        at = until if session is None else starts[session]
        limit = unit["limit_at"] and datetime.fromisoformat(unit["limit_at"])
        broken += bool(limit and limit < at)
        exposure += unit["grams"] * unit["risk"] * ((at - as_of) // _MINUTE)
        used |= {session} - {None}
    return Worth(Score(broken, exposure), len(used))
