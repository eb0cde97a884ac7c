"""Whole lives in which every kind of event occurs that EPCIS has a word for."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from custody.handling.correct import Correct
from custody.handling.hand_over import HandOver
from custody.handling.hold import LiftHold, PlaceHold
from custody.handling.neutralise import Residue
from custody.handling.pack import Pack, Unpack
from custody.handling.report import Report
from custody.handling.seals import ApplySeal, BreakSeal, CheckSeal, ReplaceSeal
from custody.handling.split import Part, Split
from custody.handling.weigh import Weigh
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.handling.burning import burn, keep_samples, order
from tests.neutralising.runs import assayed, neutralised, ready


def barrel_to_ash(cast: Cast) -> tuple[Seizure, Exhibit]:
    """A barrel that was sealed, weighed wrongly, sampled, ordered and burnt."""
    seizure, (barrel,) = catch(cast, seals=["HS-1"])
    label = barrel.label
    do(cast.officer, CheckSeal(exhibit=label, number="HS-1", finding="intact"))
    do(cast.officer, BreakSeal(exhibit=label, number="HS-1", reason="To look inside"))
    weigh = Weigh(exhibit=label, scale=FLOOR_SCALE, gross_grams=Decimal(24_950))
    do(cast.officer, weigh)
    put_right(cast, "exhibit.weighed", barrel, gross_grams=Decimal(25_000), scale=FLOOR_SCALE)
    keep_samples(cast, label)
    do(cast.officer, ApplySeal(exhibit=label, number="HS-2", seal_class="H"))
    replace = {"exhibit": label, "replaces": "HS-2", "number": "HS-3", "seal_class": "H"}
    do(cast.officer, ReplaceSeal(**replace, reason="It was scratched"))
    do(cast.officer, HandOver(exhibits=(label,), taker="colleague"), cast.colleague)
    do(cast.supervisor, PlaceHold(exhibits=(label,), reason="Measure first"))
    hold = Exhibit.objects.get(pk=barrel.pk).holds[0]
    do(cast.supervisor, LiftHold(hold=hold, reason="Measured"))
    order(cast, seizure)
    burn(cast, label)
    barrel.refresh_from_db()
    return seizure, barrel


def blocks_in_a_barrel(cast: Cast) -> tuple[Seizure, Exhibit]:
    """Two blocks, packed, unpacked, one of them split, one scratched; the first block."""
    seizure, (first, second) = catch(cast, 2, form="block", gross="1000", tare=None)
    pack = Pack(exhibits=(first.label, second.label), form="barrel")
    do(cast.officer, pack)
    barrel = Exhibit.objects.get(seizure=seizure, form="barrel")
    do(cast.officer, Unpack(container=barrel.label))
    parts = tuple(Part(form="bag", gross_grams=Decimal(500)) for _ in range(2))
    do(cast.officer, Split(exhibit=first.label, scale=FLOOR_SCALE, parts=parts))
    do(cast.officer, Report(exhibit=second.label, what="other", details="Scratched"))
    return seizure, first


def treated_barrel(cast: Cast) -> tuple[Exhibit, Exhibit]:
    """A barrel that was neutralised and assayed, and the residue that it left."""
    (barrel,) = ready(cast)
    left = Residue(exhibit=barrel.label, gross_grams=Decimal(500), tare_grams=Decimal(100))
    neutralised(cast, barrel, residues=(left,))
    assayed(cast, barrel, "inconclusive")
    assayed(cast, barrel, "pass", "0.03")
    return barrel, Exhibit.objects.get(made_from=barrel, form="residue")


def put_right(cast: Cast, kind: str, exhibit: Exhibit, **right: object) -> UUID:
    """Two supervisors put an event's data right; the event's id."""
    event: UUID = Entry.objects.get(kind=kind, subject_id=str(exhibit.pk)).event_id
    correct = Correct(event=event, declaration="incorrect_data", reason="Misread", **right)  # type: ignore[arg-type]
    do(cast.supervisor, correct, cast.second_supervisor)
    return event
