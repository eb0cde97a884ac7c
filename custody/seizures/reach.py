"""How near a reader is to an exhibit, and how much of it they are shown (need to know)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, Func, JSONField, OuterRef, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from custody.ledger.models import Entry
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
#: The acts that record them.
WAY_ACTS = frozenset({"dispatch", "receive", "hand_over", "withdraw", "stage", "take_back"})
#: What says that one of these was proposed and did not come about.
CAME_TO_NOTHING = frozenset({"proposal.lapsed", "proposal.refused"})


def by_a_way(event: str) -> Exists:
    """Condition: it was on its way that an event was put down, in one act with it or with a proposal of it that came to
    nothing. What differs on arrival is reported so, and its moment is that of the arrival.

    Args:
        event: how a query names the event's id.
    """
    told = Cast(Func(F("body"), Value("UTF8"), function="convert_from"), JSONField())
    ways = Entry.objects.alias(told=told, act=KT("told__payload__act")).filter(
        Q(kind__in=WAYS) | Q(kind__in=CAME_TO_NOTHING, act__in=WAY_ACTS),
        act_id=OuterRef("act_id"),
    )
    return Exists(Entry.objects.filter(Exists(ways), event_id=OuterRef(event)))


def put_down_by_a_way(events: Collection[UUID]) -> frozenset[UUID]:
    """Those of these events that were put down on the way; see :func:`by_a_way`."""
    if not events:
        return frozenset()
    rows = Entry.objects.filter(by_a_way("event_id"), event_id__in=events)
    return frozenset(rows.values_list("event_id", flat=True))


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

    What is in a container has the custody of the container: of that it asks no further, and takes it for masked.

    Args:
        prefix: how a query names the exhibit, if it is about something else.
    """
    near: list[tuple[str, Collection[object]]] = []
    found = Q(pk__in=[])
    if actor.shown(Relation.CUSTODY) is Shown.WHOLE:
        units = actor.on_duty_for
        hands = Q(**{f"{prefix}custodian_unit__in": units})
        bound = Q(**{f"{prefix}destination__unit__in": units})
        found |= Q(**{f"{prefix}within__isnull": True}) & (hands | bound)
    if actor.shown(Relation.CASE) is Shown.WHOLE:
        near.append(("seizure__in", actor.cases))
    near.append(("seizure__in", list(actor.purposes)))
    for name, values in near:
        found |= Q(**{f"{prefix}{name}": values})
    return found
