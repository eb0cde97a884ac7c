"""Any life of a seizure: the account adds up to what is there, finds every theft where it showed, and accuses nobody else."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.audit.account import Heading, Reason
from custody.audit.books import account
from tests.masses.lives import live

LIVES = st.integers(0, 10**9)


@settings(max_examples=60)
@given(seed=LIVES, length=st.integers(0, 25))
def test_an_honest_account_closes_to_the_gram(seed: int, length: int) -> None:
    life = live(seed, length, thieves=False)
    found = account(life.passages)
    assert found.closes
    assert found.total(Heading.DIFFERENCE) == 0
    assert found.total(Heading.PACKAGING) == 0
    assert -found.total(Heading.BURNT) == life.burnt
    assert found.balance == sum(found.held.values(), Decimal(0)) == sum(life.truth.values())


@settings(max_examples=60)
@given(seed=LIVES, length=st.integers(5, 25))
def test_every_theft_is_found_at_the_first_reading_after_it(seed: int, length: int) -> None:
    life = live(seed, length, thieves=True)
    found = account(life.passages)
    assert {one.seq: -one.grams for one in found.lines if one.beyond} == life.robbed
    assert found.total(Heading.DIFFERENCE) == -sum(life.robbed.values(), Decimal(0))
    assert found.balance == sum(found.held.values(), Decimal(0)) == sum(life.truth.values())


@settings(max_examples=30)
@given(seed=LIVES, order=st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_read_changes_nothing(seed: int, order: object) -> None:
    passages = live(seed, 12, thieves=True).passages
    mixed = passages[:]
    order.shuffle(mixed)  # type: ignore[attr-defined]
    assert account(mixed) == account(passages)


def test_an_end_or_a_beginning_that_says_nothing_of_its_mass_is_where_it_does_not_close() -> None:
    life = live(1, 0, thieves=False)
    (whole,) = life.live()
    mass = life.truth[whole]
    ended = life.put(whole, "exhibit.split", {"parts": []}, life.act())
    found = account(life.passages)
    assert [(one.reason, one.seq, one.grams) for one in found.points] == [
        (Reason.DIFFERENCE, ended, -mass)
    ]
    assert found.balance == 0
    life.begin("exhibit.split", life.act(), Decimal(500), whole)
    found = account(life.passages)
    assert [one.grams for one in found.points] == [-mass, 500]
    assert found.balance == sum(found.held.values(), Decimal(0)) == 500
