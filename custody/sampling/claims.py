"""What can be stated of a lot after some of its units were examined. Pure and exact."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from custody.kit.errors import CustodyError
from custody.sampling.plans import ARBITRARY, Method, OutOfReach, Plan


class ImpossibleFinding(CustodyError):
    """{negatives} negatives among {examined} examined units of {units} cannot be."""

    code = "impossible_finding"


@dataclass(frozen=True)
class Claim:
    """What an examination supports.

    Attributes:
        plan: what was to be stated.
        examined: units examined, drawn at random.
        negatives: how many of them were negative.
        stands: what was to be stated can be.
        at_least: the most units of the lot that can be stated to be positive, with the plan's confidence.
        more: how many more units to examine to state what was planned, if none of them is negative; None if the
            lot cannot hold so many positives any more. Each further stage is one more chance to be wrong: except
            with a Bayesian method, the confidence is that of the whole draw as if it had been planned at once.
    """

    plan: Plan
    examined: int
    negatives: int
    stands: bool
    at_least: int
    more: int | None

    def in_words(self, substance: str) -> str:
        """The claim as a sentence for a report, and what would be needed for the planned one if it does not stand.

        Args:
            substance: what positive units contain.
        """
        return " ".join([self._statement(substance), *self._reservations()])

    def _statement(self, substance: str) -> str:
        units = self.plan.units
        found = self.examined - self.negatives
        if self.examined == units:
            return f"All {units} units were examined: {found} contain {substance}."
        basis = f"{self.examined} of {units} units were examined, {self.negatives} of them negative"
        if self.stands:
            what = f"At least {percent(self.plan.share)} of the units contain {substance}"
        elif self.at_least > found:
            what = f"At least {self.at_least} of the {units} units contain {substance}"
        else:
            return f"{basis}: {found} contain {substance}; of the others nothing can be stated."
        return f"{what}, {self._sureness()} ({basis})."

    def _sureness(self) -> str:
        sure = percent(self.plan.confidence)
        if self.plan.prior:
            return f"with a probability of {sure} under the prior {self.plan.prior}"
        return f"with {sure} confidence"

    def _reservations(self) -> list[str]:
        said = []
        if self.plan.method in ARBITRARY:
            said.append(f"The number to examine was arbitrary: {_RULES[self.plan.method]}.")
        planned = percent(self.plan.share)
        if self.more is None:
            most = self.plan.units - self.negatives
            said.append(
                f"{planned} cannot be stated any more: at most {most} units can be positive."
            )
        elif self.more:
            said.append(
                f"To state {planned}, examine {self.more} more; none of them may be negative."
            )
        return said


_RULES = {
    Method.SQUARE_ROOT: "the square root of the lot",
    Method.TWENTY_AND_TENTH: "20 and a tenth of the rest",
}


def claim(plan: Plan, *, examined: int, negatives: int) -> Claim:
    """What can be stated now.

    Args:
        plan: what was to be stated of which lot.
        examined: units examined so far, at least one, all drawn at random.
        negatives: how many of them were negative.

    Raises:
        ImpossibleFinding: the numbers contradict each other or the lot.
    """
    if not (1 <= examined <= plan.units and 0 <= negatives <= examined):
        raise ImpossibleFinding(
            field="negatives", negatives=negatives, examined=examined, units=plan.units
        )
    stands = plan.supports(examined, negatives, plan.share)
    at_least = _at_least(plan, examined, negatives)
    try:
        more = max(0, plan.fewest(negatives) - examined)
    except OutOfReach:
        more = None
    return Claim(
        plan=plan,
        examined=examined,
        negatives=negatives,
        stands=stands,
        # Of a large lot a share between two whole numbers of units may stand where the one above it does not.
        at_least=max(at_least, plan.needed) if stands else at_least,
        more=more,
    )


def _at_least(plan: Plan, examined: int, negatives: int) -> int:
    """What was found to be positive is; of larger numbers, those that are supported come before those that are not."""
    found = examined - negatives
    numbers = range(found + 1, plan.units - negatives + 1)
    return found + bisect_right(
        numbers,
        x=False,
        key=lambda number: not plan.supports(examined, negatives, Fraction(number, plan.units)),
    )


def percent(share: Fraction) -> str:
    """A share in words, never rounded: in per cent if that ends after a few decimals, else as the fraction it is."""
    hundredths = share * 100
    if 10**6 % hundredths.denominator:
        return str(share)
    return f"{Decimal(hundredths.numerator) / hundredths.denominator:f} %"
