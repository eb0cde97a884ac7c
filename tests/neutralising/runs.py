"""A barrel that may be neutralised, and runs of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from custody.handling.assay import Assay
from custody.handling.neutralise import InProcess, Neutralise, Treated
from custody.handling.record import Receipt
from custody.kit import clock, ids
from custody.neutralising.models import Run, TreatedUnit
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, LOT, PROTOCOL, Cast, catch, do
from tests.handling.burning import keep_samples, photograph

#: Net 24 kg in 25 kg gross: 2.4 kg of reagent by the protocol, give or take 1.44 kg.
REAGENT = Decimal(2_400)
GROSS_AFTER = Decimal(27_400)


def ready(cast: Cast, units: int = 1) -> list[Exhibit]:
    """Barrels of one catch on the quay, open and photographed, with samples in the laboratory."""
    _, barrels = catch(cast, units)
    keep_samples(cast, barrels[0].label)
    photograph(cast.officer, *(one.label for one in barrels))
    return [Exhibit.objects.get(pk=one.pk) for one in barrels]


def treated(exhibit: Exhibit, **more: Any) -> Treated:
    told: dict[str, Any] = {"lot": LOT, "reagent_grams": REAGENT, "gross_grams": GROSS_AFTER}
    return Treated(exhibit=exhibit.label, **told | more)


def run(*exhibits: Exhibit, **more: Any) -> Neutralise:
    """A run over these, as it should be unless told otherwise."""
    told: dict[str, Any] = {
        "protocol": PROTOCOL,
        "scale": FLOOR_SCALE,
        "held_minutes": 0,
        "laboratory": "LAB/DRUGS",
        "units": tuple(treated(one) for one in exhibits),
        "readings": (InProcess(name="pH", value=Decimal("12.5")),),
        "first_witness": "keeper",
        "second_witness": "operator",
    }
    return Neutralise(**told | more)


def neutralised(cast: Cast, *exhibits: Exhibit, **more: Any) -> Receipt:
    """The run, confirmed by its two witnesses; the exhibits as they then are."""
    receipt = do(cast.officer, run(*exhibits, **more), cast.keeper, cast.operator)
    for one in exhibits:
        one.refresh_from_db()
    return receipt


def as_rows(cast: Cast, *exhibits: Exhibit) -> Run:
    """The rows of a run without its events, for tests about who is shown what."""
    now = clock.now()
    made = Run.objects.create(
        id=ids.new_id(),
        protocol_id=PROTOCOL,
        unit_id="CUSTOMS/QUAY",
        carried_out_by=cast.officer,
        started_at=now,
        ended_at=now,
        readings=[{"name": "pH", "value": "12.5", "exhibit": None}],
        head="0" * 64,
        version=1,
    )
    for one in exhibits:
        TreatedUnit.objects.create(
            key=f"{made.id}/{one.id}",
            run=made,
            exhibit=one,
            portions=[{"lot": LOT, "grams": "2400.000"}],
            gross_grams=GROSS_AFTER,
            deviations=[],
        )
    return made


def assayed(cast: Cast, exhibit: Exhibit, result: str, measured: str | None = None) -> Receipt:
    """The laboratory's word; the exhibit as it then is."""
    value = None if measured is None else Decimal(measured)
    command = Assay(exhibit=exhibit.label, method="GC-MS", result=result, measured=value)
    receipt = do(cast.analyst, command)
    exhibit.refresh_from_db()
    return receipt
