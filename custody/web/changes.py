"""What became of the units of a form between its opening and its sending: who did what, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody.audit.timeline import Happening, labels_in, timeline
from custody.audit.trails import trail_of
from custody.handling.commands import Command, Kind, describe
from custody.handling.models import RequestKey
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.seizures.reach import Reach
from custody.web.opened import Opened

#: Of so many units it is told what happened; of the others, that something did.
UNITS_TOLD = 6


@dataclass(frozen=True)
class Changes:
    """What is new on the units that an act names, as far as the officer may see it.

    Attributes:
        told: what happened to each of a few units, oldest first.
        others: how many more units changed.
    """

    told: list[tuple[Exhibit, list[Happening]]]
    others: int


def changed_since(
    officer: Officer, command: Command, opened: Opened | None, key: str
) -> list[Exhibit]:
    """The units of a command that are no longer what they were when its form was opened.

    Args:
        key: the form's: what it recorded itself, and whose answer was lost, is no change.
    """
    if opened is None:
        return []
    rows = {
        str(row.pk): row
        for row in Exhibit.objects.visible_to(officer).filter(label__in=set(_named(command)))
    }
    moved = set(
        Entry.objects.filter(
            subject_type="exhibit", subject_id__in=list(rows), seq__gt=opened.seq
        ).values_list("subject_id", flat=True)
    )
    # asked last: an act that is committed meanwhile is seen here if its events were seen above
    if not moved or RequestKey.objects.filter(officer=officer, key=key).exists():
        return []
    return sorted((rows[one] for one in moved), key=lambda row: row.label)


def tell(moved: list[Exhibit], reached: Mapping[UUID, Reach], opened: Opened) -> Changes:
    """What happened to these units after a form was opened.

    Args:
        reached: the reader's reach to each.
    """
    told = []
    for row in moved[:UNITS_TOLD]:
        steps = [one for one in trail_of(row, reached[row.id].shown) if one.seq > opened.seq]
        told.append((row, timeline(steps, labels_in(steps))))
    return Changes(told, len(moved) - len(told))


def _named(command: Any) -> Iterator[str]:
    """The labels in a command, in its rows too."""
    for name, description in describe(type(command)):
        value = getattr(command, name)
        if value is None:
            continue
        if description.kind is Kind.LABEL:
            yield value
        elif description.kind is Kind.LABELS:
            yield from value
        elif description.kind is Kind.ROWS:
            for row in value:
                yield from _named(row)
