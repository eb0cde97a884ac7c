"""How much one session may burn. Pure.

A cap is about mass as it goes into the kiln, packaging and all: that is what the filters get. Several caps hold at once,
each over the units that it is about; whichever is reached first stops the session.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Load:
    """One unit as it would go into the kiln; its gross mass in grams."""

    label: str
    substance: str
    form: str
    grams: Decimal


@dataclass(frozen=True)
class Cap:
    """At most so many grams a session of what it is about: any substance, any form, where it names none."""

    substance: str | None
    form: str | None
    grams: Decimal

    def about(self, load: Load) -> bool:
        """Whether a unit counts against it."""
        return self.substance in (None, load.substance) and self.form in (None, load.form)

    @property
    def general(self) -> bool:
        return self.substance is None and self.form is None

    @property
    def what(self) -> str:
        """What it is about, in words."""
        named = (self.substance, f"in the form of {self.form}" if self.form else None)
        return " ".join(part for part in named if part) or "everything"


@dataclass(frozen=True)
class Excess:
    """A cap that is passed, the unit that passes it, and the mass with that unit, in grams."""

    cap: Cap
    label: str
    grams: Decimal


def excess(caps: Iterable[Cap], loads: Sequence[Load]) -> Excess | None:
    """The first cap that these units pass, taken in their order; None if they all fit.

    Of several caps that one unit passes, the tightest is named.
    """
    ordered = sorted(caps, key=lambda cap: cap.grams)
    sums = [Decimal(0)] * len(ordered)
    for load in loads:
        for number, cap in enumerate(ordered):
            if cap.about(load):
                sums[number] += load.grams
        for cap, total in zip(ordered, sums, strict=True):
            if total > cap.grams:
                return Excess(cap, load.label, total)
    return None


def room(caps: Iterable[Cap], loads: Sequence[Load], substance: str, form: str) -> Decimal:
    """How many grams of a substance in a form these units leave room for; never below nothing."""
    another = Load("", substance, form, Decimal(0))
    left = [
        cap.grams - sum((load.grams for load in loads if cap.about(load)), Decimal(0))
        for cap in caps
        if cap.about(another)
    ]
    return max(min(left), Decimal(0))
