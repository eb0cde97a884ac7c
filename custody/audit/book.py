"""What is known of one exhibit's own mass, while an account is kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.audit.account import ZERO, Passage
from custody.seizures.states import ExhibitState


@dataclass
class Book:
    """What is known of one exhibit's own mass, without what is inside it."""

    state: ExhibitState
    born: int
    gross: Decimal | None = None
    tare: Decimal | None = None
    step: Decimal | None = None
    anchor: Decimal | None = None
    anchor_step: Decimal | None = None
    anchor_seq: int | None = None
    anchor_at: datetime | None = None
    made: bool = False
    ended: bool = False
    inside: set[UUID] = field(default_factory=set)
    #: What was inside when the anchor was read.
    anchor_inside: frozenset[UUID] = frozenset()
    #: Since the anchor, and since the last reading.
    holders: set[str] = field(default_factory=set)
    custodians: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)

    @property
    def mass(self) -> Decimal:
        """Net where packaging is known, gross otherwise."""
        if self.ended or self.gross is None:
            return ZERO
        return self.gross if self.tare is None else self.gross - self.tare

    def read(self, told: Mapping[str, Any], around: Decimal = ZERO) -> None:
        """Take over a reading; ``around`` is the gross of what is inside."""
        if told.get("gross_grams") is not None:
            self.gross = Decimal(told["gross_grams"]) - around
        if told.get("tare_grams") is not None:
            self.tare = Decimal(told["tare_grams"])
        if told.get("readability_grams") is not None:
            self.step = Decimal(told["readability_grams"])

    def anchored(self, passage: Passage) -> None:
        """Let what is known now be what the next reading is judged by."""
        self.anchor, self.anchor_step = self.gross, self.step
        self.anchor_inside = frozenset(self.inside)
        self.anchor_seq, self.anchor_at = passage.seq, passage.event.occurred_at
        self.holders = set()
        self.lies(self.state)

    def lies(self, at: ExhibitState) -> None:
        """Note in whose hands and where it is, as its handling unit says."""
        self.holders.add(at.custodian_unit)
        self.custodians.add(at.custodian_id)
        if at.place_id:
            self.places.add(at.place_id)


def born_of(passage: Passage) -> Mapping[str, Any]:
    """What the first event of an exhibit says of it; nothing of any other."""
    found: Any = passage.event.payload.get("exhibit")
    return found if passage.before is None and found else {}


def fresh(passage: Passage) -> Book:
    """A new exhibit by its own first reading."""
    book = Book(passage.after, passage.seq)
    book.read(born_of(passage).get("reading") or {})
    return book
