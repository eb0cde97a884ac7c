"""Gathering the gate's facts: for any number of units in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from datetime import date, datetime
from uuid import UUID

from custody.law.gate import Content, Facts, SampleKept
from custody.law.models import DestructionOrder
from custody.seizures.lifecycle import LIVE, SAMPLE_FORMS, Form, Stage
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.queries import contents_of, outermost
from custody.seizures.states import ExhibitState, SeizureState

_KEPT = [stage.value for stage in LIVE - {Stage.MISSING}]


def facts_for(units: Sequence[ExhibitState], at: datetime, now: datetime) -> dict[UUID, Facts]:
    """The facts about each unit as they stand.

    Args:
        units: handling units.
        at: when the deed is done: an order counts if it was given by then.
        now: when it is recorded. An investigation that is open at either moment is open.
    """
    inside = contents_of([unit.id for unit in units])
    inner = Exhibit.objects.in_bulk([one for ids in inside.values() for one in ids])
    seizures = Seizure.objects.in_bulk({unit.seizure_id for unit in units})
    samples = _samples(seizures)
    named = {order for unit in units for order in unit.orders}
    named |= {order for row in inner.values() for order in row.orders}
    in_force = DestructionOrder.objects.filter(revoked_at__isnull=True, given_at__lte=at).in_bulk(
        named
    )
    result = {}
    for unit in units:
        rows = sorted((inner[one] for one in inside[unit.id]), key=lambda row: row.label)
        naming = {*unit.orders, *(order for row in rows for order in row.orders)}
        seizure = seizures[unit.seizure_id]
        result[unit.id] = Facts(
            unit=_content(unit, in_force),
            contents=[_content(row, in_force) for row in rows],
            samples=[kept for top, kept in samples[unit.seizure_id] if top != unit.id],
            custodian=unit.custodian_unit,
            investigation_open=any(investigation_open(seizure, day.date()) for day in (at, now)),
            authorised=all(in_force[one].judge_authorisation for one in naming if one in in_force),
        )
    return result


def _content(one: ExhibitState | Exhibit, in_force: Container[UUID]) -> Content:
    return Content(
        one.label,
        Form(one.form),
        held=bool(one.holds),
        ordered=any(order in in_force for order in one.orders),
        disputed=one.disputed,
    )


def _samples(seizures: Collection[UUID]) -> dict[UUID, list[tuple[UUID, SampleKept]]]:
    """By seizure: each sample that is kept, with the handling unit that it is or is in, and whose hands that is in."""
    rows = list(
        Exhibit.objects.filter(seizure__in=seizures, form__in=[form.value for form in SAMPLE_FORMS])
    )
    packed = [row.id for row in rows if row.within_id]
    tops = outermost(packed) if packed else {}
    around = Exhibit.objects.in_bulk(set(tops.values())) if tops else {}
    result: dict[UUID, list[tuple[UUID, SampleKept]]] = {one: [] for one in seizures}
    for row in rows:
        top = around[tops[row.id]] if row.id in tops else row
        if top.stage in _KEPT:
            kept = SampleKept(Form(row.form), top.custodian_unit)
            result[row.seizure_id].append((top.id, kept))
    return result


def investigation_open(seizure: Seizure | SeizureState, on: date) -> bool:
    """Whether a judicial investigation of the seizure runs on a day."""
    opened, closed = seizure.investigation_opened_on, seizure.investigation_closed_on
    day = on.isoformat()
    return opened is not None and opened <= day and (closed is None or day < closed)
