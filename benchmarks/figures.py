"""What a benchmark says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured, against what.
        value: the ratio or number.
        unit: ``x`` for ratios.
        at_least, at_most: the target, if there is one.
    """

    name: str
    value: float
    unit: str = "x"
    at_least: float | None = None
    at_most: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        if self.at_most is not None:
            return self.value <= self.at_most
        return None

    def line(self) -> str:
        """The figure as ``make bench`` prints it: name, value, target, reached or not."""
        target = "no target"
        if self.at_least is not None:
            target = f"at least {self.at_least:g}"
        elif self.at_most is not None:
            target = f"at most {self.at_most:g}"
        verdict = {True: "reached", False: "MISSED", None: "-"}[self.reached]
        return f"{self.name:<70} {self.value:>12.4g} {self.unit:<5} {target:<16} {verdict}"


def rate(work: Callable[[], None], times: int) -> float:
    """How often a second the work was done."""
    start = perf_counter()
    for _ in range(times):
        work()
    return times / (perf_counter() - start)


def interleaved(*works: Callable[[], None], times: int, rounds: int = 5) -> Sequence[float]:
    """The median rate of each, measured in turns so that a slow moment of the machine hits all alike."""
    rates: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for number, work in enumerate(works):
            rates[number].append(rate(work, times))
    return [median(several) for several in rates]
