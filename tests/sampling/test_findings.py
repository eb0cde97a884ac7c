"""Findings: only what chance drew speaks for a lot, and a negative lowers the claim by itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.handling.analyse import Analyse
from custody.handling.correct import Correct
from custody.handling.sample import Sample, Taken
from custody.handling.split import Part, Split
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.people.rights import Role
from custody.people.services import enrol
from custody.sampling.findings import findings
from custody.sampling.models import SamplingPlan
from custody.sampling.plans import Method, Plan
from custody.sampling.queries import findings_of
from custody.sampling.services import adopt_plan
from custody.seizures.models import Exhibit, Seizure
from tests.api.callers import Callers
from tests.cast import FINE_SCALE, FLOOR_SCALE, Cast, catch, do
from tests.handling.burning import carry

ORDER = tuple("abcdefgh")
UNITS = st.sets(st.sampled_from(ORDER))


def test_drawn_units_count_in_whatever_order_laboratories_are_done_with_them() -> None:
    found = findings(ORDER, 4, {"d": [True], "b": [False]})
    assert (found.examined, found.negatives, found.waiting) == (("b", "d"), ("b",), ("a", "c"))


def test_the_next_in_the_order_count_once_all_before_them_are_done() -> None:
    told = {unit: [True] for unit in "abe"}
    assert findings(ORDER, 3, told).chosen == ("e",)
    assert findings(ORDER, 3, told | {"c": [True], "d": [False]}).examined == tuple("abcde")


def test_what_somebody_chose_supports_nothing_and_is_told() -> None:
    found = findings(ORDER, 2, {"g": [False], "h": [True]})
    assert (found.examined, found.chosen, found.chosen_negatives) == ((), ("g", "h"), ("g",))
    assert found.claim(plan()) is None


def test_two_samples_of_one_unit_that_differ_make_it_negative_and_are_named() -> None:
    found = findings(ORDER, 2, {"a": [True, False], "b": [True, True]})
    assert (found.negatives, found.contradictory) == (("a",), ("a",))


@given(told=UNITS, negative=UNITS, drawn=st.integers(0, 8))
def test_every_unit_analysed_is_counted_once(
    told: set[str], negative: set[str], drawn: int
) -> None:
    found = findings(ORDER, drawn, {unit: [unit not in negative] for unit in told})
    assert {*found.examined, *found.chosen} == told
    assert len(found.examined) + len(found.chosen) == len(told)
    assert {*found.waiting} == {*ORDER[:drawn]} - told
    assert {*found.negatives, *found.chosen_negatives} == told & negative
    assert found.positives == len({*found.examined} - negative)


def plan() -> Plan:
    return Plan(
        method=Method.HYPERGEOMETRIC,
        units=8,
        share=Fraction("0.9"),
        confidence=Fraction("0.95"),
    )


# --- from the acts


def adopted(cast: Cast, seizure: Seizure) -> SamplingPlan:
    return adopt_plan(
        cast.officer,
        seizure=seizure,
        labels=None,
        method=Method.HYPERGEOMETRIC,
        share=Decimal("0.7"),
        confidence=Decimal("0.95"),
    )


def sampled(cast: Cast, label: str) -> str:
    taken = Taken(form="sample", gross_grams=Decimal("7.50"), tare_grams=Decimal("2.50"))
    do(
        cast.officer,
        Sample(exhibit=label, scale=FINE_SCALE, samples=(taken,)),
        cast.colleague,
    )
    name = Exhibit.objects.filter(made_from__label=label).latest("last_at").label
    carry(cast, [name], "LAB-A", cast.analyst)
    return name


def analysed(cast: Cast, sample: str, result: str = "found") -> None:
    do(
        cast.analyst,
        Analyse(exhibit=sample, result=result, method="GC-MS", report_number=f"R-{sample}"),
    )


def undone_by_the_laboratory(wrong: Entry) -> None:
    """Two supervisors of the laboratory, which alone can take its word back, do so."""
    first, second = (
        enrol(
            badge=badge,
            name=badge,
            unit="LAB/DRUGS",
            roles=[Role.SUPERVISOR],
            actor=SYSTEM,
        )
        for badge in ("head", "deputy")
    )
    declared = Correct(
        event=UUID(str(wrong.event_id)), declaration="did_not_occur", reason="Two vials swapped."
    )
    do(first, declared, second)


@pytest.mark.django_db
@pytest.mark.usefixtures("rows_equal_their_replay")
def test_a_negative_among_the_drawn_lowers_the_claim_and_its_correction_raises_it(
    cast: Cast,
) -> None:
    callers = Callers(cast)
    seizure, _ = catch(cast, 10)
    row = adopted(cast, seizure)
    address = f"sampling-plans/{row.code}"
    assert callers.officer.get(address)["findings"]["claim"] is None
    for number, label in enumerate(row.drawn):
        analysed(cast, sampled(cast, label), "nothing" if number == 1 else "found")
    told = callers.prosecutor.get(address)["findings"]
    assert told["examined"] == row.drawn
    assert (told["positives"], told["negatives"]) == (len(row.drawn) - 1, [row.drawn[1]])
    assert not told["claim"]["stands"]
    assert "1 of them negative" in told["claim"]["words"]
    (wrong,) = [
        entry
        for entry in Entry.objects.filter(kind="exhibit.analysed")
        if b'"nothing"' in bytes(entry.body)
    ]
    undone_by_the_laboratory(wrong)
    told = callers.prosecutor.get(address)["findings"]
    assert (told["waiting"], told["negatives"]) == ([row.drawn[1]], [])


@pytest.mark.django_db
def test_a_sample_of_a_part_speaks_for_the_unit_that_was_drawn(cast: Cast) -> None:
    seizure, _ = catch(cast, 3)
    row = adopted(cast, seizure)
    halves = tuple(
        Part(form="bag", gross_grams=Decimal(12_500), tare_grams=Decimal(500)) for _ in range(2)
    )
    do(cast.officer, Split(exhibit=row.drawn[0], scale=FLOOR_SCALE, parts=halves))
    part = Exhibit.objects.filter(made_from__label=row.drawn[0]).first()
    assert part
    analysed(cast, sampled(cast, part.label))
    assert findings_of(row).examined == (row.drawn[0],)


@pytest.mark.django_db
def test_what_the_lot_weighs_follows_from_its_examined_units_as_they_weighed_when_it_was_settled(
    cast: Cast,
) -> None:
    callers = Callers(cast)
    seizure, _ = catch(cast, 10)
    row = adopted(cast, seizure)
    address = f"sampling-plans/{row.code}"
    assert callers.officer.get(address)["findings"]["weight"] is None
    for number, label in enumerate(row.drawn):
        analysed(cast, sampled(cast, label), "nothing" if number == 0 else "found")
    weight = callers.prosecutor.get(address)["findings"]["weight"]
    positive = Decimal(240_000) * (len(row.drawn) - 1) / len(row.drawn)
    assert abs(Decimal(weight["grams"]) - positive) <= Decimal("0.001")
    assert Decimal(weight["low_grams"]) <= Decimal(weight["grams"]) <= Decimal(weight["high_grams"])


@pytest.mark.django_db
def test_nothing_is_said_of_the_weight_of_units_whose_packaging_nobody_knows(cast: Cast) -> None:
    callers = Callers(cast)
    seizure, _ = catch(cast, 4, tare=None)
    row = adopted(cast, seizure)
    for label in row.drawn:
        analysed(cast, sampled(cast, label))
    found = callers.officer.get(f"sampling-plans/{row.code}")["findings"]
    assert (found["positives"], found["weight"]) == (len(row.drawn), None)
