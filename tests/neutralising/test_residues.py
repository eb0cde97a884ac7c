"""A residue is an exhibit: it counts in the balance, has a custody of its own, and may burn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from custody.deadlines.models import Clock, Flag
from custody.handling.correct import Correct
from custody.handling.errors import NotCorrectable
from custody.handling.incinerate import Load, Stage, Weighed
from custody.handling.neutralise import InProcess, Residue
from custody.handling.split import Part, Split
from custody.ledger.models import Entry
from custody.neutralising.risk import RiskClass, risk_class
from custody.neutralising.rules import NotInRun
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, do, propose
from tests.handling.burning import carry, order, photograph
from tests.neutralising.runs import assayed, neutralised, ready, run, treated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def left(cast: Cast, barrel: Exhibit, **more: Any) -> Exhibit:
    """The residue of 2 kg that a run left beside a barrel."""
    residue = Residue(
        exhibit=barrel.label, gross_grams=Decimal(2_500), tare_grams=Decimal(500), **more
    )
    after = treated(barrel, gross_grams=Decimal(25_400))
    neutralised(cast, barrel, units=(after,), residues=(residue,))
    return Exhibit.objects.get(form="residue")


def test_a_residue_comes_out_of_its_unit_and_the_masses_agree(cast: Cast) -> None:
    (barrel,) = ready(cast)
    residue = left(cast, barrel, seal_number="HS-7", seal_class="H")
    assert residue.made_from_id == barrel.id
    assert (residue.net_grams, residue.custodian_unit) == (2_000, "CUSTOMS/QUAY")
    assert (residue.run, residue.assay) == (barrel.run, "awaited")
    assert residue.neutralised_at == barrel.neutralised_at
    assert residue.seals.get().number == "HS-7"
    assert risk_class(residue) is RiskClass.LOWERED
    assert not Flag.objects.exists()


def test_a_residue_that_nobody_tells_is_a_loss(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel, units=(treated(barrel, gross_grams=Decimal(25_400)),))
    assert Flag.objects.get().cause == "discrepancy"


def test_a_residue_is_of_a_unit_of_the_run(cast: Cast) -> None:
    first, second = ready(cast, 2)
    residue = Residue(exhibit=second.label, gross_grams=Decimal(500), tare_grams=Decimal(0))
    with pytest.raises(NotInRun, match=second.label):
        propose(cast.officer, run(first, residues=(residue,)))


def test_a_residue_burns_like_any_other(cast: Cast) -> None:
    (barrel,) = ready(cast)
    residue = left(cast, barrel)
    order(cast, barrel.seizure)
    residue.refresh_from_db()
    photograph(cast.officer, residue.label)
    carry(cast, [residue.label], "PLANT-A", cast.operator)
    weighed = (Weighed(exhibit=residue.label, gross_grams=Decimal(2_500)),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=weighed))
    do(cast.operator, Load(exhibits=(residue.label,), kiln="K1"))
    residue.refresh_from_db()
    assert residue.stage == "loaded"


def test_a_residue_is_under_the_orders_and_clocks_of_its_unit_but_for_what_the_run_stopped(
    cast: Cast,
) -> None:
    (barrel,) = ready(cast)
    order(cast, barrel.seizure)
    residue = left(cast, barrel)
    assert residue.orders == Exhibit.objects.get(pk=barrel.pk).orders != []
    running = Clock.objects.filter(exhibit=residue, stopped_at__isnull=True)
    assert [one.name for one in running] == ["plant"]
    assayed(cast, residue, "fail", "2")
    harmless = running.get(name="harmless")
    assert harmless.started_at == barrel.intercepted_at


def test_a_residue_of_a_deviation_is_as_harmful_as_its_unit(cast: Cast) -> None:
    (barrel,) = ready(cast)
    residue = Residue(exhibit=barrel.label, gross_grams=Decimal(500), tare_grams=Decimal(0))
    readings = (InProcess(name="pH", value=Decimal(2)),)
    neutralised(cast, barrel, residues=(residue,), readings=readings)
    found = Exhibit.objects.get(form="residue")
    assert (found.neutralised_at, risk_class(found)) == (None, RiskClass.HIGH)
    assert Clock.objects.get(exhibit=found, name="harmless").stopped_at is None
    assayed(cast, found, "pass", "0")
    assert risk_class(found) is RiskClass.LOW
    barrel.refresh_from_db()
    assert risk_class(barrel) is RiskClass.HIGH


def test_what_is_split_off_is_as_harmless_as_the_whole(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    parts = tuple(
        Part(form="bag", gross_grams=Decimal(13_200), tare_grams=Decimal(0)) for _ in range(2)
    )
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=parts))
    barrel.refresh_from_db()
    assert risk_class(barrel) is RiskClass.NONE
    first, second = barrel.made_into.filter(form="bag")
    assert {risk_class(first), risk_class(second)} == {RiskClass.LOWERED}
    assayed(cast, first, "pass", "0")
    second.refresh_from_db()
    assert (risk_class(first), risk_class(second)) == (RiskClass.LOW, RiskClass.LOWERED)


def test_a_run_stays_done(cast: Cast) -> None:
    (barrel,) = ready(cast)
    residue = left(cast, barrel)
    for one in (barrel, residue):
        entry = Entry.objects.get(kind="exhibit.neutralised", subject_id=str(one.pk))
        undo = Correct(event=entry.event_id, declaration="did_not_occur", reason="It did not.")
        with pytest.raises(NotCorrectable):
            propose(cast.supervisor, undo)
