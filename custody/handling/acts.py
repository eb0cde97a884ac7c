"""The acts there are. Each act's module registers itself; :mod:`custody.handling.register` imports them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from custody.handling.commands import Command
from custody.handling.confirmers import colleague
from custody.handling.desk import Desk
from custody.handling.weighing import report_uncalibrated
from custody.people.rights import Right
from custody.seizures.lifecycle import TABLE

C = TypeVar("C", bound=Command)


@dataclass(frozen=True)
class Act:
    """One thing people do.

    Attributes:
        name: as clients call it.
        kind: the event that it is about; its row in the lifecycle says when it is legal and whose it is.
        command: what it is told.
        judge: puts its events down on a desk, or raises why not.
    """

    name: str
    kind: str
    command: type[Command]
    judge: Callable[[Desk, Any], None]

    def put_down(self, desk: Desk, command: Command) -> None:
        """Judge the whole act on a desk.

        Raises:
            RightMissing: the actor may not, whatever the act is about.
            CustodyError: whatever else the act refuses.
        """
        right = Right(TABLE[self.kind].right)
        desk.actor.require(right)
        if desk.late:
            desk.demand(colleague(desk.actor, right))
        self.judge(desk, command)
        report_uncalibrated(desk)
        desk.check_new_seals()

    @property
    def title(self) -> str:
        """The first line of its command's docstring."""
        return (self.command.__doc__ or self.name).strip().splitlines()[0].rstrip(".")


ACTS: dict[str, Act] = {}

#: Acts that nobody takes back: at both doors who sits at a browser proves afresh who they are.
FINAL = frozenset(
    {
        "incinerate",
        "neutralise",
        "give_order",
        "correct",
        "erase",
        "erase_name",
        "requisition",
        "certify",
    }
)


def act(
    name: str, kind: str, command: type[C]
) -> Callable[[Callable[[Desk, C], None]], Callable[[Desk, C], None]]:
    """Register the decorated function as the judge of an act."""

    def register(judge: Callable[[Desk, C], None]) -> Callable[[Desk, C], None]:
        ACTS[name] = Act(name=name, kind=kind, command=command, judge=judge)
        return judge

    return register


def act_of(command: Command) -> Act:
    """The act that this command is for."""
    return next(act for act in ACTS.values() if act.command is type(command))
