"""Sampling plans: how many units of a lot to examine. Pure and exact.

Sources: UNODC/ENFSI, Guidelines on Representative Drug Sampling (ST/NAR/38, 2009), for the hypergeometric, the
binomial and the Bayesian method and for what is called arbitrary here; Frank, Hinkley and Hoffman, Journal of
Forensic Sciences 1991, for 20 and a tenth of the rest. The SWGDRUG recommendations name the square root among the
methods that are not statistical.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, isqrt

from custody.kit.errors import CustodyError
from custody.sampling.chances import drawing_at_most, trying_at_most


class InvalidSamplingPlan(CustodyError):
    """This is no sampling plan: {why}."""

    code = "invalid_sampling_plan"


class OutOfReach(CustodyError):
    """With {negatives} negatives among {units} units it cannot be that {needed} of them are positive."""

    code = "share_out_of_reach"


class Method(StrEnum):
    #: A lot of known size, drawn without putting back.
    HYPERGEOMETRIC = "hypergeometric"
    #: A lot so large that its size does not matter; on a small one it asks for more than is needed.
    BINOMIAL = "binomial"
    #: What is believed of a lot of known size, from a stated prior: beta-binomial.
    BAYESIAN = "bayesian"
    #: The same for a lot so large that its size does not matter: beta.
    BAYESIAN_LARGE_LOT = "bayesian_large_lot"
    SQUARE_ROOT = "square_root"
    TWENTY_AND_TENTH = "twenty_and_tenth"


#: The numbers they ask for follow from no confidence: what they find has to be judged afterwards.
ARBITRARY = frozenset({Method.SQUARE_ROOT, Method.TWENTY_AND_TENTH})
BAYESIAN = frozenset({Method.BAYESIAN, Method.BAYESIAN_LARGE_LOT})
_LARGE_LOT = frozenset({Method.BINOMIAL, Method.BAYESIAN_LARGE_LOT})


@dataclass(frozen=True)
class Prior:
    """What is believed of the share of positives beforehand: a beta distribution.

    Attributes:
        positives: its first parameter, a whole number of at least 1: as if so many positives,
        negatives: its second one: and so many negatives had been seen. Both 1: any share is as likely.
    """

    positives: int
    negatives: int

    def __str__(self) -> str:
        return f"Beta({self.positives}, {self.negatives})"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be stated of a lot, and by which method the number of units to examine is found.

    Attributes:
        method: how the number is found.
        units: in the lot; they look alike.
        share: at least this share of them is to be positive; above 0, at most 1.
        confidence: how sure the statement is to be; between 0 and 1.
        negatives: how many of the examined units are expected to be negative.
        prior: for the Bayesian methods, and only for them.

    Raises:
        InvalidSamplingPlan: one of them is not as told above.
    """

    method: Method
    units: int
    share: Fraction
    confidence: Fraction
    negatives: int = 0
    prior: Prior | None = None

    def __post_init__(self) -> None:
        exact = isinstance(self.share, Fraction) and isinstance(self.confidence, Fraction)
        stated = (self.prior is not None) is (self.method in BAYESIAN)
        counts = (self.prior.positives, self.prior.negatives) if self.prior else (1, 1)
        for field, holds, why in (
            ("units", self.units >= 1, "a lot has at least one unit"),
            # A float counts at its binary value: 0.7 of 10 units would come out as more than 7.
            ("share", exact, "share and confidence are exact fractions"),
            ("share", 0 < self.share <= 1, "the share is above 0 and at most 1"),
            ("confidence", 0 < self.confidence < 1, "the confidence is between 0 and 1"),
            ("negatives", self.negatives >= 0, "fewer than no negatives cannot be expected"),
            ("prior", stated, "a Bayesian method states its prior, and no other has one"),
            ("prior", min(counts) >= 1, "both numbers of the prior are at least 1"),
        ):
            if not holds:
                raise InvalidSamplingPlan(field=field, why=why)

    @property
    def needed(self) -> int:
        """The fewest positive units that make up the share: rounded up, exactly."""
        return ceil(self.share * self.units)

    def doubt(self, examined: int, negatives: int, share: Fraction) -> Fraction:
        """How doubtful it still is, after an examination, that a share of the lot is positive.

        Of a Bayesian method it is the probability that it is not, given prior and findings. Of the others it is
        the greatest chance to find so few negatives in a lot where it is not. Both are the same tail: a prior
        adds what it counts for to the draw and to the lot, and no prior counts for one negative that is in the
        lot and never drawn. Arbitrary numbers are judged as what they are, a draw from a lot of known size.

        Args:
            examined: units examined, drawn at random.
            negatives: how many of them were negative.
            share: the share in question, above 0, at most 1.
        """
        needed = ceil(share * self.units)
        if needed <= examined - negatives:
            return Fraction(0)
        if needed > self.units - negatives:
            return Fraction(1)
        before, against = (self.prior.positives, self.prior.negatives) if self.prior else (0, 1)
        seen, known = negatives + against - 1, before + against - 1
        if self.method in _LARGE_LOT:
            return trying_at_most(seen, tries=examined + known, chance=1 - share)
        return drawing_at_most(
            seen,
            drawn=examined + known,
            marked=self.units - needed + against,
            population=self.units + known,
        )

    def supports(self, examined: int, negatives: int, share: Fraction) -> bool:
        """Whether an examination with so many negatives lets a share be stated with the plan's confidence."""
        return self.doubt(examined, negatives, share) <= 1 - self.confidence

    def fewest(self, negatives: int) -> int:
        """The fewest units to examine so that the share can be stated although so many of them are negative.

        Raises:
            OutOfReach: the rest of the lot is too small for that.
        """
        if self.needed > self.units - negatives:
            raise OutOfReach(
                field="negatives", negatives=negatives, units=self.units, needed=self.needed
            )

        def enough(examined: int) -> bool:
            return self.supports(examined, negatives, self.share)

        low = high = negatives + 1
        while not enough(high):
            low, high = high, min(2 * high, self.units)
        return bisect_left(range(high + 1), x=True, lo=low, hi=high, key=enough)

    @property
    def size(self) -> int:
        """How many units to examine.

        Raises:
            OutOfReach: with the negatives expected, the share cannot be stated of this lot.
        """
        match self.method:
            case Method.SQUARE_ROOT:
                return isqrt(self.units - 1) + 1
            case Method.TWENTY_AND_TENTH:
                return min(self.units, 20) + -(-max(0, self.units - 20) // 10)
        return self.fewest(self.negatives)
