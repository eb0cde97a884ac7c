"""How dangerous a unit still is, from what the record says of it. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from custody.seizures.lifecycle import ENDED, AssayState, Stage


class RiskClass(StrEnum):
    """What somebody could do with it, from most to least.

    HIGH: as caught, or treated in a way that nobody vouches for: a protocol that was not kept, an assay that failed. It
        can be sold, so it is worth an attack.
    LOWERED: treated by its protocol, and no independent assay has passed yet: most likely worthless, and not proved so.
    LOW: an independent assay found it non-retrievable (21 CFR 1300.05). It is waste that stays tracked to its end.
    NONE: it is no more: burnt, divided into others, or never was.
    """

    HIGH = "high"
    LOWERED = "lowered"
    LOW = "low"
    NONE = "none"


#: The same for readers of an API.
RISK_CLASSES = (
    "`high` as caught, or not known to be harmless; `lowered` treated by its protocol, and no assay has passed yet; "
    "`low` found non-retrievable by an independent assay; `none` is no more."
)


class Told(Protocol):
    """An exhibit, as far as its risk depends on it: its state, or its row."""

    @property
    def stage(self) -> str: ...
    @property
    def neutralised_at(self) -> datetime | None: ...
    @property
    def assay(self) -> str: ...


def risk_class(exhibit: Told) -> RiskClass:
    """The risk class of an exhibit; samples are never treated, and so stay high."""
    if Stage(exhibit.stage) in ENDED:
        return RiskClass.NONE
    if exhibit.neutralised_at is None:
        return RiskClass.HIGH
    return RiskClass.LOW if exhibit.assay == AssayState.PASSED else RiskClass.LOWERED
