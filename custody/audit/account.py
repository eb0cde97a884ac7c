"""The mass account of a seizure: every gram in and out, and where a difference sits. Pure; exact, in grams.

The lines add up to what is held, to the milligram; whether the account *closes* is another matter, and the open points say
why it does not. :mod:`custody.audit.books` keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from custody.ledger.events import Event
from custody.seizures.lifecycle import Stage
from custody.seizures.states import ExhibitState

ZERO = Decimal(0)


class Heading(StrEnum):
    """What a line is about; each moves what is held by its grams."""

    INTERCEPTED = "intercepted"
    REAGENT = "reagent"
    #: Used up by analyses.
    CONSUMED = "consumed"
    #: As weighed at the kiln mouth, less packaging.
    BURNT = "burnt"
    #: Counted as goods until its own weighing showed it to be packaging, or the other way round.
    PACKAGING = "packaging"
    #: What a reading showed otherwise than the record.
    DIFFERENCE = "difference"
    #: A difference of a closed container, once it is open: it is looked for in what was inside.
    OPENED = "opened"


class Reason(StrEnum):
    """Why an account does not close."""

    DIFFERENCE = "difference"
    MISSING = "missing"
    UNWEIGHED = "unweighed"
    DISPUTED = "disputed"


@dataclass(frozen=True)
class Passage:
    """One event of one exhibit that counts, with the states around it."""

    seq: int
    before: ExhibitState | None
    event: Event
    after: ExhibitState


@dataclass(frozen=True, kw_only=True)
class Line:
    """One movement of mass.

    Attributes:
        grams: by how much what is held changes.
        measured: the mass that was read, and ``expected`` what it was to be; None where nothing was compared.
        within: how far they may be apart by the scales (``N·d``), and ``drying`` what may be missing besides.
        step: the coarsest ``d`` among them: below it, a difference is nothing but rounding.
        beyond: they are further apart.
        since_seq: the event of the reading that this one is compared with: what differs went, or came, between them.
        place, holder: code of the place and of the officers' unit where it was read.
        holders: the units in whose hands it was between the two.
        scale, read_by: of the reading.
        custodians, places: badges and places with whom and where it was since the last reading, whatever that was
            compared with.
    """

    seq: int
    at: datetime
    exhibit: UUID
    label: str
    kind: str
    heading: Heading
    grams: Decimal
    place: str | None
    holder: str | None
    expected: Decimal | None = None
    measured: Decimal | None = None
    within: Decimal = ZERO
    step: Decimal = ZERO
    drying: Decimal = ZERO
    beyond: bool = False
    since_seq: int | None = None
    holders: tuple[str, ...] = ()
    scale: str | None = None
    read_by: str | None = None
    custodians: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Point:
    """One reason why the account does not close: at this unit, since this event.

    Attributes:
        grams: what is too little or too much; of what is missing, all of it; None where nobody knows.
    """

    reason: Reason
    label: str
    exhibit: UUID
    seq: int
    grams: Decimal | None


@dataclass(frozen=True)
class Account:
    """A seizure's masses, whole.

    Attributes:
        lines: in the order of the ledger.
        held: what is still held, by stage of the handling unit; what is missing is among it.
        points: why it does not close, in the order of the ledger.
    """

    lines: tuple[Line, ...]
    held: Mapping[Stage, Decimal]
    points: tuple[Point, ...]

    @property
    def closes(self) -> bool:
        """Every unit was weighed and is where it should be, and no reading differs by more than scales explain."""
        return not self.points

    def total(self, heading: Heading) -> Decimal:
        """The sum of the lines under a heading, in grams."""
        return sum((one.grams for one in self.lines if one.heading is heading), ZERO)

    @property
    def balance(self) -> Decimal:
        """All lines together: what is held by the account."""
        return sum((one.grams for one in self.lines), ZERO)

    @property
    def uncertainty(self) -> Decimal:
        """What the scales explain of all differences together, in grams: the sum over the comparisons."""
        return sum((one.within for one in self.lines), ZERO)
