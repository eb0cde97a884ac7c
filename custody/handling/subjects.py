"""Which rows stand for what events are about, as far as one officer sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from custody.deadlines.models import Flag
from custody.handling.models import Proposal
from custody.law.models import DestructionOrder, Hold
from custody.people.models import Assignment, Officer
from custody.sampling.models import SamplingPlan
from custody.seizures.models import Exhibit, Seizure

_TABLES: Mapping[str, Any] = {
    "exhibit": Exhibit,
    "seizure": Seizure,
    "order": DestructionOrder,
    "hold": Hold,
    "flag": Flag,
    "proposal": Proposal,
    "assignment": Assignment,
    "sampling_plan": SamplingPlan,
}


def rows_of(actor: Officer, subject_type: str) -> QuerySet[Any] | None:
    """The rows by which an officer sees the events about subjects of a type; None for none."""
    table = _TABLES.get(subject_type)
    return table.objects.visible_to(actor) if table else None
