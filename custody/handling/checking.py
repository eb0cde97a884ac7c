"""What a taker says of units that pass into their hands, and of those that they do not take."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from custody.handling.commands import (
    Command,
    choice,
    label,
    labels,
    mass,
    number_on_seal,
    rows,
    scale,
    text,
)
from custody.people.models import Officer


class Finding(StrEnum):
    INTACT = "intact"
    TAMPERED = "tampered"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Check(Command):
    """How one unit arrived."""

    exhibit: str = label("Unit")
    seal_number: str | None = number_on_seal("Seal number", required=False)
    finding: str | None = choice("Seal found", Finding, required=False)
    gross_grams: Decimal | None = mass("Gross, in grams", required=False)


class Objection(StrEnum):
    """Why a unit is not taken."""

    MISSING = "missing"
    SEAL_BROKEN = "seal_broken"
    SEAL_DIFFERS = "seal_differs"
    MASS_DIFFERS = "mass_differs"
    #: Nothing is wrong with it: it is meant for somebody else.
    NOT_MINE = "not_mine"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class NotTaken(Command):
    """One unit that is not taken, and why."""

    exhibit: str = label("Unit")
    objection: str = choice("Why not", Objection)
    seal_number: str | None = number_on_seal("Seal number found", required=False)
    gross_grams: Decimal | None = mass("Gross, in grams, as weighed now", required=False)
    details: str | None = text("In words", required=False)


@dataclass(frozen=True, kw_only=True)
class Acceptance(Command):
    """What is taken of what was proposed, as it was found; and what is not, and why."""

    exhibits: tuple[str, ...] | None = labels("Units taken", required=False)
    scale: str | None = scale(required=False)
    checks: tuple[Check, ...] | None = rows("Checks", Check, required=False)
    not_taken: tuple[NotTaken, ...] | None = rows("Units not taken", NotTaken, required=False)


@dataclass(frozen=True)
class Taking:
    """What the taker found while confirming: theirs are the readings then, not the proposer's."""

    taker: Officer
    scale: str | None
    checks: tuple[Check, ...]
