"""Reading what laboratories found of a plan's lot, from events: whatever is corrected counts at once."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from uuid import UUID

from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.sampling.findings import Findings, findings
from custody.sampling.models import SamplingPlan
from custody.sampling.selection import draw
from custody.seizures.corrections import effective
from custody.seizures.models import Exhibit

_TELLING = ("exhibit.analysed", "event.corrected")


def findings_of(row: SamplingPlan) -> Findings:
    """What the analyses of samples of the lot add up to, of samples of what its units were divided into too.

    The number of queries grows with how often units were divided, not with the lot.
    """
    owners = _out_of(dict(zip(row.lot, row.labels, strict=True)))
    told: dict[str, list[bool]] = {}
    for exhibit, substances in _analyses(owners).items():
        several = told.setdefault(owners[exhibit], [])
        several += [one == row.substance for one in substances]
    order = draw(row.labels, seed=row.seed, count=len(row.labels))
    return findings(order, len(row.drawn), told)


def _out_of(units: dict[UUID, str]) -> dict[UUID, str]:
    """Whatever was made of these units, however often, by the label of the unit that it came out of."""
    found, new = dict(units), dict(units)
    while new:
        made = Exhibit.objects.filter(made_from__in=new).values_list("pk", "made_from_id")
        new = {pk: found[whole] for pk, whole in made if whole and pk not in found}
        found |= new
    return found


def _analyses(exhibits: Collection[UUID]) -> dict[UUID, list[str | None]]:
    """By exhibit, what each analysis of it that counts found."""
    entries = (
        Entry.objects.filter(
            subject_type="exhibit",
            subject_id__in=[str(one) for one in exhibits],
            kind__in=_TELLING,
        )
        .order_by("subject_id", "seq")
        .values_list("subject_id", "body")
    )
    result: dict[UUID, list[str | None]] = {}
    for exhibit, own in groupby(entries, key=lambda one: one[0]):
        counting = effective([ledger_events.read(bytes(body)) for _, body in own])
        substances = [None if (s := e.payload["substance"]) is None else str(s) for e in counting]
        if substances:
            result[UUID(exhibit)] = substances
    return result
