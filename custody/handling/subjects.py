"""Which rows stand for what events are about, as far as one officer sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from custody.burning.models import Session
from custody.deadlines.models import Flag
from custody.handling.models import Proposal
from custody.inventories.models import Inventory
from custody.law.models import DestructionOrder, Hold
from custody.neutralising.models import ReagentLot, Run
from custody.people.models import Assignment, Officer
from custody.sampling.models import SamplingPlan
from custody.seizures.models import Exhibit, Seizure

_SEEN: Mapping[str, Callable[[Officer], QuerySet[Any]]] = {
    "exhibit": Exhibit.objects.visible_to,
    "seizure": Seizure.objects.visible_to,
    "order": DestructionOrder.objects.visible_to,
    "hold": Hold.objects.visible_to,
    "flag": Flag.objects.visible_to,
    "proposal": Proposal.objects.visible_to,
    "assignment": Assignment.objects.visible_to,
    "session": Session.objects.visible_to,
    "sampling_plan": SamplingPlan.objects.visible_to,
    "inventory": Inventory.objects.told_to,
    "reagent_lot": ReagentLot.objects.visible_to,
    "run": Run.objects.visible_to,
}


def rows_of(actor: Officer, subject_type: str) -> QuerySet[Any] | None:
    """The rows by which an officer sees the events about subjects of a type; None for none."""
    seen = _SEEN.get(subject_type)
    return seen(actor) if seen else None
