"""An inventory held against the record: the population as it was opened on, and what moved since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custody.inventories.findings import (
    IN_ORDER,
    MOVING,
    Finding,
    of_scanned,
    of_unscanned,
    state_at,
    states_since,
)
from custody.inventories.models import Inventory, InventoryLine, SealedPopulation
from custody.inventories.sizes import Method, again, size
from custody.kit.errors import CustodyError
from custody.ledger.commitments import digest
from custody.ledger.events import Event
from custody.ledger.models import Entry
from custody.ledger.queries import sound_events
from custody.reading.models import Read
from custody.sampling.selection import draw
from custody.seizures.models import Exhibit
from custody.seizures.queries import outermost
from custody.seizures.states import ExhibitState

#: Below these addresses the list to look for is told; whoever opens it has looked nothing up.
OWN_ROUTES = "inventories/"


class SealBroken(CustodyError):
    """The list on which inventory {inventory} was opened is not the one that its event commits to."""

    code = "seal_broken"
    category = "conflict"


@dataclass(frozen=True)
class Compared:
    """What an inventory found.

    Attributes:
        findings: by label, of whatever was scanned, and of what was looked for and not scanned.
        figures: the same in numbers.
    """

    findings: Mapping[str, Finding]
    figures: Mapping[str, int]

    @property
    def wrong(self) -> bool:
        """Whether anything has to be looked into."""
        return bool({*self.findings.values()} - IN_ORDER or self.figures["unlabelled"])


def population_of(inventory: Inventory) -> SealedPopulation:
    """What should be there.

    Raises:
        SealBroken: it was changed since the inventory was opened.
    """
    found = SealedPopulation.objects.get(pk=inventory.pk)
    if digest(found.salt, "population", found.text) != inventory.population_digest:
        raise SealBroken(inventory=inventory.pk)
    return found


def draw_of(inventory: Inventory, labels: Sequence[str]) -> list[str]:
    """The labels to look for, in the order of the draw: those of the inventory's seed.

    Args:
        inventory: one that draws a sample.
        labels: its population.
    """
    if inventory.first:
        count = again(len(inventory.first.drawn or ()), len(labels))
    else:
        count = size(Method(inventory.method), len(labels))
    return draw(labels, seed=inventory.seed, count=count)


def wanted_of(inventory: Inventory, population: SealedPopulation) -> set[str]:
    """What has to be seen: the sample, or everything."""
    return {*(inventory.drawn or ())} if inventory.sampled else {*population.labels}


def compare(
    inventory: Inventory,
    population: SealedPopulation,
    lines: Collection[InventoryLine],
    states: Mapping[str, ExhibitState],
) -> Compared:
    """Hold what was scanned against the record.

    Args:
        inventory: locked.
        population: what should have been there when it was opened.
        lines: what was scanned.
        states: every unit that was scanned or is looked for, by label, locked; a label that is missing here is
            no unit's.
    """
    place = str(inventory.place_id)
    trails = _moved_since(inventory, [state.id for state in states.values()])
    then: dict[str, ExhibitState | None] = {}
    for line in lines:
        now = states.get(line.label)
        trail = trails.get(now.id) if now else None
        assert line.counted_at is not None
        then[line.label] = state_at(trail, line.counted_at) if trail else now
    moments = {line.label: line.counted_at for line in lines if line.counted_at}
    here = _here(inventory, [(one, moments[label]) for label, one in then.items() if one])
    findings = {
        label: of_scanned(state, here=state is not None and state.id in here)
        for label, state in then.items()
    }
    wanted = wanted_of(inventory, population)
    for label in sorted(wanted - findings.keys()):
        state = states[label]
        trail = trails.get(state.id)
        during = states_since(trail, inventory.opened_at) if trail else [state]
        findings[label] = of_unscanned(during, place)
    seen = Exhibit.objects.filter(label__in=population.labels).values_list("pk", flat=True)
    counts = {one.value: 0 for one in Finding}
    for finding in findings.values():
        counts[finding.value] += 1
    figures = {
        "population": len(population.labels),
        "looked_for": len(wanted),
        "scanned": len(lines),
        "scanned_blind": sum(line.blind for line in lines),
        **counts,
        "unlabelled": inventory.unlabelled,
        "looked_up": len(_looked_up(inventory, {*seen})),
    }
    return Compared(findings, figures)


def _moved_since(inventory: Inventory, ids: Collection[UUID]) -> dict[UUID, list[Event]]:
    """The trails of those of these units that may have moved since it was opened."""
    opened = Entry.objects.get(
        subject_type="inventory", subject_id=str(inventory.pk), previous__isnull=True
    )
    own = Entry.objects.filter(subject_type="exhibit", subject_id__in=[str(one) for one in ids])
    moved = own.filter(kind__in=MOVING, seq__gt=opened.seq).values_list("subject_id", flat=True)
    trails: dict[UUID, list[Event]] = {}
    entries = Entry.objects.filter(subject_type="exhibit", subject_id__in=set(moved))
    for event in sound_events(entries.order_by("seq")):
        trails.setdefault(UUID(event.subject.id), []).append(event)
    return trails


def _here(inventory: Inventory, scanned: Collection[tuple[ExhibitState, datetime]]) -> set[UUID]:
    """Those of these units that were at the place by the record when they were scanned, by themselves or by what they
    were inside of."""
    around = outermost({state.within_id for state, _ in scanned if state.within_id})
    held = Exhibit.objects.in_bulk({*around.values()})
    trails = _moved_since(inventory, {*around.values()})

    def place_of(state: ExhibitState, at: datetime) -> str | None:
        if state.within_id is None:
            return state.place_id
        top = held[around[state.within_id]]
        trail = trails.get(top.id)
        before = state_at(trail, at) if trail else None
        return before.place_id if before else top.place_id

    return {state.id for state, at in scanned if place_of(state, at) == inventory.place_id}


def _looked_up(inventory: Inventory, population: set[UUID]) -> set[UUID]:
    """Units that who counted looked up in the record meanwhile: so far it was no blind count."""
    shown = Read.objects.filter(
        badge__in=inventory.counters,
        read_at__gte=inventory.opened_at,
        read_at__lte=inventory.last_at,
    ).exclude(route__contains=OWN_ROUTES)
    read = {one for several in shown.values_list("objects_shown", flat=True) for one in several}
    return read & population
