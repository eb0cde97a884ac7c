"""Taking a part of what was proposed: each unit is taken, as it was found, or named with why it is not.

One answer, all or nothing. What is not taken stays in the hands in which it was: at no moment is anything in nobody's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from custody.deadlines.models import Flag, FlagCause
from custody.handling.checking import Acceptance, NotTaken, Objection, Taking
from custody.handling.commands import Command, to_json
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.desk import Desk
from custody.handling.errors import FieldMissing, LabelTwice
from custody.handling.models import Confirmation, Proposal, ProposalState
from custody.handling.proposals import command_of, end, judged, locked, named, require_open
from custody.handling.record import Receipt, answer, claim, receipt, refusals
from custody.handling.weighing import flag, reading, report
from custody.kit import clock, grams
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger import append
from custody.ledger.commitments import Opening
from custody.ledger.events import Event, Json
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures import labels
from custody.seizures.labels import UnknownLabel
from custody.seizures.models import Exhibit
from custody.seizures.states import ExhibitState

#: The acts by which units pass, and the field that names who takes them.
TAKERS: Mapping[str, str] = MappingProxyType(
    {"hand_over": "taker", "dispatch": "driver", "receive": "taker"}
)


#: The event on a unit that was not taken.
REFUSED = "proposal.refused"


class NothingPasses(CustodyError):
    """By this no unit passes into other hands: confirm it as a whole, or refuse it."""

    code = "nothing_passes"
    category = "conflict"


class NotSaid(CustodyError):
    """Of {label} you do not say whether you take it: every unit is taken, or named with why it is not."""

    code = "not_said"


def taker_of(proposal: Proposal) -> str | None:
    """The badge of who takes the units, if that is somebody else than who proposed it."""
    found = proposal.command.get(TAKERS.get(proposal.act, ""))
    return found if found != proposal.proposer_id else None


def accept(
    officer: Officer,
    proposal_id: UUID,
    acceptance: Acceptance,
    *,
    key: str,
    seen: Collection[str] | None = None,
) -> Receipt:
    """Take units that somebody proposed to pass to one, and say of each of the others why not.

    The act is recorded of those taken, as if it had been proposed of them alone. Each of the others gets
    ``proposal.refused``, and a discrepancy where it is not as the record has it; both are flagged for supervisors.

    Args:
        officer: who takes.
        proposal_id: an open proposal that waits for them.
        acceptance: what is taken and what is not; between them every unit, once.
        key: the officer's key for this answer; the same again gives the same receipt.
        seen: heads of the units as the officer read them; of those taken any other is refused.

    Raises:
        UnknownProposal, ProposalEnded: there is nothing to answer.
        NotYoursToConfirm, NothingPasses: it is not for them to take, or nothing passes by it.
        RightMissing: they pass nothing on and take nothing any more.
        NotSaid, LabelTwice, UnknownLabel: it does not say of every unit once what becomes of it.
        FieldMissing: an objection says too little.
        CustodyError: what is taken can no longer be; nothing is recorded, and the proposal stays open.
    """
    with refusals(officer, "accept"):
        return _accept(officer, proposal_id, acceptance, key, seen)


@dataclass(frozen=True)
class Left:
    """What somebody proposed and another took in part, and the units that they did not take."""

    proposal: Proposal
    units: tuple[Exhibit, ...]


def left_with(officer: Officer) -> list[Left]:
    """What of the officer's proposals was not taken, while a flag is open over a unit that stayed in the hands of the
    officer's unit; the latest first."""
    flags = Flag.objects.open().filter(
        cause__in=[FlagCause.DISCREPANCY, FlagCause.PROPOSAL],
        exhibit__custodian_unit=officer.unit_id,
    )
    acts = Entry.objects.filter(event_id__in=flags.values("source")).values("act_id")
    found = Proposal.objects.filter(
        proposer=officer, state=ProposalState.RECORDED, act__in=list(TAKERS), pk__in=acts
    )
    proposals = list(found.prefetch_related("units__exhibit").order_by("-ended_at"))
    refused = Entry.objects.filter(act_id__in=[one.pk for one in proposals], kind=REFUSED)
    left = set(refused.values_list("act_id", "subject_id")) if proposals else set()
    return [
        Left(
            one,
            tuple(
                unit.exhibit for unit in one.units.all() if (one.pk, str(unit.exhibit_id)) in left
            ),
        )
        for one in proposals
    ]


@transaction.atomic
def _accept(
    officer: Officer,
    proposal_id: UUID,
    acceptance: Acceptance,
    key: str,
    seen: Collection[str] | None,
) -> Receipt:
    now = clock.now()
    told: list[Json] = ["accept", str(proposal_id), to_json(acceptance)]
    _, new = claim(officer, key, told, now)
    if not new:
        recorded = answer(proposal_id)
        assert isinstance(recorded, Receipt)
        return recorded
    proposal = locked(officer, proposal_id)
    require_open(proposal, now)
    if proposal.act not in TAKERS:
        raise NothingPasses
    if officer.badge != taker_of(proposal):
        raise NotYoursToConfirm(badge=officer.badge, why="only who takes them says what they take")
    # of what is taken the act judges it too; that it is not taken is said by the same right
    officer.require(Right.TRANSFER)
    command = command_of(proposal)
    taken, left = _dealt(acceptance, command)
    # Both parts in one go, in id order as everybody locks.
    rows = list(
        Exhibit.objects.filter(proposals__proposal=proposal)
        .order_by("id")
        .select_for_update(of=("self",))
    )
    desks = [
        *([_taken(proposal, officer, acceptance, command, taken, seen, now)] if taken else []),
        *([_left(proposal, officer, acceptance, left, rows, now)] if left else []),
    ]
    end(proposal, ProposalState.RECORDED if taken else ProposalState.REFUSED, now)
    events: list[Event] = [event for desk in desks for event in desk.settle()]
    openings: list[Opening] = [opening for desk in desks for opening in desk.openings]
    recorded_events = append.append(events, openings)
    return receipt(proposal.act_id, list(zip(events, recorded_events, strict=True)))


def _dealt(acceptance: Acceptance, command: Any) -> tuple[tuple[str, ...], dict[str, NotTaken]]:
    """The labels taken, and the others with what is said of them."""
    asked = [_label(one, "exhibits") for one in command.exhibits]
    taken = [_label(one, "exhibits") for one in acceptance.exhibits or ()]
    objections = [(_label(one.exhibit, "not_taken"), one) for one in acceptance.not_taken or ()]
    said = [*taken, *(label for label, _ in objections)]
    for number, label in enumerate(said):
        field = "exhibits" if number < len(taken) else "not_taken"
        if label not in asked:
            raise UnknownLabel(field=field, label=label)
        if label in said[:number]:
            raise LabelTwice(field=field, label=label)
    for label in asked:
        if label not in said:
            raise NotSaid(field="exhibits", label=label)
    return tuple(taken), dict(objections)


def _label(name: str, field: str) -> str:
    try:
        return labels.parse(name)
    except labels.MisreadLabel as error:
        error.field = field
        raise


def _taken(
    proposal: Proposal,
    officer: Officer,
    acceptance: Acceptance,
    command: Command,
    taken: tuple[str, ...],
    seen: Collection[str] | None,
    now: datetime,
) -> Desk:
    """The act as proposed, of these units alone, with what the taker found on them."""
    taking = Taking(officer, acceptance.scale, acceptance.checks or ())
    part = replace(command, exhibits=taken)  # type: ignore[call-arg]
    desk, requirement = judged(proposal, [officer], part, taking=taking, seen=seen)
    requirement.check([officer])
    assert requirement.met_by([officer])
    Confirmation.objects.create(proposal=proposal, officer=officer, confirmed_at=now)
    return desk


def _left(
    proposal: Proposal,
    officer: Officer,
    acceptance: Acceptance,
    left: Mapping[str, NotTaken],
    rows: Sequence[Exhibit],
    now: datetime,
) -> Desk:
    """What stays where it was: one event on each that says so, and one more where something is wrong with it."""
    desk = Desk(actor=officer, act_id=proposal.act_id, at=None, now=now)
    for unit in desk.locked([row.id for row in rows if row.label in left], with_seals=True):
        told = left[unit.label]
        words = desk.text("details", told.details) if told.details else None
        payload = {**named(proposal), "reason": words, "objection": told.objection}
        after = desk.record(unit, REFUSED, payload, consequence=True)
        if told.objection == Objection.NOT_MINE:
            flag(desk, after, FlagCause.PROPOSAL, desk.events[-1])
        else:
            report(desk, after, what="hand_over", **_difference(desk, unit, acceptance, told))
    return desk


def _difference(
    desk: Desk, unit: ExhibitState, acceptance: Acceptance, told: NotTaken
) -> dict[str, Json]:
    """What the taker found instead, as the discrepancy tells it.

    Raises:
        FieldMissing: it is not said.
    """
    found: dict[str, Json] = {"objection": told.objection}
    if told.objection == Objection.OTHER and not told.details:
        raise FieldMissing(
            field="not_taken",
            name="details",
            why=Sentence("what is wrong with {label}", label=unit.label),
        )
    if told.objection == Objection.SEAL_DIFFERS:
        if not told.seal_number:
            raise FieldMissing(
                field="not_taken",
                name="seal_number",
                why=Sentence("the one that {label} bears", label=unit.label),
            )
        borne = [seal.number for seal in unit.seals if seal.ended_at is None]
        found |= {"expected": ", ".join(borne) or "none", "found": told.seal_number}
    if told.objection == Objection.MASS_DIFFERS:
        if told.gross_grams is None or acceptance.scale is None:
            name = "scale" if told.gross_grams is not None else "gross_grams"
            raise FieldMissing(
                field="not_taken",
                name=name,
                why=Sentence("{label} was weighed otherwise", label=unit.label),
            )
        taken = reading(desk, acceptance.scale, gross=told.gross_grams, field="not_taken")
        # no reading of its own: by this one no later one is judged, since whose it is nobody agrees on
        found |= {
            "expected": None if unit.gross_grams is None else grams.to_text(unit.gross_grams),
            "found": taken["gross_grams"],
            "scale": taken["scale"],
        }
    return found
