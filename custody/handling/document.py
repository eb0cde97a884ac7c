"""Documents of a case, named by the hash of their bytes: an order as signed, a laboratory's report."""

from __future__ import annotations

from dataclasses import dataclass

from custody.attachments.content import Kind
from custody.handling.acts import act
from custody.handling.commands import Command, code, described, documents, label, text
from custody.handling.commands import Kind as Field
from custody.handling.desk import Desk
from custody.handling.errors import NotTogether, UnknownOrder
from custody.handling.naming import name
from custody.law.models import DestructionOrder


@dataclass(frozen=True, kw_only=True)
class Document(Command):
    """File documents: put papers of a case on record."""

    seizure: str = described(Field.SEIZURE, "Seizure")
    documents: tuple[str, ...] = documents()
    title: str = text("What they are")
    exhibit: str | None = label("About this unit", required=False)
    order: str | None = code("About the order of this number", required=False)


@act("document", "seizure.documented", Document)
def document(desk: Desk, command: Document) -> None:
    """One event on the seizure; it says which of its units or orders they are about.

    Raises:
        UnknownLabel, UnknownOrder: there is none that the actor may see.
        NotTogether: it is of another seizure.
    """
    seizure = desk.seizure(command.seizure)
    unit = desk.exhibits([command.exhibit], field="exhibit")[0] if command.exhibit else None
    order = _order(desk, command.order) if command.order else None
    for field, found, called in (
        ("exhibit", unit and unit.seizure_id, command.exhibit),
        ("order", order and order.seizure_id, command.order),
    ):
        if found and found != seizure.id:
            raise NotTogether(
                field=field,
                first=called,
                second=seizure.reference,
                why="documents are of one seizure",
            )
    named = name(desk, command.documents, Kind.DOCUMENT, field="documents")
    desk.record_seizure(
        seizure,
        seizure.id,
        "seizure.documented",
        {
            "attachments": named,
            "title": desk.text("title", command.title),
            "about": {
                "exhibit": str(unit.id) if unit else None,
                "order": str(order.id) if order else None,
            },
        },
    )


def _order(desk: Desk, number: str) -> DestructionOrder:
    found = DestructionOrder.objects.visible_to(desk.actor).filter(number=number).first()
    if found is None:
        raise UnknownOrder(field="order", number=number)
    return found
