"""Who has to confirm an act, and whether these officers do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.law.models import DestructionOrder
from custody.people.models import Officer
from custody.people.rights import Right, RightMissing, roles_with
from custody.seizures.lifecycle import Confirmers
from custody.seizures.models import Exhibit
from custody.seizures.queries import contents_of
from custody.seizures.states import ExhibitState


class NotYoursToConfirm(CustodyError):
    """{badge} may not confirm this: {why}."""

    code = "not_yours_to_confirm"
    category = "forbidden"


class TwoSides(CustodyError):
    """These units need different people to confirm ({first}; {second}): make it an act for each."""

    code = "two_sides"
    category = "conflict"


#: Of two rules the stricter one counts: a late hand-over still needs its other side, not any colleague.
_BY_STRICTNESS = (
    Confirmers.NOBODY,
    Confirmers.COLLEAGUE,
    Confirmers.COUNTERPARTY,
    Confirmers.SECOND_CORRECTOR,
    Confirmers.SECOND_ERASER,
    Confirmers.WITNESSES,
)


@dataclass(frozen=True)
class Requirement:
    """What confirmations an act needs before it is recorded.

    Attributes:
        rule: the rule of the lifecycle.
        count: how many different officers.
        badges: if any, only these may.
        units: if any, only officers of these units may.
        agencies: if any, only officers of these agencies may.
        excluded: badges that may not: the proposer, samplers, who gave the order.
        right: what each must hold.
        outside: agency of which at least one of them must not be.
    """

    rule: Confirmers
    count: int = 1
    badges: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    right: Right | None = None
    outside: str | None = None

    def merged(self, other: Requirement) -> Requirement:
        """The requirement that meets both: for acts over several units.

        Raises:
            TwoSides: nobody could meet both.
        """
        if self.rule is not other.rule:
            first, second = sorted((self, other), key=lambda r: _BY_STRICTNESS.index(r.rule))
            return replace(second, excluded=first.excluded | second.excluded)
        for name in ("badges", "units", "right", "outside"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine and theirs and mine != theirs:
                raise TwoSides(field="exhibits", first=self.whom, second=other.whom)
        agencies = self.agencies & other.agencies or self.agencies or other.agencies
        if self.agencies and other.agencies and not self.agencies & other.agencies:
            raise TwoSides(field="exhibits", first=self.whom, second=other.whom)
        return replace(
            self,
            badges=self.badges or other.badges,
            units=self.units or other.units,
            agencies=agencies,
            excluded=self.excluded | other.excluded,
            right=self.right or other.right,
            outside=self.outside or other.outside,
        )

    @property
    def whom(self) -> str:
        """Who is asked for, in words."""
        return ", ".join(sorted(self.badges or self.units or self.agencies)) or self.rule.value

    def check(self, confirmers: Sequence[Officer]) -> None:
        """Pass if each of these may confirm, and together they still can be enough.

        Raises:
            NotYoursToConfirm: one of them may not.
            RightMissing: one of them lacks the right.
        """
        for officer in confirmers:
            if officer.badge in self.excluded:
                raise NotYoursToConfirm(
                    badge=officer.badge,
                    why="it takes somebody who did not propose it, sample it or order it",
                )
            # not whom: who asks may be one to whom a driver or a destination is not told
            if (self.badges and officer.badge not in self.badges) or (
                self.units and officer.unit_id not in self.units
            ):
                raise NotYoursToConfirm(badge=officer.badge, why="it waits for somebody else")
            if self.agencies and officer.unit.agency_id not in self.agencies:
                raise NotYoursToConfirm(
                    badge=officer.badge,
                    why=Sentence(
                        "it waits for an officer of {agencies}",
                        agencies=", ".join(sorted(self.agencies)),
                    ),
                )
            if self.right and self.right not in officer.rights:
                raise RightMissing(
                    badge=officer.badge,
                    right=self.right,
                    holders=", ".join(roles_with(self.right)),
                )
        if len({officer.badge for officer in confirmers}) < len(confirmers):
            raise NotYoursToConfirm(
                badge=confirmers[-1].badge, why="it takes another person than the one before"
            )
        if (
            self.outside
            and len(confirmers) >= self.count
            and all(officer.unit.agency_id == self.outside for officer in confirmers)
        ):
            raise NotYoursToConfirm(
                badge=confirmers[-1].badge,
                why=Sentence(
                    "one of the witnesses has to be of another agency than {outside}",
                    outside=self.outside,
                ),
            )

    def met_by(self, confirmers: Sequence[Officer]) -> bool:
        """Whether these, each checked, are enough."""
        return len(confirmers) >= self.count


def colleague(actor: Officer, right: Right) -> Requirement:
    """One other officer of the actor's unit who could do it too."""
    return Requirement(
        Confirmers.COLLEAGUE,
        units=frozenset({actor.unit_id}),
        excluded=frozenset({actor.badge}),
        right=right,
    )


def second_corrector(actor: Officer, agencies: frozenset[str] = frozenset()) -> Requirement:
    """One other officer who may correct, of one of these agencies; of any, if none is named."""
    return Requirement(
        Confirmers.SECOND_CORRECTOR,
        agencies=agencies,
        excluded=frozenset({actor.badge}),
        right=Right.CORRECT,
    )


def witnesses(
    actor: Officer, barred: frozenset[str], named: frozenset[str] = frozenset()
) -> Requirement:
    """Two who may witness, one of another agency, none who sampled or gave the order.

    Args:
        actor: who proposes.
        barred: who may not.
        named: badges of the two, where the proposer names them: then they see the proposal, whomever it concerns.
    """
    return Requirement(
        Confirmers.WITNESSES,
        count=2,
        badges=named,
        excluded=barred | {actor.badge},
        right=Right.WITNESS,
        outside=actor.unit.agency_id,
    )


def barred_from_witnessing(units: Sequence[ExhibitState]) -> frozenset[str]:
    """Badges of who sampled any of this or anything inside it, or gave an order over it."""
    inside = contents_of([unit.id for unit in units])
    inner = Exhibit.objects.filter(pk__in=[one for ids in inside.values() for one in ids])
    everything: list[ExhibitState | Exhibit] = [*units, *inner]
    orders = {order for one in everything for order in one.orders}
    givers = DestructionOrder.objects.filter(pk__in=orders).values_list("given_by_id", flat=True)
    return frozenset(givers) | {badge for one in everything for badge in one.samplers}


def counterparty(actor: Officer, *, giver_unit: str, taker: Officer) -> Requirement:
    """The other side of a transfer: the taker if the giver's side proposes it, else the giver's side.

    Raises:
        NotYoursToConfirm: the actor is on neither side.
    """
    excluded = frozenset({actor.badge})
    if actor.badge == taker.badge:
        return Requirement(
            Confirmers.COUNTERPARTY,
            units=frozenset({giver_unit}),
            excluded=excluded,
            right=Right.TRANSFER,
        )
    if actor.unit_id == giver_unit:
        return Requirement(
            Confirmers.COUNTERPARTY,
            badges=frozenset({taker.badge}),
            excluded=excluded,
            right=Right.TRANSFER,
        )
    raise NotYoursToConfirm(
        badge=actor.badge,
        why=Sentence(
            "only {giver_unit} can give it and only {badge} can take it",
            giver_unit=giver_unit,
            badge=taker.badge,
        ),
    )
