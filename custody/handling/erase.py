"""Erasing what a law orders erased: the event stays, what it committed to goes, and every proof stays valid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from custody.attachments import services as attachments
from custody.attachments.models import Attachment
from custody.handling import lookups
from custody.handling.acts import ACTS, act
from custody.handling.commands import Command, Kind, code, describe, officer, text
from custody.handling.confirmers import Requirement
from custody.handling.desk import Desk
from custody.handling.models import Proposal, ProposalState
from custody.handling.subjects import rows_of
from custody.kit.errors import CustodyError
from custody.ledger.commitments import commitments_of
from custody.ledger.erasing import ERASED, SUBJECT, Content, erasure_columns
from custody.ledger.events import Event, Json, Subject
from custody.ledger.models import Disclosure, Entry, Erasure
from custody.ledger.queries import entries_of, sound_event
from custody.people.models import Officer
from custody.people.rights import Right
from custody.reading.models import ReadAlert
from custody.seizures.lifecycle import Confirmers

_HASH = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class UnknownContent(CustodyError):
    """There is nothing under {content} that you could have erased."""

    code = "unknown_content"
    category = "not_found"


class AlreadyErased(CustodyError):
    """It was erased already."""

    code = "already_erased"
    category = "conflict"


class NotYoursToErase(CustodyError):
    """It was recorded by {agency}: only that agency can have it erased."""

    code = "not_yours_to_erase"
    category = "forbidden"


class StillInService(CustodyError):
    """{badge} is in service: a name is erased once its bearer has left."""

    code = "still_in_service"
    category = "conflict"


@dataclass(frozen=True, kw_only=True)
class Order(Command):
    """By what something is erased."""

    ordered_by: str = code("By order of", max_length=120)
    legal_basis: str = code("Legal basis", max_length=120)
    reason: str = text("Why")
    second: str = officer("Who confirms it")


@dataclass(frozen=True, kw_only=True)
class Erase(Order):
    """Erase: drop a text, a photograph or a document for good."""

    content: str = code(
        "Its commitment, its hash, or the id of a proposal that came to nothing", max_length=64
    )


@act("erase", "content.erased", Erase)
def erase(desk: Desk, command: Erase) -> None:
    """One event, whose subject is what goes. Somebody else of the agency who may erase confirms.

    Raises:
        UnknownContent, AlreadyErased, NotYoursToErase: it cannot be had erased.
    """
    content = command.content.strip().lower()
    if _HASH.fullmatch(content):
        what, event = _found(desk.actor, content)
        _put_down(desk, command, content, {"what": what.value, "event": str(event.id)})
    elif _ID.fullmatch(content):
        proposal = _ended(desk.actor, UUID(content))
        fields = sorted(
            name
            for name, one in describe(ACTS[proposal.act].command)
            if one.kind is Kind.TEXT and name in proposal.command
        )
        _put_down(desk, command, content, {"what": Content.PROPOSAL.value, "fields": fields})
    else:
        raise UnknownContent(field="content", content=content)


def _found(actor: Officer, content: str) -> tuple[Content, Event]:
    """What lies under a hash, and the event that speaks of it."""
    text_kept = Disclosure.objects.filter(pk=content).first()
    # locked before the ledger is, as by whoever names it again
    file = Attachment.objects.filter(pk=content).select_for_update().first()
    found: Disclosure | Attachment | None = text_kept or file
    origin = found and found.event_id
    entry = Entry.objects.filter(event_id=origin).first() if origin else None
    if found is None or entry is None:
        raise UnknownContent(field="content", content=content)
    alert = entry.subject_type == "alert"
    rows = ReadAlert.objects.visible_to(actor) if alert else rows_of(actor, entry.subject_type)
    if rows is None or not rows.filter(pk=entry.subject_id).exists():
        raise UnknownContent(field="content", content=content)
    event = sound_event(entry)
    _require_own(actor, event.actor.agency)
    if found.erased_at:
        raise AlreadyErased(field="content")
    return Content.TEXT if text_kept else Content.ATTACHMENT, event


def _ended(actor: Officer, proposal_id: UUID) -> Proposal:
    """A proposal that came to nothing; what was recorded is erased by its commitments."""
    found = (
        Proposal.objects.visible_to(actor)
        .filter(pk=proposal_id, state__in=[ProposalState.REFUSED, ProposalState.LAPSED])
        .select_related("proposer__unit")
        .first()
    )
    if found is None:
        raise UnknownContent(field="content", content=proposal_id)
    _require_own(actor, found.proposer.unit.agency_id)
    if Erasure.objects.filter(pk=str(proposal_id)).exists():
        raise AlreadyErased(field="content")
    return found


def _require_own(actor: Officer, agency: str) -> None:
    if agency != actor.unit.agency_id:
        raise NotYoursToErase(field="content", agency=agency or "the system")


@dataclass(frozen=True, kw_only=True)
class EraseName(Order):
    """Erase name: drop the name of an officer who has left."""

    badge: str = code("Badge", max_length=24)


@act("erase_name", "content.erased", EraseName)
def erase_name(desk: Desk, command: EraseName) -> None:
    """One event for each time that the name was recorded. The badge stays: trails are read by it.

    Raises:
        UnknownContent: nobody of the own agency has the badge.
        StillInService: they have not left.
        AlreadyErased: it was erased.
    """
    person = Officer.objects.filter(
        pk=command.badge, unit__agency=desk.actor.unit.agency_id
    ).first()
    if person is None:
        raise UnknownContent(field="badge", content=command.badge)
    if person.is_active:
        raise StillInService(field="badge", badge=person.badge)
    names: dict[str, Event] = {}
    for entry in entries_of(Subject("officer", person.badge)):
        event = sound_event(entry)
        names |= dict.fromkeys(commitments_of(event), event)
    kept = Disclosure.objects.filter(pk__in=names, erased_at__isnull=True)
    left = sorted(kept.values_list("pk", flat=True))
    if not left:
        raise AlreadyErased(field="badge")
    told = {"what": Content.TEXT.value}
    _put_down_all(desk, command, {one: {**told, "event": str(names[one].id)} for one in left})


def _put_down(desk: Desk, order: Order, content: str, told: dict[str, Json]) -> None:
    _put_down_all(desk, order, {content: told})


def _put_down_all(desk: Desk, order: Order, contents: dict[str, dict[str, Json]]) -> None:
    """An erasure of each of these contents, to be confirmed by the second person whom the order names.

    Raises:
        NotYoursToConfirm, RightMissing: that one could not: nobody else is shown what goes, and why.
    """
    second = lookups.officer(order.second, field="second")
    requirement = Requirement(
        Confirmers.SECOND_ERASER,
        badges=frozenset({second.badge}),
        agencies=frozenset({desk.actor.unit.agency_id}),
        excluded=frozenset({desk.actor.badge}),
        right=Right.ERASE,
    )
    requirement.check([second])
    desk.demand(requirement)
    by = {
        "ordered_by": order.ordered_by,
        "legal_basis": order.legal_basis,
        "reason": desk.text("reason", order.reason),
    }
    for content, told in contents.items():
        event = desk.record_on(Subject(SUBJECT, content), ERASED, {**told, **by}, None)
        desk.alongside(lambda event=event: _write(event))  # type: ignore[misc]


def _write(event: Event) -> None:
    """The row beside the event; the event itself drops what it names (``ledger/sql/erase_v1.sql``)."""
    Erasure(**erasure_columns([event])).save(force_insert=True)
    if event.payload["what"] == Content.ATTACHMENT:
        # who is cut off here leaves bytes over, which check_attachments finds and removes
        transaction.on_commit(lambda: attachments.drop_bytes(event.subject.id), robust=True)
