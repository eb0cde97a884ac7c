"""Every kind of row that events make, and how: what the replay compares and the rebuild writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from custody.deadlines.models import Clock, Flag, Policy
from custody.deadlines.projection import replay_flag
from custody.deadlines.rows import clock_columns
from custody.deadlines.rules import replay_clocks
from custody.deadlines.services import adopted_policies
from custody.law.models import DestructionOrder, Hold
from custody.law.projection import replay_hold, replay_order
from custody.ledger.adoption import Adopted
from custody.ledger.events import Event
from custody.people.models import Agency, Officer, Unit
from custody.places.models import Place, Scale
from custody.seizures import rows
from custody.seizures.models import Exhibit, Seal, Seizure
from custody.seizures.projection import replay_exhibit, replay_seizure

Columns = dict[str, Any]


@dataclass(frozen=True)
class Attached:
    """Rows that hang on a subject's own.

    Attributes:
        model: their table.
        owner: the attribute that names the subject.
        replay: the columns of each, by attribute name, from all events of the subject, oldest first.
    """

    model: type[models.Model]
    owner: str
    replay: Callable[[Sequence[Event]], Sequence[Columns]]


@dataclass(frozen=True)
class SubjectRows:
    """The rows that stand for one type of subject.

    Attributes:
        subject_type: as events name it.
        model: its table.
        key: the row's primary key from the subject's id.
        replay: the row's columns, by attribute name, from all events of the subject, oldest first.
        attached: further rows that the same events make.
    """

    subject_type: str
    model: type[models.Model]
    key: Callable[[str], Any]
    replay: Callable[[Sequence[Event]], Columns]
    attached: tuple[Attached, ...] = ()


def _adopted(model: type[Adopted]) -> SubjectRows:
    return SubjectRows(model.subject_type, model, str, model.fold)


def _seizure(events: Sequence[Event]) -> Columns:
    state = replay_seizure(events)
    assert state is not None
    return rows.seizure_columns(state)


def _exhibit(events: Sequence[Event]) -> Columns:
    return rows.exhibit_columns(replay_exhibit(events))


def _seals(events: Sequence[Event]) -> list[Columns]:
    state = replay_exhibit(events)
    return [{**rows.seal_columns(seal), "exhibit_id": state.id} for seal in state.seals]


def _clocks(events: Sequence[Event]) -> list[Columns]:
    return [clock_columns(one) for one in replay_clocks(events, adopted_policies()).values()]


#: In an order in which rows can be written: what others refer to comes first.
SUBJECTS: Mapping[str, SubjectRows] = {
    one.subject_type: one
    for one in (
        _adopted(Agency),
        _adopted(Unit),
        _adopted(Officer),
        _adopted(Place),
        _adopted(Scale),
        _adopted(Policy),
        SubjectRows("seizure", Seizure, UUID, _seizure),
        SubjectRows(
            "exhibit",
            Exhibit,
            UUID,
            _exhibit,
            (Attached(Seal, "exhibit_id", _seals), Attached(Clock, "exhibit_id", _clocks)),
        ),
        SubjectRows("order", DestructionOrder, UUID, replay_order),
        SubjectRows("hold", Hold, UUID, replay_hold),
        SubjectRows("flag", Flag, UUID, replay_flag),
    )
}
