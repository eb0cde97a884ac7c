"""What the planning board shows: sessions as columns, units or seizures as cards, as they stand or as a draft has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from custody.audit.words import said
from custody.planning.current import Current
from custody.planning.moving import NOWHERE
from custody.planning.rules import Cap, Reason, Slot, Unit
from custody.web.cards import Card
from custody.web.session_choices import called

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Item:
    """A card: one unit, or those of one seizure that are in the same session.

    Attributes:
        name: its label, or the seizure's reference.
        source: the session in which it is by record, or nowhere.
        number: of the column in which it is by record, as the form names it.
        proposed: the session into which a proposal puts it, if that is another one than the draft's.
        refused: why it could not be moved where somebody wanted it.
    """

    name: str
    units: list[Unit]
    cards: list[Card]
    source: str
    number: int = 0
    proposed: str | None = None
    refused: str | None = None
    moved: bool = False
    options: SafeString | None = None

    @property
    def field(self) -> str:
        return f"to {self.number} {self.name}"

    @property
    def card(self) -> Card:
        """The card of the unit that hurts first."""
        return min(self.cards, key=_urgency)

    @property
    def grams(self) -> int:
        return sum(one.grams for one in self.units)

    @property
    def obstacles(self) -> list[str]:
        """What stands in the way of burning it, each once."""
        alike: dict[str, list[str]] = {}
        for one in self.units:
            for each in one.obstacles:
                alike.setdefault(getattr(each.text, "template", each.text), []).append(each.text)
        return [
            said(first)
            if not more
            else _("{first} and {count} more").format(first=said(first), count=len(more))
            for first, *more in alike.values()
        ]

    @property
    def ready_at(self) -> datetime | None:
        """From when all of it may burn; None while nobody can say."""
        moments = [one.available_from for one in self.units]
        known = [one for one in moments if one is not None]
        return max(known) if len(known) == len(moments) and not self.obstacles else None

    @property
    def ready_minute(self) -> str:
        return "" if self.ready_at is None else str(int(self.ready_at.timestamp()) // 60)

    @property
    def loads(self) -> str:
        """What it adds to a session, for the page's script: substance, form, grams and place, each sort once."""
        sorts: dict[tuple[str, str, str], int] = {}
        for unit, card in zip(self.units, self.cards, strict=True):
            sort = (unit.substance, unit.form, "" if card.masked else unit.place)
            sorts[sort] = sorts.get(sort, 0) + unit.grams
        return ";".join(
            f"{substance}|{form}|{grams}|{place}"
            for (substance, form, place), grams in sorts.items()
        )

    @property
    def urgency(self) -> tuple[Any, ...]:
        return (*_urgency(self.card), self.name)


def _urgency(card: Card) -> tuple[bool, datetime]:
    face = card.face
    return (not (face and face.late), face.stands_at if face else _NEVER)


@dataclass
class Column:
    """A session, one that a proposal would have booked, or, first of all, what is in none.

    Attributes:
        number: by which the form names it.
        staged: grams of what is at the kiln already, which nobody moves any more.
    """

    id: str
    number: int
    slot: Slot | None = None
    cap: int = 0
    staged: int = 0
    state: str = ""
    crew: str | None = None
    vehicle: str | None = None
    crew_proposed: bool = False
    vehicle_grams: int | None = None
    items: list[Item] = field(default_factory=list)

    @property
    def title(self) -> str:
        return name_of(self.slot)

    @property
    def load(self) -> int:
        return self.staged + sum(one.grams for one in self.items)

    @property
    def room(self) -> int:
        return max(0, self.cap - self.load)

    @property
    def over(self) -> int:
        return max(0, self.load - self.cap)

    @property
    def percent(self) -> int:
        """How full it is, rounded up, so that nothing that is nearly full looks as if it had room."""
        return min(100, -(-self.load * 100 // self.cap)) if self.cap else 100

    @property
    def count(self) -> int:
        return sum(len(one.units) for one in self.items)

    @property
    def late(self) -> int:
        return sum(bool(card.face and card.face.late) for one in self.items for card in one.cards)

    @property
    def special(self) -> list[Cap]:
        """The caps that are not about everything."""
        caps = self.slot.caps if self.slot else ()
        return [one for one in caps if one.substance or one.form]

    @property
    def caps(self) -> str:
        """Its caps for the page's script: substance, form and grams, staged things taken off."""
        caps = self.slot.caps if self.slot else ()
        return ";".join(f"{one.substance or ''}|{one.form or ''}|{one.grams}" for one in caps)

    @property
    def unfetched(self) -> int:
        """How many units have to be fetched while nobody is planned to fetch them."""
        if self.slot is None or self.crew:
            return 0
        plant = self.slot.plant
        return sum(unit.place != plant for one in self.items for unit in one.units)

    @property
    def starts_minute(self) -> int:
        return int(self.slot.starts_at.timestamp()) // 60 if self.slot else 0


def name_of(slot: Slot | None) -> str:
    """A session as selects and sentences call it."""
    return called(slot.starts_at, slot.plant) if slot else _("Not planned")


def proposed_slots(proposal: Mapping[str, Any], found: Current) -> dict[str, Slot]:
    """The slots that a proposal would have booked and that nobody booked since, by name."""
    booked = {(one.plant, one.starts_at) for one in found.problem.slots}
    slots = {}
    for told in proposal.get("sessions", ()):
        starts, ends = (datetime.fromisoformat(told[name]) for name in ("starts_at", "ends_at"))
        if not told["booked"] and (told["plant"], starts) not in booked:
            slots[told["session"]] = Slot(
                id=told["session"],
                plant=told["plant"],
                fetching_at=starts,
                starts_at=starts,
                ends_at=ends,
                caps=(Cap(told["cap_grams"]),),
                booked=False,
            )
    return slots


def columns_of(
    found: Current, slots: Mapping[str, Slot], proposal: Mapping[str, Any]
) -> list[Column]:
    """The columns, still empty: what is in no session first, then the sessions as they come."""
    told = {one["session"]: one for one in proposal.get("sessions", ())}
    every = sorted([*found.problem.slots, *slots.values()], key=lambda one: (one.starts_at, one.id))
    columns = [Column(NOWHERE, 0)]
    for number, slot in enumerate(every, 1):
        row = found.rows.get(slot.id)
        left = next((cap.grams for cap in slot.caps if not (cap.substance or cap.form)), 0)
        if row is None:
            one = told[slot.id]
            columns.append(
                Column(slot.id, number, slot, left, crew=one["crew"], vehicle=one["vehicle"])
            )
            continue
        cap = int(row.permit.cap_grams)
        fetched = told.get(slot.id, {})
        proposed = row.crew_id is None and bool(fetched.get("fetch"))
        columns.append(
            Column(
                slot.id,
                number,
                slot,
                cap,
                staged=cap - left,
                state=row.state,
                crew=fetched["crew"] if proposed else row.crew_id,
                vehicle=row.vehicle_id or (fetched["vehicle"] if proposed else None),
                crew_proposed=proposed,
                vehicle_grams=int(row.vehicle.capacity_grams) if row.vehicle else None,
            )
        )
    return columns


def items_of(
    units: Sequence[Unit],
    cards: Mapping[str, Card],
    placed: Mapping[str, str],
    *,
    by_seizure: bool,
) -> dict[tuple[str, str, str], Item]:
    """The cards, by where they are by record, where the draft has them, and their names."""
    found: dict[tuple[str, str, str], Item] = {}
    for unit in units:
        if unit.label not in cards:
            continue
        name = unit.seizure if by_seizure else unit.label
        source, where = unit.fixed or NOWHERE, placed.get(unit.label, NOWHERE)
        item = found.setdefault((source, where, name), Item(name, [], [], source))
        item.units.append(unit)
        item.cards.append(cards[unit.label])
        item.moved = source != where
    return found


def fill(
    columns: Sequence[Column],
    items: Mapping[tuple[str, str, str], Item],
    *,
    proposed: Mapping[str, str],
    refused: Mapping[str, Reason],
) -> None:
    """Put the cards into their columns, what hurts first in front.

    Args:
        proposed: by label where the proposal has a unit, by a column's id.
        refused: by label why a unit stayed where it is.
    """
    by_id = {one.id: one for one in columns}
    options = {one.number: _options(columns, one.number) for one in columns}
    for (source, where, _name), item in items.items():
        item.number = by_id[source].number
        column = by_id[where]
        wanted = {proposed[one.label] for one in item.units if one.label in proposed}
        if len(wanted) == 1 and (only := wanted.pop()) != where and only in by_id:
            item.proposed = by_id[only].title
        item.refused = next(
            (said(refused[one.label].text) for one in item.units if one.label in refused), None
        )
        item.options = options[column.number]
        column.items.append(item)
    for one in columns:
        one.items.sort(key=lambda item: item.urgency)


def _options(columns: Sequence[Column], chosen: int) -> SafeString:
    """The same list for every card of a column: made once, since there are hundreds of cards."""
    return format_html_join(
        "",
        "<option value={}{}>{}</option>",
        ((one.number, " selected" if one.number == chosen else "", one.title) for one in columns),
    )


def reached(columns: Iterable[Column]) -> list[Card]:
    """Every card that is shown."""
    return [card for column in columns for item in column.items for card in item.cards]
