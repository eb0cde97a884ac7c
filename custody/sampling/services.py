"""Adopting a sampling plan: the lot is settled, then the seed is drawn, and all of it is one event."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import transaction

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.sampling.models import SamplingPlan
from custody.sampling.plans import Method, Plan, Prior
from custody.sampling.selection import ALGORITHM, draw, new_seed
from custody.seizures.labels import UnknownLabel
from custody.seizures.lifecycle import LIVE, SAMPLE_FORMS, Stage
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.queries import contents_of, outermost

_THERE = LIVE - {Stage.MISSING}
#: As many as a batch of acts, or a list of units, can name.
LARGEST_LOT = 1_000


class NoLot(CustodyError):
    """Nothing of {seizure} is there to be sampled."""

    code = "no_lot"
    category = "conflict"


class LotTooLarge(CustodyError):
    """{units} units are more than one lot may have here: at most {most}."""

    code = "lot_too_large"


class NotInLot(CustodyError):
    """{label} cannot be in this lot: {why}."""

    code = "not_in_lot"
    category = "conflict"


class LotNotInHands(CustodyError):
    """{label} is in the hands of {unit}: who has a lot plans its sampling."""

    code = "lot_not_in_hands"
    category = "forbidden"


@transaction.atomic
def adopt_plan(
    actor: Officer,
    *,
    seizure: Seizure,
    labels: Sequence[str] | None,
    method: Method,
    share: Decimal,
    confidence: Decimal,
    negatives: int = 0,
    prior: Prior | None = None,
    code: UUID | None = None,
) -> SamplingPlan:
    """Plan the sampling of a lot, and draw the units to examine by a new seed.

    Args:
        actor: who plans; may sample, and has every unit of the lot in hand.
        seizure: which the actor may see.
        labels: the lot; every unit of the seizure that is there and holds no other, if left out.
        method, share, confidence, negatives, prior: see :class:`Plan`.
        code: the id to record it under; a new one, unless told.

    Raises:
        RightMissing, LotNotInHands: the actor may not.
        UnknownLabel, NoLot, LotTooLarge, NotInLot: these units are no lot.
        InvalidSamplingPlan, OutOfReach: there is no such plan for them.
    """
    actor.require(Right.SAMPLE)
    lot = _lot(actor, seizure, labels)
    plan = Plan(
        method=method,
        units=len(lot),
        share=Fraction(share),
        confidence=Fraction(confidence),
        negatives=negatives,
        prior=prior,
    )
    size, seed = plan.size, new_seed()
    return SamplingPlan.adopt(
        str(code or ids.new_id()),
        {
            "seizure": str(seizure.id),
            "adopted_by": actor.badge,
            "adopted_at": clock.to_text(clock.now()),
            "substance": lot[0].substance,
            "method": method.value,
            "share": f"{share:f}",
            "confidence": f"{confidence:f}",
            "negatives": negatives,
            "prior": [prior.positives, prior.negatives] if prior else None,
            "lot": [{"id": str(one.id), "label": one.label} for one in lot],
            "algorithm": ALGORITHM,
            "seed": seed,
            "drawn": draw([one.label for one in lot], seed=seed, count=size),
        },
        actor=actor.person,
    )


def _lot(actor: Officer, seizure: Seizure, labels: Sequence[str] | None) -> list[Exhibit]:
    """The units in the order of their labels; those of one lot look alike, and none is in another."""
    there = Exhibit.objects.visible_to(actor).filter(seizure=seizure)
    if labels is None:
        found = list(
            there.filter(stage__in=[one.value for one in _THERE], contents__isnull=True).exclude(
                form__in=[one.value for one in SAMPLE_FORMS]
            )
        )
    else:
        found = list(there.filter(label__in=labels))
        missing = {*labels} - {one.label for one in found}
        if missing:
            raise UnknownLabel(field="units", label=min(missing))
        if len(found) < len(labels):
            twice = next(label for label in labels if labels.count(label) > 1)
            raise NotInLot(field="units", label=twice, why="it is named twice")
    if not found:
        raise NoLot(field="units", seizure=seizure.reference)
    if len(found) > LARGEST_LOT:
        raise LotTooLarge(field="units", units=len(found), most=LARGEST_LOT)
    _require_in_hands(actor, found)
    _require_alike(found)
    return sorted(found, key=lambda one: one.label)


def _require_in_hands(actor: Officer, lot: Sequence[Exhibit]) -> None:
    tops = outermost([one.id for one in lot])
    around = Exhibit.objects.in_bulk(set(tops.values()))
    for one in lot:
        holder = around[tops[one.id]].custodian_unit
        if holder != actor.unit_id:
            raise LotNotInHands(field="units", label=one.label, unit=holder)


def _require_alike(lot: Sequence[Exhibit]) -> None:
    first = lot[0]
    inside = {one for contents in contents_of([one.id for one in lot]).values() for one in contents}
    for one in lot:
        if one.form in SAMPLE_FORMS:
            why = "it is a sample"
        elif one.stage not in _THERE:
            why = f"it is {one.stage}"
        elif one.id in inside:
            why = "it is inside a unit that is in the lot too"
        elif (one.form, one.substance) != (first.form, first.substance):
            why = f"{first.label} is of another form or substance"
        else:
            continue
        raise NotInLot(field="units", label=one.label, why=why)
