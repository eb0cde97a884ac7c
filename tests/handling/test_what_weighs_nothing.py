"""Rows that weigh nothing excuse no loss: the steps of a scale add up, and so would what they hide."""

from __future__ import annotations

from decimal import Decimal

import pytest

from custody.audit.masses import account_of
from custody.deadlines.models import Flag
from custody.handling.analyse import Consume
from custody.handling.errors import HeldNotUsedUp, NothingInIt, TooCoarse
from custody.handling.neutralise import Portion, Residue
from custody.handling.order import GiveOrder
from custody.handling.split import Part, Split
from custody.ledger.models import Entry
from custody.neutralising.models import ReagentLot
from custody.neutralising.rules import AgainstCriterion
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, LOT, Cast, catch, do
from tests.handling.burning import carry, take_samples
from tests.neutralising.runs import assayed, neutralised, ready, treated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


@pytest.mark.parametrize(("gross", "tare"), [("0", "0"), ("50", "50"), ("0", None)])
def test_a_part_of_nothing_is_no_part(cast: Cast, gross: str, tare: str | None) -> None:
    _, (barrel,) = catch(cast)
    before = Entry.objects.count()
    empty = Part(
        label=None,
        form="bag",
        gross_grams=Decimal(gross),
        tare_grams=None if tare is None else Decimal(tare),
        seal_number=None,
        seal_class=None,
    )
    real = Part(
        label=None,
        form="bag",
        gross_grams=Decimal(25_000),
        tare_grams=None,
        seal_number=None,
        seal_class=None,
    )
    with pytest.raises(NothingInIt, match="no part"):
        do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(real, empty)))
    assert Entry.objects.count() == before


def test_many_portions_of_one_lot_are_one_and_those_of_nothing_are_none(cast: Cast) -> None:
    (barrel,) = ready(cast)
    more = tuple(
        Portion(exhibit=barrel.label, lot=LOT, reagent_grams=Decimal(0)) for _ in range(400)
    )
    neutralised(cast, barrel, units=(treated(barrel, gross_grams=Decimal(7_400)),), further=more)
    assert Flag.objects.filter(exhibit=barrel, cause="discrepancy").exists()
    assert Entry.objects.filter(kind="reagent_lot.consumed").count() == 1
    assert ReagentLot.objects.get(pk=LOT).left_grams == Decimal(500_000) - Decimal(2_400)
    assert not account_of(barrel.seizure).closes


def test_a_residue_of_nothing_is_none(cast: Cast) -> None:
    (barrel,) = ready(cast)
    residue = Residue(exhibit=barrel.label, gross_grams=Decimal(100), tare_grams=Decimal(100))
    with pytest.raises(NothingInIt, match="no residue"):
        neutralised(cast, barrel, residues=(residue,))


def test_nothing_measures_less_than_nothing(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    with pytest.raises(AgainstCriterion, match="less than nothing"):
        assayed(cast, barrel, "pass", "-5")


def test_that_nothing_is_left_is_said_on_as_fine_a_scale_and_not_of_what_an_order_keeps(
    cast: Cast,
) -> None:
    seizure, (barrel,) = catch(cast)
    sample, counter = take_samples(cast, barrel.label)
    carry(cast, [sample, counter], "LAB-A", cast.analyst)
    coarse = Consume(
        exhibit=sample, scale=FLOOR_SCALE, taken_grams=Decimal(50), gross_after_grams=None
    )
    with pytest.raises(TooCoarse, match="50"):
        do(cast.analyst, coarse, cast.second_analyst)
    do(
        cast.prosecutor,
        GiveOrder(
            seizure=seizure.reference,
            exhibits=(barrel.label,),
            retain=(counter,),
            number="D-9",
            reasons="No need to keep it.",
        ),
    )
    kept = Exhibit.objects.get(label=counter)
    assert kept.net_grams is not None
    used_up = Consume(
        exhibit=counter, scale="FINE", taken_grams=kept.net_grams, gross_after_grams=None
    )
    with pytest.raises(HeldNotUsedUp):
        do(cast.analyst, used_up, cast.second_analyst)
