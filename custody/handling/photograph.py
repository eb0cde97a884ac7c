"""Photographs of a unit, named by the hash of their bytes."""

from __future__ import annotations

from dataclasses import dataclass

from custody.attachments.content import Kind
from custody.handling.acts import act
from custody.handling.commands import Command, label, photographs, text
from custody.handling.desk import Desk
from custody.handling.naming import name


@dataclass(frozen=True, kw_only=True)
class Photograph(Command):
    """Photograph: put photographs of a unit on record."""

    exhibit: str = label("Unit")
    photographs: tuple[str, ...] = photographs()
    caption: str | None = text("What they show", required=False)


@act("photograph", "exhibit.photographed", Photograph)
def photograph(desk: Desk, command: Photograph) -> None:
    """One event that names them by hash. The stage stands in it: what was taken on the road shows the way."""
    unit = desk.unit(command.exhibit)
    named = name(desk, command.photographs, Kind.PHOTOGRAPH, field="photographs")
    caption = desk.text("caption", command.caption) if command.caption else None
    desk.record(
        unit,
        "exhibit.photographed",
        {"attachments": named, "caption": caption, "stage": unit.stage.value},
    )
