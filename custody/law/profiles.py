"""Jurisdiction profiles as data: what the law of one place asks before drugs are destroyed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from custody.seizures.lifecycle import Form


class Deed(StrEnum):
    NEUTRALISE = "neutralise"
    INCINERATE = "incinerate"


class Shown(StrEnum):
    """What photographs have to show."""

    UNIT = "unit"
    #: Each innermost unit, before it was packed.
    CONTENTS = "contents"
    UNIT_OR_CONTENTS = "unit_or_contents"


class Since(StrEnum):
    """What a period is counted from."""

    #: The day on which the lawful owner was told; it runs only where the owner is known.
    OWNER_NOTIFIED = "owner_notified"
    ORDER_GIVEN = "order_given"
    SEIZURE_OPENED = "seizure_opened"


class Ground(StrEnum):
    """Why goods are destroyed before judgment: the four grounds of art. 28novies."""

    DANGER = "danger"
    HARM = "harm"
    UNLAWFUL = "unlawful"
    COST = "cost"


class MustHold(StrEnum):
    """What an order may have to hold; its number, its giver and its time it holds in any case."""

    REASONS = "reasons"
    GROUND = "ground"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule says of itself.

    Attributes:
        source: where it comes from.
        confirmed: somebody read it in that source; otherwise it is still to be confirmed.
    """

    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class OrderRule(Rule):
    """An order that names it.

    Attributes:
        by: kinds of agency whose orders count.
        must_hold: what it says.
        valid_days: how old it may be; None for any age.
    """

    by: frozenset[str]
    must_hold: frozenset[MustHold]
    valid_days: int | None


@dataclass(frozen=True, kw_only=True)
class SamplesRule(Rule):
    """What is taken before, and kept."""

    forms: tuple[Form, ...]


@dataclass(frozen=True, kw_only=True)
class PhotographsRule(Rule):
    """So many photographs at least, of what, before the deed."""

    least: int
    of: Shown


@dataclass(frozen=True, kw_only=True)
class PeriodRule(Rule):
    """A time that has to be over: notice, appeal."""

    name: str
    days: int
    since: Since


@dataclass(frozen=True, kw_only=True)
class RetainedRule(Rule):
    """Net grams of each substance that stay, whatever is destroyed.

    Attributes:
        grams: by substance; None where the amount is not known yet, so that nothing of it is destroyed.
    """

    grams: Mapping[str, Decimal | None]


@dataclass(frozen=True, kw_only=True)
class WitnessesRule(Rule):
    """So many witnesses, so many of them of another agency."""

    count: int
    other_agency: int


@dataclass(frozen=True, kw_only=True)
class DeedRules:
    """What one deed needs. Exactly one of ``order`` and ``standing`` is there.

    Attributes:
        order: an order in force.
        standing: a standing authorisation: no order is needed.
        judge: the judge's authorisation of the order while a judicial investigation is open.
        apart: samples are in the hands of another custodian than the bulk.
    """

    order: OrderRule | None = None
    standing: Rule | None = None
    judge: Rule | None = None
    samples: SamplesRule | None = None
    apart: Rule | None = None
    photographs: PhotographsRule | None = None
    periods: tuple[PeriodRule, ...] = ()
    retained: RetainedRule | None = None
    witnesses: WitnessesRule | None = None


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The rules of a jurisdiction that hold from a moment on, until another profile's do.

    Attributes:
        jurisdiction: an ISO 3166 code.
    """

    code: str
    version: int
    jurisdiction: str
    effective_at: datetime
    deeds: Mapping[Deed, DeedRules]

    @property
    def key(self) -> str:
        return f"{self.code}/{self.version}"

    def cite(self, rule: Rule) -> str:
        """The rule as people are told of it: its source, the profile, and whether somebody has yet to confirm it."""
        doubt = "" if rule.confirmed else ", to be confirmed"
        return f"{rule.source} ({self.key}{doubt})"


def in_force(profiles: Sequence[Profile], at: datetime) -> Profile | None:
    """The profile that held at a moment; None before the first: then nothing is lawful."""
    held = [profile for profile in profiles if profile.effective_at <= at]
    return max(held, key=lambda profile: profile.effective_at, default=None)
