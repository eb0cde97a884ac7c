"""The lawful owner of what was seized: where they are known, they are told, and their time is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custody.handling.acts import act
from custody.handling.commands import Command, Kind, described, text
from custody.handling.desk import Desk
from custody.handling.errors import FieldMissing, NotYetTold, TimeOverBeforeTold


@dataclass(frozen=True, kw_only=True)
class RecordOwner(Command):
    """Record owner: say that the lawful owner is known, and when they were told."""

    seizure: str = described(Kind.SEIZURE, "Seizure")
    name: str = text("Name and address")
    notified_on: date | None = described(Kind.DATE, "Told on", required=False)
    until: date | None = described(Kind.DATE, "Time to answer, until", required=False)


@act("record_owner", "seizure.owner_recorded", RecordOwner)
def record_owner(desk: Desk, command: RecordOwner) -> None:
    """One event on the seizure, which holds no name; what is known later takes the place of what was known.

    Raises:
        NotYetTold: they are to be told in the future.
        FieldMissing, TimeOverBeforeTold: the time to answer has no beginning, or ends before it.
    """
    seizure = desk.seizure(command.seizure)
    if command.notified_on and command.notified_on > desk.at.date():
        raise NotYetTold(field="notified_on", day=command.notified_on)
    if command.until and not command.notified_on:
        raise FieldMissing(
            field="notified_on", name="notified_on", why="their time to answer starts then"
        )
    if command.until and command.notified_on and command.until < command.notified_on:
        raise TimeOverBeforeTold(field="until", until=command.until, day=command.notified_on)
    desk.record_seizure(
        seizure,
        seizure.id,
        "seizure.owner_recorded",
        {
            "name": desk.text("name", command.name),
            "owner_known": True,
            "owner_notified_on": command.notified_on and command.notified_on.isoformat(),
            "owner_until": command.until and command.until.isoformat(),
        },
    )
