"""What the analyses of a lot's units add up to: how many were examined, how many hold what they should. Pure.

Only what chance drew may speak for a lot. The drawn units count as soon as they are analysed; those that follow them in
the order of the draw count once all before them are. Whatever else was analysed was chosen by somebody, and is told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from custody.sampling.claims import Claim, claim
from custody.sampling.plans import Plan


class Result(StrEnum):
    """What an analysis says of a sample."""

    #: It holds what the record says.
    FOUND = "found"
    #: It holds nothing that was looked for.
    NOTHING = "nothing"
    #: It holds another substance.
    OTHER = "other"


@dataclass(frozen=True)
class Findings:
    """What is known of a lot.

    Attributes:
        examined: units that count, in the order of the draw.
        negatives: those of them in which the substance was not found.
        contradictory: those of them of which one sample holds it and another does not; they count as negative until
            the wrong finding is corrected.
        waiting: units drawn and not analysed yet.
        chosen: units analysed that chance did not draw; they count for nothing here.
        chosen_negatives: those of them in which the substance was not found.
    """

    examined: tuple[str, ...]
    negatives: tuple[str, ...]
    contradictory: tuple[str, ...]
    waiting: tuple[str, ...]
    chosen: tuple[str, ...]
    chosen_negatives: tuple[str, ...]

    @property
    def positives(self) -> int:
        """How many of the examined units hold the substance."""
        return len(self.examined) - len(self.negatives)

    def claim(self, plan: Plan) -> Claim | None:
        """What can be stated now; None while nothing was examined."""
        if not self.examined:
            return None
        return claim(plan, examined=len(self.examined), negatives=len(self.negatives))


def findings(order: Sequence[str], drawn: int, told: Mapping[str, Sequence[bool]]) -> Findings:
    """What the analyses so far add up to.

    Args:
        order: the whole lot in the order of the draw.
        drawn: how many of them, from the first, the plan has examined.
        told: by unit, whether each analysis of a sample of it found the substance.
    """
    done = [unit for unit in order if told.get(unit)]
    first = next((n for n, unit in enumerate(order) if not told.get(unit)), len(order))
    counting = {*order[: max(first, drawn)]}
    examined = tuple(unit for unit in done if unit in counting)
    chosen = tuple(unit for unit in done if unit not in counting)
    return Findings(
        examined=examined,
        negatives=tuple(unit for unit in examined if not all(told[unit])),
        contradictory=tuple(unit for unit in examined if len({*told[unit]}) == 2),
        waiting=tuple(unit for unit in order[:drawn] if not told.get(unit)),
        chosen=chosen,
        chosen_negatives=tuple(unit for unit in chosen if not all(told[unit])),
    )
