"""Chances as exact fractions. Pure: whole numbers only, so nothing is rounded where a plan is decided."""

from __future__ import annotations

from fractions import Fraction
from math import comb


def drawing_at_most(seen: int, *, drawn: int, marked: int, population: int) -> Fraction:
    """The chance to see at most so many marked units in a draw without putting back: hypergeometric.

    Args:
        seen: at most so many marked ones are seen.
        drawn: units drawn.
        marked: marked units in the population.
        population: units in all.
    """
    # The same chance with the two exchanged; the smaller draw has the smaller numbers.
    drawn, marked = sorted((drawn, marked))
    unmarked = population - marked
    fewest = max(0, drawn - unmarked)
    ways, total = comb(marked, fewest) * comb(unmarked, drawn - fewest), 0
    for one in range(fewest, min(seen, drawn) + 1):
        total += ways
        ways = ways * (marked - one) * (drawn - one) // ((one + 1) * (unmarked - drawn + one + 1))
    return Fraction(total, comb(population, drawn))


def trying_at_most(seen: int, *, tries: int, chance: Fraction) -> Fraction:
    """The chance of at most so many hits in independent tries, each with the same chance below 1: binomial."""
    hit, miss = chance.numerator, chance.denominator - chance.numerator
    ways, total = miss**tries, 0
    for one in range(min(seen, tries) + 1):
        total += ways
        ways = ways * (tries - one) * hit // ((one + 1) * miss)
    return Fraction(total, chance.denominator**tries)
