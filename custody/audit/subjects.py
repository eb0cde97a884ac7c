"""Every kind of row that events make, and how: what the replay compares and the rebuild writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from custody.burning.models import Crew, Permit, Session, VehicleCapacity
from custody.burning.projection import fold_session
from custody.deadlines.models import Clock, Flag, Policy
from custody.deadlines.projection import fold_flag
from custody.deadlines.rows import clock_columns
from custody.deadlines.rules import clocks_along
from custody.deadlines.services import adopted_policies
from custody.inventories.models import Inventory, InventoryLine
from custody.inventories.projection import replay_inventory
from custody.law.models import DestructionOrder, Hold, Profile
from custody.law.projection import fold_hold, fold_order
from custody.ledger.adoption import Adopted
from custody.ledger.erasing import SUBJECT, erasure_columns
from custody.ledger.events import Event
from custody.ledger.models import Erasure
from custody.ledger.witnesses import Witness
from custody.neutralising.models import Protocol, ReagentLot, Run, TreatedUnit
from custody.neutralising.projection import fold_lot, run_columns, treated_columns
from custody.people.models import Agency, Assignment, Officer, Unit
from custody.places.models import Place, Scale
from custody.reading.digests import digest_columns
from custody.reading.models import DigestedMinute
from custody.sampling.models import SamplingPlan
from custody.seizures import rows
from custody.seizures.models import Exhibit, Origin, Seal, Seizure
from custody.seizures.projection import exhibit_after, replay_seizure, steps

Columns = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """What the events of one subject make: its row's columns by attribute name, and those of further rows."""

    row: Columns
    attached: Mapping[type[models.Model], Sequence[Columns]] = field(default_factory=dict)


#: All events of one subject, oldest first, to what they make.
Replay = Callable[[Sequence[Event]], Made]


@dataclass(frozen=True)
class SubjectRows:
    """The rows that stand for one type of subject.

    Attributes:
        subject_type: as events name it.
        model: its table.
        key: the row's primary key from the subject's id.
        replayer: gives the replay; called once a walk, after the rows before it in :data:`SUBJECTS` are made.
        attached: tables of further rows, by the attribute that names the subject.
    """

    subject_type: str
    model: type[models.Model]
    key: Callable[[str], Any]
    replayer: Callable[[], Replay]
    attached: Mapping[type[models.Model], str] = field(default_factory=dict)


def _plainly(columns: Callable[[Sequence[Event]], Columns]) -> Callable[[], Replay]:
    return lambda: lambda events: Made(columns(events))


def _folded(fold: Callable[[Columns | None, Event], Columns]) -> Callable[[], Replay]:
    """By a fold, event by event, from nothing on."""

    def columns(events: Sequence[Event]) -> Columns:
        found: Columns | None = None
        for event in events:
            found = fold(found, event)
        assert found is not None
        return found

    return _plainly(columns)


def _adopted(model: type[Adopted]) -> SubjectRows:
    return SubjectRows(model.subject_type, model, str, _plainly(model.fold))


def _seizure(events: Sequence[Event]) -> Columns:
    state = replay_seizure(events)
    assert state is not None
    return rows.seizure_columns(state)


def _run(events: Sequence[Event]) -> Made:
    return Made(run_columns(events), {TreatedUnit: treated_columns(events)})


def _exhibits() -> Replay:
    policies = adopted_policies()

    def replay(events: Sequence[Event]) -> Made:
        trail = list(steps(events))
        state = exhibit_after(events, trail)
        return Made(
            rows.exhibit_columns(state),
            {
                Seal: [{**rows.seal_columns(one), "exhibit_id": state.id} for one in state.seals],
                Origin: rows.origin_columns(events),
                Clock: [clock_columns(one) for one in clocks_along(trail, policies).values()],
            },
        )

    return replay


def _inventory(events: Sequence[Event]) -> Made:
    row, lines = replay_inventory(events)
    return Made(row, {InventoryLine: lines})


_KNOWN = {
    one.subject_type: one
    for one in (
        _adopted(Agency),
        _adopted(Unit),
        _adopted(Officer),
        _adopted(Assignment),
        _adopted(Place),
        _adopted(Scale),
        _adopted(Permit),
        _adopted(Crew),
        _adopted(VehicleCapacity),
        _adopted(Policy),
        _adopted(Profile),
        _adopted(Witness),
        SubjectRows("seizure", Seizure, UUID, _plainly(_seizure)),
        SubjectRows(
            "exhibit",
            Exhibit,
            UUID,
            _exhibits,
            {Seal: "exhibit_id", Origin: "exhibit_id", Clock: "exhibit_id"},
        ),
        SubjectRows("order", DestructionOrder, UUID, _folded(fold_order)),
        SubjectRows("hold", Hold, UUID, _folded(fold_hold)),
        SubjectRows("session", Session, UUID, _folded(fold_session)),
        SubjectRows(SUBJECT, Erasure, str, _plainly(erasure_columns)),
        _adopted(SamplingPlan),
        SubjectRows(
            "inventory",
            Inventory,
            UUID,
            lambda: _inventory,
            {InventoryLine: "inventory_id"},
        ),
        _adopted(Protocol),
        SubjectRows("reagent_lot", ReagentLot, str, _folded(fold_lot)),
        SubjectRows("run", Run, UUID, lambda: _run, {TreatedUnit: "run_id"}),
        SubjectRows("reads", DigestedMinute, str, _plainly(digest_columns)),
        SubjectRows("flag", Flag, UUID, _folded(fold_flag)),
    )
}

#: In an order in which rows can be written: what others refer to comes first. What rooms above this one adopt
#: is found by what it is, and refers to what is known here.
SUBJECTS: Mapping[str, SubjectRows] = _KNOWN | {
    model.subject_type: _adopted(model)
    for model in apps.get_models()
    if issubclass(model, Adopted) and model.subject_type not in _KNOWN
}
