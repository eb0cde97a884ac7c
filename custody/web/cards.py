"""Cards: units as they stand on the board and in lists, gathered in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custody.deadlines.models import Flag
from custody.deadlines.queries import next_limits
from custody.deadlines.telling import telling
from custody.people.models import Officer
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seal
from custody.seizures.queries import set_out_from
from custody.seizures.reach import Reach, reach
from custody.web.faces import Face, face


@dataclass(frozen=True)
class Card:
    """One unit in a list."""

    exhibit: Exhibit
    reach: Reach
    face: Face | None
    seals: tuple[str, ...]
    flags: int
    set_out_from: str | None = None

    @property
    def on_the_road(self) -> bool:
        return _on_the_road(self.exhibit)

    @property
    def masked(self) -> bool:
        """On the road, for somebody who is told neither the way nor who drives."""
        return self.reach.masked and self.on_the_road

    @property
    def held(self) -> bool:
        return bool(self.exhibit.holds)


def _on_the_road(row: Exhibit) -> bool:
    return row.stage == Stage.IN_TRANSIT


def cards(officer: Officer, exhibits: Sequence[Exhibit], now: datetime) -> list[Card]:
    """A card for each of these rows, in their order, as the officer sees them."""
    reached = reach(officer, exhibits)
    ids = [row.id for row in exhibits]
    masked = {one for one, found in reached.items() if found.masked}
    hidden = telling() if masked else None
    limits = next_limits(ids, now, hidden=hidden, masked=masked)
    seals: dict[UUID, list[str]] = {}
    for seal in Seal.objects.filter(exhibit__in=ids, ended_at__isnull=True).order_by("number"):
        seals.setdefault(seal.exhibit_id, []).append(seal.number)
    flags: dict[UUID, set[UUID]] = {}
    for flag, owner, of in (
        Flag.objects.filter(exhibit__in=ids).open().values_list("id", "exhibit_id", "clock_id")
    ):
        # the levels of one clock are one trouble
        flags.setdefault(owner, set()).add(of or flag)
    told = [row.id for row in exhibits if _on_the_road(row) and not reached[row.id].masked]
    origins = set_out_from(told) if told else {}
    return [
        Card(
            exhibit=row,
            reach=reached[row.id],
            face=face(limits[row.id].clock, now, hidden if row.id in masked else None)
            if row.id in limits
            else None,
            seals=tuple(seals.get(row.id, ())),
            flags=len(flags.get(row.id, ())),
            set_out_from=origins.get(row.id),
        )
        for row in exhibits
    ]


def reached_by(found: Iterable[Card]) -> dict[UUID, Reach]:
    """The exhibits on cards, as the read log takes them."""
    return {card.exhibit.id: card.reach for card in found}
