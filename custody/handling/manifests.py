"""Manifests: what passes from hand to hand, as the record has it, for both sides to check it by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from custody.handling.models import Proposal
from custody.ledger.events import Event
from custody.ledger.models import Entry
from custody.ledger.queries import sound_events
from custody.seizures.models import Exhibit, Seal
from custody.seizures.projection import reading, steps
from custody.seizures.queries import contents_of, seals_of


@dataclass(frozen=True)
class Item:
    """One unit of a manifest.

    Attributes:
        seals: those that it bears unbroken, and those that it bore.
        weighed_at: when its masses were last read.
        inside: by form, how many exhibits are inside it, however deep.
        objection: why it was not taken, where it was not.
    """

    exhibit: Exhibit
    seals: tuple[Seal, ...]
    weighed_at: datetime | None
    inside: Mapping[str, int]
    objection: str | None = None

    @property
    def borne(self) -> list[Seal]:
        """The seals that are on it."""
        return [seal for seal in self.seals if seal.ended_at is None]

    @property
    def gone(self) -> list[Seal]:
        """The seals that were on it."""
        return [seal for seal in self.seals if seal.ended_at is not None]


@dataclass(frozen=True)
class Manifest:
    """Units with what they add up to."""

    items: tuple[Item, ...]

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def inside(self) -> int:
        """How many exhibits are inside the units."""
        return sum(sum(item.inside.values()) for item in self.items)

    @property
    def seals(self) -> int:
        return sum(len(item.borne) for item in self.items)

    @property
    def gross_grams(self) -> Decimal:
        """Of the units that were weighed."""
        return sum((item.exhibit.gross_grams or Decimal(0) for item in self.items), Decimal(0))

    @property
    def unweighed(self) -> int:
        return sum(item.exhibit.gross_grams is None for item in self.items)

    @property
    def taken(self) -> list[Item]:
        return [item for item in self.items if item.objection is None]

    @property
    def left(self) -> list[Item]:
        return [item for item in self.items if item.objection is not None]


def manifest(exhibits: Sequence[Exhibit], objections: Mapping[UUID, str] | None = None) -> Manifest:
    """The manifest of these units, in their order; four queries.

    Args:
        exhibits: handling units that the reader may see.
        objections: why some of them were not taken, by id.
    """
    ids = [row.id for row in exhibits]
    seals = seals_of(exhibits)
    weighed = _weighed_at(ids)
    inside = _inside(ids)
    return Manifest(
        tuple(
            Item(
                row,
                tuple(seals[row.id]),
                weighed.get(row.id),
                inside[row.id],
                (objections or {}).get(row.id),
            )
            for row in exhibits
        )
    )


def objections_to(proposal: Proposal) -> dict[UUID, str]:
    """Why units of a proposal were not taken when the others were, by exhibit."""
    entries = Entry.objects.filter(
        act_id=proposal.act_id, kind="proposal.refused", subject_type="exhibit"
    )
    return {
        UUID(event.subject.id): str(event.payload["objection"]) for event in sound_events(entries)
    }


def _weighed_at(ids: Collection[UUID]) -> dict[UUID, datetime]:
    entries = Entry.objects.filter(
        subject_type="exhibit", subject_id__in=[str(one) for one in ids]
    ).order_by("subject_id", "seq")
    found = {
        UUID(exhibit): _last_reading(own)
        for exhibit, own in groupby(sound_events(entries), key=lambda one: one.subject.id)
    }
    return {one: at for one, at in found.items() if at}


def _last_reading(events: Iterable[Event]) -> datetime | None:
    """When the last reading that counts was taken, of the events of one exhibit."""
    found = None
    for _, event, _ in steps(list(events)):
        told: Any = event.payload
        if "gross_grams" in reading(told.get("exhibit", told)):
            found = event.occurred_at
    return found


def _inside(ids: Collection[UUID]) -> dict[UUID, Mapping[str, int]]:
    contents = contents_of(ids)
    inner = {one for several in contents.values() for one in several}
    forms = dict(Exhibit.objects.filter(pk__in=inner).values_list("pk", "form"))
    # no Counter for the reader: it has an answer to every name, where a template asks for its items
    return {
        one: dict(Counter(forms[inner] for inner in several)) for one, several in contents.items()
    }
