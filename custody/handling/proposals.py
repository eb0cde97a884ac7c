"""Acts that wait for a second person: confirming, refusing, lapsing.

A proposal is kept for ever. The last confirmation runs the whole spine afresh, so what is recorded was lawful
then; a proposal that is refused or lapses becomes an event and a task for a supervisor.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from custody.deadlines.models import FlagCause
from custody.deadlines.services import raise_flag
from custody.handling.acts import ACTS
from custody.handling.checking import Taking
from custody.handling.commands import Command, from_json
from custody.handling.confirmers import NotYoursToConfirm, Requirement
from custody.handling.desk import Desk
from custody.handling.errors import OutOfOrder
from custody.handling.models import Confirmation, Proposal, ProposalState, ProposalUnit
from custody.handling.record import LATE_AFTER, Pending, Receipt, answer, close, pending, refusals
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger import append
from custody.ledger.commitments import Opening, commit
from custody.ledger.events import SYSTEM, Event, Json, Person, Subject, seal
from custody.ledger.models import Entry
from custody.ledger.queries import sound_events
from custody.people.models import Officer
from custody.people.rights import Right, roles_with
from custody.seizures import rows
from custody.seizures.lifecycle import Confirmers
from custody.seizures.models import Exhibit
from custody.seizures.projection import fold_exhibit

_REFUSED = "proposal.refused"
#: The reason of an event that nobody recorded late, but that was confirmed late.
CONFIRMED_LATE = "It was proposed in time and confirmed late."


class UnknownProposal(CustodyError):
    """There is no proposal {proposal} that waits for you or is yours to see."""

    code = "unknown_proposal"
    category = "not_found"


class HasLeft(CustodyError):
    """{badge} may no longer act, so this cannot be recorded with them: let somebody else propose it anew."""

    code = "has_left"
    category = "conflict"


class Overtaken(CustodyError):
    """Something was recorded of {label} after this was proposed: refuse it, and let it be proposed anew."""

    code = "overtaken"
    category = "conflict"


class ProposalEnded(CustodyError):
    """The proposal is {state} already."""

    code = "proposal_ended"
    category = "conflict"


def confirm(officer: Officer, proposal_id: UUID) -> Receipt | Pending:
    """Confirm a proposal; the confirmation that completes it records the act.

    Confirming twice answers the same twice.

    Raises:
        UnknownProposal, ProposalEnded: there is nothing to confirm.
        NotYoursToConfirm, RightMissing: it waits for somebody else.
        CustodyError: the act is no longer legal; the proposal stays open.
    """
    with refusals(officer, "confirm"):
        return _confirm(officer, proposal_id)


@transaction.atomic
def _confirm(officer: Officer, proposal_id: UUID) -> Receipt | Pending:
    proposal = locked(officer, proposal_id)
    earlier = list(
        Officer.objects.filter(confirmations__proposal=proposal).order_by("confirmations__id")
    )
    if officer.badge in {one.badge for one in earlier}:
        return answer(proposal.act_id)
    now = clock.now()
    require_open(proposal, now)
    _require_named(officer, proposal)
    confirmers = [*earlier, officer]
    desk, requirement = judged(proposal, confirmers, command_of(proposal))
    requirement.check(confirmers)
    Confirmation.objects.create(proposal=proposal, officer=officer, confirmed_at=now)
    if not requirement.met_by(confirmers):
        return pending(proposal)
    end(proposal, ProposalState.RECORDED, now)
    return close(desk)


def _require_named(officer: Officer, proposal: Proposal) -> None:
    """Pass if it waits for this officer, as far as it waits for people or units by name.

    Before the act is judged: what is wrong with it by now would tell anybody else who drives, and when.

    Raises:
        NotYoursToConfirm: it waits for others.
    """
    if (proposal.awaits_badges and officer.badge not in proposal.awaits_badges) or (
        proposal.awaits_units and officer.unit_id not in proposal.awaits_units
    ):
        raise NotYoursToConfirm(badge=officer.badge, why="it waits for somebody else")


def require_open(proposal: Proposal, now: datetime) -> None:
    """Pass if the proposal, locked, can still be answered.

    Raises:
        ProposalEnded: it cannot.
    """
    _require_not_ended(proposal)
    if now >= proposal.lapses_at:
        raise ProposalEnded(state=ProposalState.LAPSED.value)


def _require_not_ended(proposal: Proposal) -> None:
    if proposal.state != ProposalState.OPEN:
        raise ProposalEnded(state="withdrawn" if withdrawn([proposal]) else proposal.state)


def command_of(proposal: Proposal) -> Command:
    """What was proposed, as its act is told it."""
    found: Command = from_json(ACTS[proposal.act].command, proposal.command)
    return found


def judged(
    proposal: Proposal,
    confirmers: Sequence[Officer],
    command: Command,
    *,
    taking: Taking | None = None,
    seen: Collection[str] | None = None,
) -> tuple[Desk, Requirement]:
    """The act judged afresh, with these confirmers, and what it requires of them.

    Args:
        command: what was proposed, or what is left of it.
        taking: what the taker found.
        seen: heads of the exhibits as the confirmers read them; any other is refused.
    """
    act = ACTS[proposal.act]
    proposer = Officer.objects.get(pk=proposal.proposer_id)
    for one in (proposer, *confirmers):
        if not one.is_active:
            raise HasLeft(badge=one.badge)
    now = clock.now()
    # It took until now to be certain: what fell due meanwhile stays flagged.
    late = proposal.occurred_at < now - LATE_AFTER
    desk = Desk(
        actor=proposer,
        act_id=proposal.act_id,
        at=proposal.occurred_at,
        now=now,
        confirmed_by=confirmers,
        captured=proposal.captured,
        late_reason=proposal.late_reason or (CONFIRMED_LATE if late else None),
        taking=taking,
        seen=seen,
    )
    try:
        act.put_down(desk, command)
    except OutOfOrder as refused:
        raise Overtaken(label=refused.params["label"]) from refused
    assert desk.requirement is not None
    return desk, desk.requirement


def locked(officer: Officer, proposal_id: UUID) -> Proposal:
    """The proposal, locked.

    Raises:
        UnknownProposal: there is none that the officer may see.
    """
    proposal = (
        Proposal.objects.visible_to(officer)
        .filter(pk=proposal_id)
        .select_for_update(of=("self",))
        .first()
    )
    if proposal is None:
        raise UnknownProposal(proposal=proposal_id)
    return proposal


def exhibits_of(found: Sequence[Proposal]) -> list[Exhibit]:
    """The exhibits that proposals are about."""
    return list(Exhibit.objects.filter(proposals__proposal__in=found).distinct()) if found else []


def waiting_for(officer: Officer) -> list[Proposal]:
    """Open proposals that this officer may confirm as far as their rule tells, oldest first."""
    candidates = (
        Proposal.objects.visible_to(officer)
        .filter(state=ProposalState.OPEN, lapses_at__gt=clock.now())
        .exclude(proposer=officer)
        .exclude(confirmations__officer=officer)
        .select_related("proposer__unit")
        .prefetch_related("units__exhibit")
        .order_by("proposed_at")
    )
    return [proposal for proposal in candidates if why_not(officer, proposal) is None]


def why_not(
    officer: Officer, proposal: Proposal, confirmers: Sequence[Officer] = ()
) -> Sentence | None:
    """Why it is not for an officer to confirm a proposal, as far as its rule tells; None if it is.

    Args:
        confirmers: who has confirmed it already.
    """
    if officer.badge == proposal.proposer_id:
        return Sentence("you proposed it, and it takes another person")
    if officer.badge in {one.badge for one in confirmers}:
        return Sentence("you have confirmed it already, and it takes another person")
    if proposal.awaits_badges and officer.badge not in proposal.awaits_badges:
        return Sentence("it waits for {badges}", badges=", ".join(proposal.awaits_badges))
    if proposal.awaits_units and officer.unit_id not in proposal.awaits_units:
        return Sentence(
            "it waits for an officer of {units}", units=", ".join(proposal.awaits_units)
        )
    if proposal.awaits_right and proposal.awaits_right not in officer.rights:
        holders = ", ".join(roles_with(Right(proposal.awaits_right)))
        return Sentence(
            "it takes a right that you do not hold; it belongs to: {holders}", holders=holders
        )
    if officer.badge in proposal.barred:
        return Sentence("it takes somebody who did not propose it, sample it or order it")
    return _all_of_one_agency(officer, proposal, confirmers)


def _all_of_one_agency(
    officer: Officer, proposal: Proposal, confirmers: Sequence[Officer]
) -> Sentence | None:
    """That with this one all witnesses would be of the proposer's agency."""
    agency = proposal.proposer.unit.agency_id
    told = {one.unit.agency_id for one in (*confirmers, officer)}
    last = len(confirmers) + 1 >= proposal.needed
    if proposal.rule == Confirmers.WITNESSES and last and told == {agency}:
        return Sentence(
            "one of the witnesses has to be of another agency than {outside}", outside=agency
        )
    return None


def refuse(officer: Officer, proposal_id: UUID, reason: str) -> Proposal:
    """Refuse a proposal that waits for one, or withdraw one's own, saying why.

    Raises:
        UnknownProposal, ProposalEnded: there is nothing to refuse.
        NotYoursToConfirm: it waits for somebody else.
    """
    with refusals(officer, "refuse"), transaction.atomic():
        proposal = locked(officer, proposal_id)
        _require_not_ended(proposal)
        if officer.badge != proposal.proposer_id and proposal.pk not in {
            one.pk for one in waiting_for(officer)
        }:
            raise NotYoursToConfirm(badge=officer.badge, why="it waits for somebody else")
        _end(proposal, ProposalState.REFUSED, officer.person, commit("reason", reason))
        return proposal


def withdrawn(found: Sequence[Proposal]) -> set[UUID]:
    """Which of these were not refused by others, but taken back by who proposed them; by their act."""
    refused = {str(one.pk): one for one in found if one.state == ProposalState.REFUSED}
    if not refused:
        return set()
    exhibits = ProposalUnit.objects.filter(proposal__in=refused.values())
    about = Q(subject_type="proposal", subject_id__in=list(refused)) | Q(
        subject_type="exhibit",
        subject_id__in=[str(one) for one in exhibits.values_list("exhibit", flat=True)],
    )
    entries = Entry.objects.filter(
        about, kind=_REFUSED, actor__in={one.proposer_id for one in refused.values()}
    )
    ended = {str(one.payload["proposal"]) for one in sound_events(entries) if took_back(one)}
    return {one.pk for key, one in refused.items() if key in ended}


def took_back(event: Event) -> bool:
    """Whether an event says that somebody withdrew what they had proposed."""
    return event.kind == _REFUSED and event.actor.badge == event.payload.get("proposed_by")


def lapse_due(limit: int = 100) -> int:
    """End the open proposals whose time is over; returns how many."""
    count = 0
    while count < limit:
        with transaction.atomic():
            proposal = (
                Proposal.objects.filter(state=ProposalState.OPEN, lapses_at__lte=clock.now())
                .order_by("lapses_at")
                .select_for_update(skip_locked=True)
                .first()
            )
            if proposal is None:
                break
            _end(proposal, ProposalState.LAPSED, SYSTEM, None)
        count += 1
    return count


def end(proposal: Proposal, state: ProposalState, now: datetime) -> None:
    """Let the proposal, locked, wait no more."""
    proposal.state, proposal.ended_at = state, now
    proposal.save(update_fields=["state", "ended_at"])


def named(proposal: Proposal) -> dict[str, Json]:
    """A proposal as an event names it that says what became of it."""
    return {
        "proposal": str(proposal.act_id),
        "act": proposal.act,
        "proposed_by": proposal.proposer_id,
        "occurred_at": clock.to_text(proposal.occurred_at),
    }


def _end(proposal: Proposal, state: ProposalState, actor: Person, reason: Opening | None) -> None:
    """End a proposal that will not be recorded: an event and a flag on each exhibit that it was about; where there
    is none yet, an event on the proposal itself."""
    now = clock.now()
    end(proposal, state, now)
    act_id = ids.new_id()

    def ended(subject: Subject, at: datetime, previous: str | None) -> Event:
        return seal(
            kind=f"proposal.{state.value}",
            subject=subject,
            actor=actor,
            occurred_at=at,
            payload={
                **named(proposal),
                "reason": {"commitment": reason.commitment} if reason else None,
            },
            previous=previous,
            act_id=act_id,
        )

    events: list[Event] = []
    flags: list[Event] = []
    states = []
    for row in (
        Exhibit.objects.filter(proposals__proposal=proposal)
        .order_by("id")
        .select_for_update(of=("self",))
    ):
        before = rows.exhibit_state(row)
        event = ended(Subject("exhibit", str(before.id)), max(now, before.last_at), before.head)
        states.append(fold_exhibit(before, event))
        events.append(event)
        flags.append(
            raise_flag(
                exhibit_id=before.id,
                cause=FlagCause.PROPOSAL,
                source=event,
                act_id=act_id,
                actor=actor,
                now=now,
            )
        )
    rows.write_exhibits(states)
    if not events:
        events.append(ended(Subject("proposal", str(proposal.act_id)), now, None))
    append.append([*events, *flags], [reason] if reason else [])
