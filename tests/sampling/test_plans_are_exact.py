"""Every plan equals what slow, obvious counting gives, for every lot from 1 to 1,000 units."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.sampling.chances import drawing_at_most, trying_at_most
from custody.sampling.plans import BAYESIAN, InvalidSamplingPlan, Method, OutOfReach, Plan, Prior
from tests.sampling.slow import (
    believed,
    fewest_by_drawing,
    needed_of,
    one_after_another,
    share_of_draws,
)

SHARES = [Fraction(one) for one in ("0.5", "0.7", "0.9")]
SURE = [Fraction("0.95"), Fraction("0.99")]
UNIFORM = Prior(1, 1)


def plan(
    method: Method, units: int, share: Fraction, confidence: Fraction, negatives: int = 0
) -> Plan:
    return Plan(
        method=method,
        units=units,
        share=share,
        confidence=confidence,
        negatives=negatives,
        prior=UNIFORM if method in BAYESIAN else None,
    )


def size(one: Plan) -> int | None:
    try:
        return one.size
    except OutOfReach:
        return None


@pytest.mark.parametrize("negatives", [0, 1, 2])
def test_hypergeometric_plans_of_every_lot_up_to_1000(negatives: int) -> None:
    for units, share, confidence in product(range(1, 1001), SHARES, SURE):
        found = size(plan(Method.HYPERGEOMETRIC, units, share, confidence, negatives))
        needed = needed_of(units, share)
        assert found == fewest_by_drawing(units, needed, confidence, negatives), (units, share)


def test_hypergeometric_plans_for_shares_near_the_whole() -> None:
    for units in range(1, 1001, 9):
        for share in (Fraction("0.99"), Fraction("0.999"), Fraction(1), Fraction(2, 3)):
            found = size(plan(Method.HYPERGEOMETRIC, units, share, SURE[0]))
            assert found == fewest_by_drawing(units, needed_of(units, share), SURE[0], 0)


@pytest.mark.parametrize("negatives", [0, 1])
def test_binomial_plans_of_every_lot_up_to_1000(negatives: int) -> None:
    for share, confidence in product(SHARES, SURE):
        large = next(
            tries
            for tries in range(1, 200)
            if sum(
                comb(tries, one) * (1 - share) ** one * share ** (tries - one)
                for one in range(min(negatives, tries) + 1)
            )
            <= 1 - confidence
        )
        for units in range(1, 1001):
            needed = needed_of(units, share)
            # Once all that have to be positive were found to be, there is nothing left to doubt.
            expected = None if needed > units - negatives else min(large, needed + negatives)
            found = size(plan(Method.BINOMIAL, units, share, confidence, negatives))
            assert found == expected, (units, share)


@pytest.mark.parametrize("negatives", [0, 1])
def test_bayesian_plans_of_every_lot_up_to_1000(negatives: int) -> None:
    """The probability that the claim is wrong, summed over what is not examined, straddles the risk at the plan."""

    def wrong(units: int, needed: int, drawn: int) -> Fraction:
        hidden, seen = units - drawn, drawn - negatives
        weights = [
            comb(more + seen, more) * comb(hidden - more + negatives, hidden - more)
            for more in range(min(hidden + 1, max(0, needed - seen)))
        ]
        return Fraction(sum(weights), comb(units + 1, hidden))

    for units, share, confidence in product(range(1, 1001), SHARES, SURE):
        found = size(plan(Method.BAYESIAN, units, share, confidence, negatives))
        needed = needed_of(units, share)
        if found is None:
            assert needed > units - negatives
            continue
        assert wrong(units, needed, found) <= 1 - confidence
        assert found == negatives + 1 or wrong(units, needed, found - 1) > 1 - confidence


def test_a_bayesian_doubt_is_what_the_theorem_says() -> None:
    for units, prior in product(range(1, 13), [(1, 1), (3, 1), (1, 2)]):
        one = Plan(
            method=Method.BAYESIAN,
            units=units,
            share=Fraction("0.7"),
            confidence=SURE[0],
            prior=Prior(*prior),
        )
        for drawn in range(1, units + 1):
            for negatives in range(drawn + 1):
                expected = sum(
                    probability
                    for positive, probability in believed(units, drawn, negatives, prior)
                    if Fraction(positive, units) < one.share
                )
                assert one.doubt(drawn, negatives, one.share) == expected


def test_a_large_bayesian_lot_is_the_limit_of_growing_ones() -> None:
    for share, negatives in product(SHARES, (0, 1, 2)):
        large, lot = (
            plan(method, 10**7, share, SURE[0])
            for method in (Method.BAYESIAN_LARGE_LOT, Method.BAYESIAN)
        )
        gap = large.doubt(20, negatives, share) - lot.doubt(20, negatives, share)
        assert abs(gap) < Fraction(1, 10**5)


def test_chances_are_the_share_of_all_draws() -> None:
    for units in range(1, 9):
        for marked, drawn in product(range(units + 1), repeat=2):
            for at_most in range(drawn + 1):
                chance = drawing_at_most(at_most, drawn=drawn, marked=marked, population=units)
                assert chance == share_of_draws(units, marked, drawn, at_most)


@given(st.integers(1, 400), st.data())
def test_chances_are_those_of_drawing_one_after_another(units: int, data: st.DataObject) -> None:
    marked = data.draw(st.integers(0, units))
    at_most = data.draw(st.integers(0, 6))
    drawn = data.draw(st.integers(1, units))
    *_, (ways, orders) = (
        pair
        for _, pair in zip(range(drawn), one_after_another(units, marked, at_most), strict=False)
    )
    chance = drawing_at_most(at_most, drawn=drawn, marked=marked, population=units)
    assert chance == Fraction(ways, orders)


@given(st.integers(0, 60), st.integers(0, 60), st.fractions(0, Fraction(99, 100)))
def test_chances_of_tries_are_summed_term_by_term(seen: int, tries: int, chance: Fraction) -> None:
    terms = [
        comb(tries, one) * chance**one * (1 - chance) ** (tries - one) for one in range(tries + 1)
    ]
    assert trying_at_most(seen, tries=tries, chance=chance) == sum(terms[: seen + 1])


PLANS = st.builds(
    plan,
    st.sampled_from([Method.HYPERGEOMETRIC, Method.BINOMIAL, *sorted(BAYESIAN)]),
    st.integers(1, 300),
    st.fractions(Fraction(1, 50), 1, max_denominator=50),
    st.fractions(Fraction(1, 2), Fraction(99, 100), max_denominator=100),
    st.integers(0, 3),
)


@given(PLANS)
def test_a_plan_suffices_and_one_unit_less_does_not(one: Plan) -> None:
    found = size(one)
    if found is None:
        assert one.needed > one.units - one.negatives
        return
    assert one.negatives < found <= one.units
    assert one.supports(found, one.negatives, one.share)
    if found > one.negatives + 1:
        assert not one.supports(found - 1, one.negatives, one.share)


@given(PLANS, st.data())
def test_doubt_falls_with_every_unit_and_grows_with_negatives_and_share(
    one: Plan, data: st.DataObject
) -> None:
    drawn = data.draw(st.integers(1, one.units))
    negatives = data.draw(st.integers(0, drawn))
    doubt = one.doubt(drawn, negatives, one.share)
    assert 0 <= doubt <= 1
    if drawn < one.units:
        assert one.doubt(drawn + 1, negatives, one.share) <= doubt
        assert one.doubt(drawn + 1, negatives + 1, one.share) >= doubt
    assert one.doubt(drawn, negatives, min(Fraction(1), one.share * 2)) >= doubt


@given(PLANS)
def test_more_confidence_or_more_negatives_never_ask_for_fewer_units(one: Plan) -> None:
    found = size(one)
    surer = plan(one.method, one.units, one.share, (1 + one.confidence) / 2, one.negatives)
    worse = plan(one.method, one.units, one.share, one.confidence, one.negatives + 1)
    if found is not None:
        assert surer.size >= found
        assert (size(worse) or one.units) >= found


@given(PLANS)
def test_without_negatives_putting_back_never_asks_for_fewer_units(one: Plan) -> None:
    finite, large = (
        plan(method, one.units, one.share, one.confidence).size
        for method in (Method.HYPERGEOMETRIC, Method.BINOMIAL)
    )
    assert finite <= large


def test_arbitrary_numbers_are_rounded_up_exactly() -> None:
    for units in range(1, 1001):
        root = plan(Method.SQUARE_ROOT, units, SHARES[0], SURE[0]).size
        assert (root - 1) ** 2 < units <= root**2
        tenth = plan(Method.TWENTY_AND_TENTH, units, SHARES[0], SURE[0]).size
        rest = next(n for n in range(units) if 10 * n >= units - 20)
        assert tenth == min(units, 20) + rest
    huge = 10**40 + 1
    assert plan(Method.SQUARE_ROOT, huge, SHARES[0], SURE[0]).size == isqrt(huge) + 1


def test_the_share_of_a_lot_is_rounded_up_from_the_fraction_and_not_from_a_float() -> None:
    assert plan(Method.HYPERGEOMETRIC, 10, Fraction("0.7"), SURE[0]).needed == 7
    # As floats 100 times 0.07 is more than 7.
    assert plan(Method.HYPERGEOMETRIC, 100, Fraction("0.07"), SURE[0]).needed == 7
    with pytest.raises(InvalidSamplingPlan):
        plan(Method.HYPERGEOMETRIC, 10, 0.7, SURE[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("units", {"units": 0}),
        ("share", {"share": Fraction(0)}),
        ("share", {"share": Fraction(11, 10)}),
        ("confidence", {"confidence": Fraction(0)}),
        ("confidence", {"confidence": Fraction(1)}),
        ("negatives", {"negatives": -1}),
        ("prior", {"prior": UNIFORM}),
        ("prior", {"method": Method.BAYESIAN}),
        ("prior", {"method": Method.BAYESIAN, "prior": Prior(0, 1)}),
    ],
)
def test_what_is_no_plan_is_refused_by_field(field: str, changed: dict[str, object]) -> None:
    whole: dict[str, object] = {
        "method": Method.HYPERGEOMETRIC,
        "units": 10,
        "share": SHARES[0],
        "confidence": SURE[0],
    }
    with pytest.raises(InvalidSamplingPlan) as refused:
        Plan(**{**whole, **changed})  # type: ignore[arg-type]
    assert refused.value.field == field


def test_more_negatives_than_the_share_leaves_room_for_are_out_of_reach() -> None:
    assert plan(Method.HYPERGEOMETRIC, 10, Fraction("0.9"), SURE[0], 1).size == 10
    with pytest.raises(OutOfReach):
        _ = plan(Method.HYPERGEOMETRIC, 10, Fraction("0.9"), SURE[0], 2).size
