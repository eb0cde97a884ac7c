"""How near a reader is to an exhibit, and how much of it they are shown (need to know)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from custody.people.models import Officer
from custody.people.rights import Relation, Shown
from custody.places.models import Place
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.queries import outermost

#: Events by which something leaves, arrives or changes hands on its way, and what of them only says from where to where,
#: and by whom: that a masked reader never learns, and of when the day alone.
TRANSPORT: Mapping[str, frozenset[str]] = {
    "exhibit.dispatched": frozenset(
        {"vehicle", "destination", "custodian", "concerns", "parted", "reading", "checked_by"}
    ),
    "exhibit.received": frozenset({"concerns", "parted"}),
    "exhibit.handed_over": frozenset({"concerns", "parted"}),
    "exhibit.withdrawn": frozenset(),
    "exhibit.staged": frozenset({"session"}),
    "exhibit.taken_back": frozenset(),
}
WAYS = frozenset(TRANSPORT)


@dataclass(frozen=True)
class Reach:
    """What a reader has to do with one thing.

    Attributes:
        relation: the strongest that holds.
        shown: how much of it they get.
        purpose: why they read it, if they said so.
    """

    relation: Relation
    shown: Shown
    purpose: str | None = None

    @property
    def masked(self) -> bool:
        return self.shown is not Shown.WHOLE


def reach(actor: Officer, exhibits: Sequence[Exhibit]) -> dict[UUID, Reach]:
    """A reader's reach to each of these exhibits, by id; two queries at most.

    Args:
        actor: who reads.
        exhibits: rows that they may see. Custody of one in a container is that of the container.
    """
    inner = [row.id for row in exhibits if row.within_id]
    tops = outermost(inner) if inner else {}
    around = Exhibit.objects.in_bulk(set(tops.values())) if tops else {}
    units = {row.id: around[tops[row.id]] if row.id in tops else row for row in exhibits}
    bound = {unit.destination_id for unit in units.values() if unit.destination_id}
    keepers = {
        place.code: place.unit_id for place in (Place.objects.filter(pk__in=bound) if bound else ())
    }
    return {row.id: _of(actor, row, units[row.id], keepers) for row in exhibits}


def _of(actor: Officer, row: Exhibit, unit: Exhibit, keepers: Mapping[str, str]) -> Reach:
    hands = {unit.custodian_unit, keepers.get(unit.destination_id or "", "")}
    concerned = {*row.concerned, *unit.concerned}
    if hands & actor.on_duty_for:
        relation = Relation.CUSTODY
    else:
        relation = _relation(actor, row.seizure_id, concerned)
    return _shown(actor, row.seizure_id, relation)


def reach_to_seizures(actor: Officer, seizures: Sequence[Seizure]) -> dict[UUID, Reach]:
    """A reader's reach to each of these seizures, by id."""
    return {
        row.id: _shown(actor, row.id, _relation(actor, row.id, set(row.concerned)))
        for row in seizures
    }


def _relation(actor: Officer, case: UUID, concerned: set[str]) -> Relation:
    if case in actor.cases:
        return Relation.CASE
    if concerned & {actor.unit_id, *actor.on_duty_for}:
        return Relation.UNIT
    # What is seen at all concerns at least the agency, or a unit through something in it.
    return Relation.AGENCY if actor.unit.agency_id in concerned else Relation.UNIT


def _shown(actor: Officer, case: UUID, relation: Relation) -> Reach:
    shown = actor.shown(relation)
    purpose = actor.purposes.get(case)
    if purpose and shown is not Shown.NOTHING:
        shown = Shown.WHOLE
    return Reach(relation, shown, purpose)


def seen_whole(actor: Officer, prefix: str = "") -> Q:
    """Handling units that are shown to a reader whole, as a condition that agrees with :func:`reach`.

    Args:
        prefix: how a query names the exhibit, if it is about something else.
    """
    near: list[tuple[str, Collection[object]]] = []
    if actor.shown(Relation.CUSTODY) is Shown.WHOLE:
        units = actor.on_duty_for
        near += [("custodian_unit__in", units), ("destination__unit__in", units)]
    if actor.shown(Relation.CASE) is Shown.WHOLE:
        near.append(("seizure__in", actor.cases))
    near.append(("seizure__in", list(actor.purposes)))
    found = Q(pk__in=[])
    for name, values in near:
        found |= Q(**{f"{prefix}{name}": values})
    return found
