"""Mass across a run: what the scales explain is never called a loss, and what they do not explain always is."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from custody.neutralising.rules import Balance

STEPS = st.sampled_from([Decimal(one) for one in ("0.01", "1", "20", "50")])
MILLIGRAMS = st.integers(0, 500_000_000)


def on(step: Decimal, grams: Decimal) -> Decimal:
    """What a scale shows of a mass: the nearest of its steps."""
    return (grams / step).to_integral_value() * step


@st.composite
def runs(draw: st.DrawFn) -> tuple[Decimal, Decimal, Decimal, list[Decimal], list[Decimal]]:
    """Steps of two scales; the true masses before, of each portion, and of each residue taken out, in grams."""
    before_step, step = draw(STEPS), draw(STEPS)
    before, *portions = (
        Decimal(one) / 1000 for one in draw(st.lists(MILLIGRAMS, min_size=2, max_size=5))
    )
    there = before + sum(portions)
    residues = []
    for share in draw(st.lists(st.integers(0, 30), max_size=3)):
        residues.append(there * share / 100)
        there -= residues[-1]
    return before_step, step, before, portions, residues


def told(case: tuple[Decimal, Decimal, Decimal, list[Decimal], list[Decimal]]) -> Balance:
    before_step, step, before, portions, residues = case
    return Balance(
        before=on(before_step, before),
        before_step=before_step,
        reagents=[on(step, one) for one in portions],
        residues=[on(step, one) for one in residues],
        step=step,
    )


@given(runs())
def test_when_nothing_goes_and_nothing_comes_nothing_differs(
    case: tuple[Decimal, Decimal, Decimal, list[Decimal], list[Decimal]],
) -> None:
    _, step, before, portions, residues = case
    after = on(step, before + sum(portions) - sum(residues))
    assert told(case).difference(after) is None


@given(runs(), st.booleans())
def test_a_gain_or_loss_of_twice_the_uncertainty_is_always_seen(
    case: tuple[Decimal, Decimal, Decimal, list[Decimal], list[Decimal]],
    gain: bool,
) -> None:
    _, step, before, portions, residues = case
    balance = told(case)
    moved = 2 * balance.within if gain else -2 * balance.within
    after = on(step, before + sum(portions) - sum(residues) + moved)
    difference = balance.difference(after)
    assert difference is not None
    assert (difference > 0) is gain


@given(runs())
def test_everything_in_is_everything_out(
    case: tuple[Decimal, Decimal, Decimal, list[Decimal], list[Decimal]],
) -> None:
    balance = told(case)
    assert balance.expected + sum(balance.residues) == balance.before + sum(balance.reagents)
    assert balance.within == case[0] + case[1] * (len(case[3]) + len(case[4]) + 1)
