"""Reading what laboratories found of a plan's lot, and what its units weighed, from events: whatever is corrected counts at once."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from custody.ledger.events import Event
from custody.ledger.models import Entry
from custody.ledger.queries import sound_events
from custody.sampling.findings import Findings, findings
from custody.sampling.models import SamplingPlan
from custody.sampling.selection import draw
from custody.sampling.weights import Weight, estimate
from custody.seizures.corrections import effective
from custody.seizures.models import Exhibit
from custody.seizures.projection import replay_exhibit

_TELLING = ("exhibit.analysed", "event.corrected")


def findings_of(row: SamplingPlan) -> Findings:
    """What the analyses of samples of the lot add up to, of samples of what its units were divided into too.

    The number of queries grows with how often units were divided, not with the lot.
    """
    owners = _out_of(dict(zip(row.lot, row.labels, strict=True)))
    told: dict[str, list[bool]] = {}
    for exhibit, substances in _substances(owners).items():
        several = told.setdefault(owners[exhibit], [])
        several += [one == row.substance for one in substances]
    order = draw(row.labels, seed=row.seed, count=len(row.labels))
    return findings(order, len(row.drawn), told)


def weight_of(row: SamplingPlan, found: Findings) -> Weight | None:
    """What the positive units of the lot weigh together, from those that were examined, with the plan's confidence.

    Masses are those of the record when the lot was settled: before samples were taken of it. None while fewer than two
    positive units were examined that had a net mass then, or one had none.
    """
    positive = [one for one in found.examined if one not in found.negatives]
    net = _net_then(row, dict(zip(row.labels, row.lot, strict=True)), positive)
    if net is None or len(net) < 2:
        return None
    return estimate(
        units=len(row.lot),
        examined=len(found.examined),
        positives=net,
        confidence=Fraction(row.confidence),
    )


def analysed_among(exhibits: Collection[UUID]) -> frozenset[UUID]:
    """Those of these samples of which an analysis counts."""
    return frozenset(analyses_of(exhibits))


def _net_then(
    row: SamplingPlan, ids: dict[str, UUID], labels: Collection[str]
) -> list[Decimal] | None:
    """The net mass of each of these units as the record had it when the plan was adopted; None if one had none."""
    settled = Entry.objects.values_list("seq", flat=True).get(leaf=bytes.fromhex(row.head))
    entries = Entry.objects.filter(
        subject_type="exhibit",
        subject_id__in=[str(ids[one]) for one in labels],
        seq__lt=settled,
    ).order_by("subject_id", "seq")
    masses = {
        exhibit: replay_exhibit(list(own)).net_grams
        for exhibit, own in groupby(sound_events(entries), key=lambda one: one.subject.id)
    }
    net = [masses[str(ids[label])] for label in labels]
    return None if None in net else [one for one in net if one is not None]


def _out_of(units: dict[UUID, str]) -> dict[UUID, str]:
    """Whatever was made of these units, however often, by the label of the unit that it came out of."""
    found, new = dict(units), dict(units)
    while new:
        made = Exhibit.objects.filter(made_from__in=new).values_list("pk", "made_from_id")
        new = {pk: found[whole] for pk, whole in made if whole and pk not in found}
        found |= new
    return found


def analyses_of(exhibits: Collection[UUID]) -> dict[UUID, list[Event]]:
    """By exhibit, the analyses of it that count, oldest first; one query."""
    entries = Entry.objects.filter(
        subject_type="exhibit",
        subject_id__in=[str(one) for one in exhibits],
        kind__in=_TELLING,
    ).order_by("subject_id", "seq")
    result: dict[UUID, list[Event]] = {}
    for exhibit, own in groupby(sound_events(entries), key=lambda one: one.subject.id):
        counting = effective(list(own))
        if counting:
            result[UUID(exhibit)] = counting
    return result


def _substances(exhibits: Collection[UUID]) -> dict[UUID, list[str | None]]:
    """By exhibit, what each analysis of it that counts found."""
    return {
        exhibit: [None if (s := one.payload["substance"]) is None else str(s) for one in several]
        for exhibit, several in analyses_of(exhibits).items()
    }
