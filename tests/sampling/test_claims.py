"""What is stated after an examination is the most that it supports, and says what it rests on."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.sampling.claims import ImpossibleFinding, claim, percent
from custody.sampling.plans import BAYESIAN, Method, Plan, Prior
from tests.sampling.slow import one_after_another


def plan(method: Method = Method.HYPERGEOMETRIC, units: int = 100, share: str = "0.9") -> Plan:
    return Plan(
        method=method,
        units=units,
        share=Fraction(share),
        confidence=Fraction("0.95"),
        prior=Prior(1, 1) if method in BAYESIAN else None,
    )


def words(one: Plan, examined: int, negatives: int) -> str:
    return claim(one, examined=examined, negatives=negatives).in_words("cocaine")


def test_the_planned_claim_in_words() -> None:
    assert words(plan(), 23, 0) == (
        "At least 90 % of the units contain cocaine, with 95 % confidence"
        " (23 of 100 units were examined, 0 of them negative)."
    )


def test_a_negative_lowers_the_claim_and_tells_how_many_more_to_examine() -> None:
    assert words(plan(), 23, 1) == (
        "At least 83 of the 100 units contain cocaine, with 95 % confidence"
        " (23 of 100 units were examined, 1 of them negative)."
        " To state 90 %, examine 13 more; none of them may be negative."
    )
    # 36 is the plan for one expected negative.
    assert words(plan(), 36, 1).startswith("At least 90 % of the units contain cocaine")


def test_a_share_that_cannot_be_any_more_is_said_to_be_gone() -> None:
    assert words(plan(), 23, 12) == (
        "At least 32 of the 100 units contain cocaine, with 95 % confidence"
        " (23 of 100 units were examined, 12 of them negative)."
        " 90 % cannot be stated any more: at most 88 units can be positive."
    )


def test_nothing_is_stated_of_what_was_not_examined_when_nothing_can_be() -> None:
    assert words(plan(), 1, 1) == (
        "1 of 100 units were examined, 1 of them negative: 0 contain cocaine; of the others nothing can be"
        " stated. To state 90 %, examine 35 more; none of them may be negative."
    )


def test_a_lot_that_was_examined_whole_needs_no_confidence() -> None:
    assert words(plan(units=40), 40, 2) == "All 40 units were examined: 38 contain cocaine."


def test_a_bayesian_claim_is_a_probability_and_states_its_prior() -> None:
    assert words(plan(Method.BAYESIAN), 22, 0) == (
        "At least 90 % of the units contain cocaine, with a probability of 95 % under the prior Beta(1, 1)"
        " (22 of 100 units were examined, 0 of them negative)."
    )


@pytest.mark.parametrize(
    ("method", "rule"),
    [
        (Method.SQUARE_ROOT, "the square root of the lot"),
        (Method.TWENTY_AND_TENTH, "20 and a tenth of the rest"),
    ],
)
def test_an_arbitrary_number_is_called_arbitrary_and_judged_by_what_it_found(
    method: Method, rule: str
) -> None:
    arbitrary = plan(method)
    found = claim(arbitrary, examined=arbitrary.size, negatives=0)
    assert f"The number to examine was arbitrary: {rule}." in found.in_words("cocaine")
    assert found.at_least == claim(plan(), examined=arbitrary.size, negatives=0).at_least


def test_a_share_is_written_as_it_is() -> None:
    assert [percent(Fraction(one)) for one in ("0.9", "0.995", "1", "0.00001")] == [
        "90 %",
        "99.5 %",
        "100 %",
        "0.001 %",
    ]
    assert percent(Fraction(2, 3)) == "2/3"


@pytest.mark.parametrize(("examined", "negatives"), [(0, 0), (101, 0), (5, 6), (5, -1)])
def test_findings_that_cannot_be_are_refused(examined: int, negatives: int) -> None:
    with pytest.raises(ImpossibleFinding):
        claim(plan(), examined=examined, negatives=negatives)


def test_every_claim_on_every_small_lot_is_the_greatest_that_slow_counting_allows() -> None:
    """Of every lot with fewer positives than claimed, at most 5 % of the draws look as good; of the next, more do."""
    risk = Fraction("0.05")
    for units in range(1, 26):
        for negatives in range(units + 1):
            looks_as_good = {
                positives: [
                    Fraction(ways, orders)
                    for ways, orders in one_after_another(units, units - positives, negatives)
                ]
                for positives in range(units + 1)
            }
            for examined in range(max(1, negatives), units + 1):
                stated = claim(plan(units=units), examined=examined, negatives=negatives).at_least
                assert 0 <= stated <= units - negatives
                for positives in range(stated):
                    assert looks_as_good[positives][examined - 1] <= risk
                if stated < units - negatives:
                    assert looks_as_good[stated][examined - 1] > risk


@given(
    st.sampled_from([*Method]),
    st.integers(1, 150),
    st.fractions(Fraction(1, 20), 1, max_denominator=40),
    st.data(),
)
def test_what_stands_is_stated_and_what_more_would_do_does(
    method: Method, units: int, share: Fraction, data: st.DataObject
) -> None:
    one = plan(method, units, str(share))
    examined = data.draw(st.integers(1, units))
    negatives = data.draw(st.integers(0, examined))
    found = claim(one, examined=examined, negatives=negatives)
    assert examined - negatives <= found.at_least <= units - negatives
    assert not found.stands or found.at_least >= one.needed
    assert found.stands is (found.more == 0)
    if found.more:
        reached = claim(one, examined=examined + found.more, negatives=negatives)
        assert reached.stands
        assert not claim(one, examined=examined + found.more - 1, negatives=negatives).stands
    if found.more is None:
        assert units - negatives < one.needed
