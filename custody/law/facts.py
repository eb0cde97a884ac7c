"""What the gate looks at: one handling unit with its contents, orders and samples, at the time of the deed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from custody.law.profiles import Profile
from custody.seizures.lifecycle import Form


@dataclass(frozen=True)
class Order:
    """A destruction order in force at that time.

    Attributes:
        given_by: kind of the agency that gave it.
        authorised: a judge authorised it.
        ground: why, if it names a ground.
    """

    number: str
    given_at: datetime
    given_by: str
    authorised: bool = False
    ground: str | None = None


@dataclass(frozen=True)
class Owner:
    """The lawful owner is known.

    Attributes:
        notified_on: when they were told; None if nobody told them.
        until: the day until which they may answer, if one was set.
    """

    notified_on: date | None
    until: date | None = None


@dataclass(frozen=True)
class Content:
    """What the law asks of one exhibit: the unit itself, or anything inside it.

    Attributes:
        orders: those in force that name it.
        kept_by: numbers of the orders in force that keep it from destruction.
        disputed: its trail is one that could not have been.
        photographs: how many different ones show it as it is.
        innermost: it holds no other.
    """

    label: str
    form: Form
    substance: str
    held: bool
    orders: tuple[Order, ...] = ()
    kept_by: tuple[str, ...] = ()
    disputed: bool = False
    photographs: int = 0
    innermost: bool = True


@dataclass(frozen=True)
class SampleKept:
    """A sample of the same seizure that is kept outside the unit, and the officers' unit that has it."""

    form: Form
    custodian: str


@dataclass(frozen=True)
class Facts:
    """Everything that the gate looks at, for one handling unit.

    Attributes:
        profile: the one in force when the deed is done; None where there is none.
        at: when the deed is done.
        unit: the handling unit.
        contents: everything inside it, however deep.
        samples: samples and counter-samples of the seizure that are still kept, but for those in the unit.
        custodian: code of the officers' unit that has it.
        investigation_open: a judicial investigation runs at that time.
        seized_at: when the seizure was opened.
        owner: None where the owner is not known.
        retained_grams: the net grams of each substance that orders in force over the seizure keep, with the
            number of the order that keeps most; None for none.
        left: by substance, the net grams of the seizure's bulk that stay, whatever happens to the units at hand.
    """

    profile: Profile | None
    at: datetime
    unit: Content
    contents: Sequence[Content]
    samples: Sequence[SampleKept]
    custodian: str
    investigation_open: bool
    seized_at: datetime
    owner: Owner | None = None
    retained_grams: tuple[Decimal, str] | None = None
    left: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def everything(self) -> tuple[Content, ...]:
        return (self.unit, *self.contents)
