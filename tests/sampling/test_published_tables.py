"""Plans equal the tables that laboratories and plant inspectors use.

Sources: UNODC/ENFSI, Guidelines on Representative Drug Sampling, ST/NAR/38 (2009); Tzidony and Ravreby, Journal of
Forensic Sciences 1992, abstract; FAO/IPPC ISPM 31, table 1. The numbers follow from the definitions (the greatest
lot in which the claim is wrong; the least draw in which that shows) and were not copied from a printed page.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from custody.sampling.plans import Method, Plan, Prior

SHARES = ("0.5", "0.7", "0.9")

#: Units: for 50, 70 and 90 % at 95 % confidence, then at 99 %; no negatives.
NO_NEGATIVES = {
    10: (3, 5, 8, 4, 6, 9),
    20: (4, 6, 12, 5, 9, 15),
    30: (4, 7, 15, 6, 10, 20),
    40: (4, 7, 18, 6, 10, 23),
    50: (4, 8, 19, 6, 11, 26),
    60: (4, 8, 20, 6, 11, 28),
    70: (5, 8, 21, 7, 12, 30),
    80: (5, 8, 22, 7, 12, 31),
    90: (5, 8, 23, 7, 12, 32),
    100: (5, 8, 23, 7, 12, 33),
    200: (5, 9, 26, 7, 13, 38),
    300: (5, 9, 27, 7, 13, 40),
    400: (5, 9, 27, 7, 13, 41),
    500: (5, 9, 28, 7, 13, 41),
    600: (5, 9, 28, 7, 13, 42),
    700: (5, 9, 28, 7, 13, 42),
    800: (5, 9, 28, 7, 13, 42),
    900: (5, 9, 28, 7, 13, 43),
    1000: (5, 9, 28, 7, 13, 43),
    5000: (5, 9, 29, 7, 13, 44),
    10000: (5, 9, 29, 7, 13, 44),
}
ONE_NEGATIVE = {
    10: (5, 7, 10, 6, 8, 10),
    20: (6, 10, 17, 8, 12, 19),
    50: (7, 12, 29, 9, 16, 34),
    100: (7, 13, 36, 10, 17, 46),
    1000: (8, 14, 45, 11, 19, 62),
    10000: (8, 14, 46, 11, 20, 64),
}


def row(
    units: int, *, method: Method = Method.HYPERGEOMETRIC, negatives: int = 0
) -> tuple[int, ...]:
    return tuple(
        Plan(
            method=method,
            units=units,
            share=Fraction(share),
            confidence=Fraction(sure),
            negatives=negatives,
            prior=Prior(1, 1) if method is Method.BAYESIAN_LARGE_LOT else None,
        ).size
        for sure in ("0.95", "0.99")
        for share in SHARES
    )


@pytest.mark.parametrize("units", NO_NEGATIVES)
def test_the_table_without_negatives(units: int) -> None:
    assert row(units) == NO_NEGATIVES[units]


@pytest.mark.parametrize("units", ONE_NEGATIVE)
def test_the_table_with_one_negative(units: int) -> None:
    assert row(units, negatives=1) == ONE_NEGATIVE[units]


def test_large_lots() -> None:
    assert row(10**6, method=Method.BINOMIAL) == (5, 9, 29, 7, 13, 44)
    assert row(10**6, method=Method.BAYESIAN_LARGE_LOT) == (4, 8, 28, 6, 12, 43)


def test_six_or_seven_units_state_70_per_cent_with_90_per_cent_confidence() -> None:
    found = [
        Plan(
            method=Method.HYPERGEOMETRIC,
            units=units,
            share=Fraction("0.7"),
            confidence=Fraction("0.9"),
        ).size
        for units in (30, 100, 10000)
    ]
    assert found == [6, 7, 7]


def inspected(units: int, infested: int, confidence: str = "0.95") -> int:
    """Units to inspect to find one of so many infested ones: more than the rest of them is to be sound."""
    return Plan(
        method=Method.HYPERGEOMETRIC,
        units=units,
        share=Fraction(units - infested + 1, units),
        confidence=Fraction(confidence),
    ).size


#: Lot: inspected units that find a level of 5, 2 and 1 % with 95 % confidence.
CONSIGNMENTS = {
    50: (39, 48, None),
    100: (45, 78, 95),
    200: (51, 105, 155),
    300: (54, 117, 189),
    500: (56, 129, 225),
    1000: (57, 138, 258),
    10000: (59, 148, 294),
}


@pytest.mark.parametrize("units", CONSIGNMENTS)
def test_the_inspection_of_consignments(units: int) -> None:
    for level, expected in zip((5, 2, 1), CONSIGNMENTS[units], strict=True):
        infested = units * level // 100
        # Half an infested unit cannot be found.
        assert (inspected(units, infested) if infested else None) == expected


def test_what_programs_publish_from_an_approximation_is_not_reproduced() -> None:
    """The help page of ``RSurveillance::n.hypergeo`` prints 95, 156, 226, 259, 296 and, for one lot, 46."""
    exact = [inspected(units, units // 100) for units in (100, 200, 500, 1000, 10000)]
    assert exact == [95, 155, 225, 258, 294]
    assert inspected(100, 5) == 45


def test_the_score_interval_of_the_food_chemists_is_not_reproduced() -> None:
    """AOAC, appendix F: 3 of 3 positive give 52.6 %. That is a score limit; exactly it is 36.8 %, the root of 5 %."""
    lot = Plan(
        method=Method.BINOMIAL, units=1000, share=Fraction("0.526"), confidence=Fraction("0.95")
    )
    assert not lot.supports(3, 0, Fraction("0.526"))
    assert lot.supports(3, 0, Fraction("0.368"))
    assert not lot.supports(3, 0, Fraction("0.369"))
