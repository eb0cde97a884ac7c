"""The same questions answered slowly and obviously: one unit drawn after another, every draw tried, Bayes' theorem."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb


def one_after_another(units: int, marked: int, at_most: int) -> Iterator[tuple[int, int]]:
    """After each further unit drawn: in how many orders at most so many marked ones are drawn, and of how many.

    No binomial coefficient: the next unit is one of those that are left.
    """
    ways, orders = [1] + [0] * at_most, 1
    for drawn in range(units):
        left = [units - marked - (drawn - seen) for seen in range(at_most + 1)]
        ways = [
            ways[seen] * max(0, left[seen])
            + (ways[seen - 1] * (marked - seen + 1) if 0 < seen <= marked else 0)
            for seen in range(at_most + 1)
        ]
        orders *= units - drawn
        yield sum(ways), orders


def needed_of(units: int, share: Fraction) -> int:
    """The fewest units that are the share or more: counted."""
    return next(
        one for one in range(units + 1) if one * share.denominator >= units * share.numerator
    )


def fewest_by_drawing(units: int, needed: int, confidence: Fraction, negatives: int) -> int | None:
    """The hypergeometric plan: units are drawn from the best lot in which the claim is wrong until that shows."""
    if needed > units - negatives:
        return None
    risk = 1 - confidence
    for drawn, (ways, orders) in enumerate(
        one_after_another(units, units - needed + 1, negatives), start=1
    ):
        if ways * risk.denominator <= orders * risk.numerator:
            return drawn
    raise AssertionError


def share_of_draws(units: int, marked: int, drawn: int, at_most: int) -> Fraction:
    """The share of all draws with at most so many marked units: every one is made."""
    draws = list(combinations(range(units), drawn))
    return Fraction(sum(sum(one < marked for one in draw) <= at_most for draw in draws), len(draws))


def believed(
    units: int, drawn: int, negatives: int, prior: tuple[int, int]
) -> list[tuple[int, Fraction]]:
    """How probable each number of positives in the lot is: a beta-binomial prior and Bayes' theorem, term by term."""
    before, against = prior
    weights = [
        comb(positive + before - 1, positive)
        * comb(units - positive + against - 1, units - positive)
        * comb(positive, drawn - negatives)
        * comb(units - positive, negatives)
        for positive in range(units + 1)
    ]
    return [(positive, Fraction(one, sum(weights))) for positive, one in enumerate(weights)]


def drawn_by_shell(lot: Sequence[str], seed: str, count: int) -> list[str]:
    """The documented draw, by nothing but the standard tools of a shell."""
    script = r"""
        while IFS= read -r label; do
            printf '%s %s\n' "$(printf '%s\n%s' "$1" "$label" | sha256sum | cut -c1-64)" "$label"
        done | LC_ALL=C sort | head -n "$2" | cut -d' ' -f2-
    """
    done = subprocess.run(
        ["sh", "-c", script, "sh", seed, str(count)],
        input="".join(f"{label}\n" for label in lot),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()
