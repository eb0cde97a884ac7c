"""How a missing unit was when it was last seen: what the record says of it since is of nobody's seeing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custody.audit.timeline import Happening
from custody.deadlines.rules import ClockState
from custody.deadlines.telling import Telling
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit
from custody.web.faces import Face, face

#: What is put down about a unit without anybody seeing it.
_UNSEEN = frozenset(
    {
        "exhibit.missed",
        "exhibit.discrepancy_reported",
        "exhibit.made_known",
        "exhibit.lane_assigned",
        "exhibit.substance_assigned",
    }
)


@dataclass(frozen=True)
class LastSeen:
    """A missing unit.

    Attributes:
        missed: the report of it.
        seen: what happened to it last before that.
        clocks: of those that run on, how they stood then; none where the reader is told the day alone.
    """

    missed: Happening
    seen: Happening
    clocks: Sequence[Face]


def last_seen(
    unit: Exhibit, trail: Sequence[Happening], clocks: Sequence[ClockState], hidden: Telling | None
) -> LastSeen | None:
    """How a unit was before it went missing; None if it is not, or if a correction says so and no report.

    Args:
        trail: all that it went through, oldest first.
        clocks: all that it ever had.
        hidden: what the reader is told by its day alone, if they are.
    """
    if unit.stage != Stage.MISSING:
        return None
    reports = [n for n, one in enumerate(trail) if one.step.event.kind == "exhibit.missed"]
    before = [one for one in trail[: reports[-1]] if _sees(one)] if reports else []
    if not before:
        return None
    seen = before[-1]
    moment = seen.step.event.occurred_at
    ran = [one for one in clocks if one.running and one.due_at and one.started_at <= moment]
    return LastSeen(
        missed=trail[reports[-1]],
        seen=seen,
        clocks=[] if seen.step.masked else [face(one, moment, hidden) for one in ran],
    )


def _sees(one: Happening) -> bool:
    kind = one.step.event.kind
    return kind.startswith(("exhibit.", "seal.")) and kind not in _UNSEEN and not one.taken_out
