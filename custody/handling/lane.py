"""Putting units on the fast lane, or on the standard one."""

from __future__ import annotations

from dataclasses import dataclass

from custody.handling.acts import act
from custody.handling.commands import Command, choice, labels, text
from custody.handling.confirmers import colleague
from custody.handling.desk import Desk
from custody.handling.errors import FieldMissing, NothingToDo
from custody.kit.sentences import Sentence
from custody.people.rights import Right
from custody.seizures.lifecycle import Lane


@dataclass(frozen=True, kw_only=True)
class AssignLane(Command):
    """Assign lane: say how fast units have to be harmless."""

    exhibits: tuple[str, ...] = labels()
    lane: str = choice("Lane", Lane)
    reason: str | None = text("Why it leaves the fast lane", required=False)


@act("assign_lane", "exhibit.lane_assigned", AssignLane)
def assign_lane(desk: Desk, command: AssignLane) -> None:
    """One event on each unit; its clocks are judged anew from the same starts.

    Leaving the fast lane takes away a limit, so it takes a reason and a colleague.
    """
    reason = None
    if command.lane == Lane.STANDARD:
        if not command.reason:
            raise FieldMissing(field="reason", name="reason", why="a unit leaves the fast lane")
        reason = desk.text("reason", command.reason)
        desk.demand(colleague(desk.actor, Right.HANDLE))
    for unit in desk.units(command.exhibits):
        if unit.lane.value == command.lane:
            raise NothingToDo(
                why=Sentence("{label} is on the {lane} lane", label=unit.label, lane=command.lane),
                field="lane",
            )
        desk.record(unit, "exhibit.lane_assigned", {"lane": command.lane, "reason": reason})
