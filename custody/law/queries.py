"""Gathering the gate's facts: for any number of units in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from custody.law.gate import Content, Facts, SampleKept
from custody.law.models import DestructionOrder
from custody.seizures.lifecycle import LIVE, SAMPLE_FORMS, Form, Stage
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.queries import contents_of
from custody.seizures.states import ExhibitState, SeizureState

_KEPT = [stage.value for stage in LIVE - {Stage.MISSING}]


def facts_for(units: Sequence[ExhibitState], on: date) -> dict[UUID, Facts]:
    """The facts about each unit as they stand, judged on a day.

    Args:
        units: handling units.
        on: the day by which an investigation is open or closed.
    """
    inside = contents_of([unit.id for unit in units])
    inner = Exhibit.objects.in_bulk([one for ids in inside.values() for one in ids])
    seizures = Seizure.objects.in_bulk({unit.seizure_id for unit in units})
    samples: dict[UUID, list[SampleKept]] = {}
    for row in Exhibit.objects.filter(
        seizure__in=seizures,
        form__in=[form.value for form in SAMPLE_FORMS],
        stage__in=_KEPT,
    ):
        samples.setdefault(row.seizure_id, []).append(SampleKept(Form(row.form), row.custodian_id))
    named = {order for unit in units for order in unit.orders}
    named |= {order for row in inner.values() for order in row.orders}
    in_force = DestructionOrder.objects.filter(revoked_at__isnull=True).in_bulk(named)
    result = {}
    for unit in units:
        rows = {one: inner[one] for one in inside[unit.id]}
        naming = [*unit.orders, *(order for row in rows.values() for order in row.orders)]
        orders = {order for order in naming if order in in_force}
        result[unit.id] = Facts(
            unit=Content(
                unit.label,
                unit.form,
                bool(unit.holds),
                any(order in in_force for order in unit.orders),
                container=bool(rows),
            ),
            contents=_contents(unit, rows, set(in_force)),
            samples=samples.get(unit.seizure_id, []),
            custodian=unit.custodian_id,
            investigation_open=investigation_open(seizures[unit.seizure_id], on),
            authorised=all(in_force[order].judge_authorisation for order in orders),
        )
    return result


def _contents(unit: ExhibitState, rows: dict[UUID, Exhibit], in_force: set[UUID]) -> list[Content]:
    def ordered(row: Exhibit) -> bool:
        if in_force & set(row.orders):
            return True
        if row.within_id == unit.id:
            return bool(in_force & set(unit.orders))
        return row.within_id is not None and ordered(rows[row.within_id])

    containers = {row.within_id for row in rows.values()}
    return [
        Content(row.label, Form(row.form), bool(row.holds), ordered(row), row.id in containers)
        for row in sorted(rows.values(), key=lambda row: row.label)
    ]


def investigation_open(seizure: Seizure | SeizureState, on: date) -> bool:
    """Whether a judicial investigation of the seizure runs on a day."""
    opened, closed = seizure.investigation_opened_on, seizure.investigation_closed_on
    day = on.isoformat()
    return opened is not None and opened <= day and (closed is None or day < closed)
