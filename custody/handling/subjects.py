"""Which rows stand for what events are about, as far as one officer sees them."""

from __future__ import annotations

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


def rows_of(actor: Officer, subject_type: str) -> QuerySet[Any] | None:
    """The rows by which an officer sees the events about subjects of a type; None for none."""
    if subject_type == "exhibit":
        return Exhibit.objects.visible_to(actor)
    if subject_type == "seizure":
        return Seizure.objects.visible_to(actor)
    if subject_type == "order":
        return DestructionOrder.objects.visible_to(actor)
    if subject_type == "hold":
        return Hold.objects.visible_to(actor)
    if subject_type == "flag":
        return Flag.objects.visible_to(actor)
    if subject_type == "proposal":
        return Proposal.objects.visible_to(actor)
    if subject_type == "assignment":
        return Assignment.objects.visible_to(actor)
    if subject_type == "session":
        return Session.objects.visible_to(actor)
    if subject_type == "sampling_plan":
        return SamplingPlan.objects.visible_to(actor)
    if subject_type == "inventory":
        return Inventory.objects.told_to(actor)
    if subject_type == "reagent_lot":
        return ReagentLot.objects.visible_to(actor)
    if subject_type == "run":
        return Run.objects.visible_to(actor)
    return None
