"""The receipt of an act: what was recorded, what it is about, and the ways on from there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from custody.audit.following import visible_subjects
from custody.audit.timeline import entitled, title
from custody.audit.words import moment
from custody.burning.models import Session
from custody.deadlines.models import Flag
from custody.deadlines.telling import telling
from custody.handling.legal import Option, legal_now
from custody.handling.models import Confirmation, Proposal
from custody.handling.proposals import exhibits_of
from custody.handling.record import Pending, Receipt, answer
from custody.handling.stocks import Crowded, crowded
from custody.kit import clock
from custody.kit.clock import start_of_day
from custody.law.models import DestructionOrder
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event
from custody.people.models import Officer
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seal, Seizure
from custody.seizures.reach import CAME_TO_NOTHING, WAYS
from custody.web.access import show, shows_exhibits, shows_seizures, signed_in
from custody.web.discrepancies import matters
from custody.web.faces import flag_name

#: A receipt lists so many units by name.
LINES_SHOWN = 100
#: What may fill a store.
_INTO_STORE = frozenset({"exhibit.received", "exhibit.stored", "exhibit.moved"})
#: What is done next most often, in this order, with what an act leaves behind.
_NEXT = {"exhibit.packed": ("apply_seal", "weigh", "dispatch", "hand_over")}
#: A device's clock that is further off is told of.
CLOCK_TOLERATED = timedelta(minutes=2)


@dataclass(frozen=True)
class Thing:
    """What an event is about, as a receipt names it.

    Attributes:
        address: of its page, for who may open it.
        is_label: whether it is called by a code that is read off it.
    """

    name: str
    address: str | None = None
    is_label: bool = False


@signed_in()
def receipt(request: HttpRequest, officer: Officer, act_id: UUID) -> HttpResponse:
    """What was recorded, or whom it waits for."""
    told = answered(officer, act_id)
    if isinstance(told, Pending):
        return redirect("proposal", proposal_id=act_id)
    took_part = _took_part(officer, act_id)
    if not took_part:
        told = _seen_of(officer, told)
    first = Entry.objects.get(pk=told.lines[0].seq)
    rows = list(Exhibit.objects.visible_to(officer).filter(pk__in=_subjects(told, "exhibit")))
    # who handed a unit over sees it no more, and still has to be able to show what it was
    signed = list(Proposal.objects.filter(act_id=act_id)) if took_part else []
    known = {row.pk for row in rows}
    gone = [row for row in exhibits_of(signed) if row.pk not in known]
    flags = _flags(officer, told, gone)
    every = {row.pk: row for row in (*rows, *gone, *(one.exhibit for one in flags))}
    reached = shows_exhibits(request, officer, every.values())
    masked = set[UUID]()
    if not took_part:
        masked = {one for one, found in reached.items() if found.masked}
    hidden = {str(one) for one in masked}
    by_day = any(
        line.kind in WAYS | CAME_TO_NOTHING and line.subject_id in hidden for line in told.lines
    )
    seizure = Seizure.objects.visible_to(officer).filter(pk__in=_subjects(told, "seizure")).first()
    if seizure:
        shows_seizures(request, officer, [seizure])
    called = entitled(sound_event(first))
    things = _things(officer, told) | _units(rows, gone) | _flagged(flags, masked, known)
    if seizure:
        address = reverse("seizure", args=[seizure.reference])
        things["seizure", str(seizure.pk)] = Thing(seizure.reference, address, is_label=True)
    return show(
        request,
        officer,
        "receipt.html",
        seizure=seizure,
        receipt=told,
        first=first,
        by_day=start_of_day(told.recorded_at) if by_day else None,
        device=None if by_day else _device_clock(first),
        lines=[
            (
                # of one kind all are one person's in an act: the first says what they are
                called if line.kind == first.kind else title(line.kind),
                line,
                things.get((line.subject_type, line.subject_id)),
            )
            for line in told.lines[:LINES_SHOWN]
        ],
        more=max(0, len(told.lines) - LINES_SHOWN),
        # what was put into something else is there no more to act on
        labels=[row.label for row in rows if row.within_id is None][:LINES_SHOWN],
        likely=_likely(officer, first.kind, rows),
        crowded=_crowded(officer, rows) if first.kind in _INTO_STORE else [],
    )


def _likely(officer: Officer, kind: str, rows: Sequence[Exhibit]) -> list[Option]:
    """What comes next most likely of what is legal now, where an act leaves one unit to go on with."""
    outer = [row for row in rows if row.within_id is None]
    if kind not in _NEXT or len(outer) != 1:
        return []
    (unit,) = outer
    done = {"weigh"} if unit.gross_grams is not None else set()
    if Seal.objects.filter(exhibit=unit, ended_at__isnull=True).exists():
        done.add("apply_seal")
    legal = {one.act: one for one in legal_now(officer, [unit])[unit.pk] if not one.blocked_by}
    return [legal[name] for name in _NEXT[kind] if name in legal and name not in done]


def _seen_of(officer: Officer, told: Receipt) -> Receipt:
    """The receipt to somebody who had no part in the act: of what they may see, and not how much else there was.

    Raises:
        Http404: there is nothing of it that they may see.
    """
    seen = visible_subjects(officer, ((one.subject_type, one.subject_id) for one in told.lines))
    lines = tuple(one for one in told.lines if (one.subject_type, one.subject_id) in seen)
    if not lines:
        raise Http404("There is no such receipt of yours.")
    return replace(told, lines=lines)


def _subjects(told: Receipt, kind: str) -> list[str]:
    return [line.subject_id for line in told.lines if line.subject_type == kind]


def _units(rows: Sequence[Exhibit], gone: Sequence[Exhibit]) -> dict[tuple[str, str], Thing]:
    return {("exhibit", str(one.pk)): Thing(one.label, is_label=True) for one in gone} | {
        ("exhibit", str(one.pk)): Thing(
            one.label, reverse("exhibit", args=[one.label]), is_label=True
        )
        for one in rows
    }


def _flags(officer: Officer, told: Receipt, gone: Sequence[Exhibit]) -> list[Flag]:
    """The flags that it is about, as far as their units are told."""
    ids = _subjects(told, "flag")
    if not ids:
        return []
    seen = Q(exhibit__in=Exhibit.objects.visible_to(officer).values("pk")) | Q(exhibit__in=gone)
    return list(Flag.objects.filter(seen, pk__in=ids).select_related("exhibit"))


def _flagged(
    flags: Sequence[Flag], masked: Collection[UUID], known: Collection[UUID]
) -> dict[tuple[str, str], Thing]:
    """Flags by what they are for, and of which unit.

    Args:
        masked: units of which the reader is told transports by their day.
        known: units that the reader may still open.
    """
    about = matters(one.source for one in flags)
    hidden = telling() if masked else None
    found = {}
    for one in flags:
        shown = hidden.flag_by_day(one) if hidden and one.exhibit_id in masked else one
        address = reverse("flag", args=[one.pk]) if one.exhibit_id in known else None
        name = flag_name(shown, about.get(one.source))
        found["flag", str(one.pk)] = Thing(f"{name}, {one.exhibit.label}", address)
    return found


def _things(officer: Officer, told: Receipt) -> dict[tuple[str, str], Thing]:
    """What else the events are about; what is called by nothing but its kind has no name beside its title."""
    found = {
        ("inventory", one): Thing(_("the inventory"), reverse("inventory", args=[one]))
        for one in _subjects(told, "inventory")
    }
    if orders := _subjects(told, "order"):
        for order in DestructionOrder.objects.visible_to(officer).filter(pk__in=orders):
            address = reverse("order", args=[order.pk])
            found["order", str(order.pk)] = Thing(order.number, address)
    if sessions := _subjects(told, "session"):
        for one in Session.objects.visible_to(officer).filter(pk__in=sessions):
            name = f"{one.plant_id}, {moment(one.starts_at)}"
            found["session", str(one.pk)] = Thing(name, reverse("session", args=[one.pk]))
    return found


def _crowded(officer: Officer, rows: Sequence[Exhibit]) -> list[Crowded]:
    """The store of the officer's unit into which these units came, if it holds more than it should."""
    places = {row.place_id for row in rows}
    # what was received lies there, and is counted in the store once it is stored
    lying = [row for row in rows if row.stage != Stage.STORED]
    return [one for one in crowded(officer, lying) if one.place in places]


def _device_clock(entry: Entry) -> tuple[datetime, int] | None:
    """What the device's clock said when the button was pressed, and by how many minutes the server's was later;
    None if they agree, or if others confirmed it since."""
    event = sound_event(entry)
    captured: Any = event.captured
    if not captured or event.confirmers:
        return None
    at = clock.from_text(captured["device_at"])
    later = entry.recorded_at - at
    return (at, round(later.total_seconds() / 60)) if abs(later) > CLOCK_TOLERATED else None


def answered(officer: Officer, act_id: UUID) -> Receipt | Pending:
    """The answer to an act that the officer had a part in, or may see.

    Raises:
        Http404: there is none.
    """
    subjects = Entry.objects.filter(act_id=act_id, subject_type="exhibit").values_list(
        "subject_id", flat=True
    )
    known = (
        _took_part(officer, act_id)
        or Proposal.objects.visible_to(officer).filter(pk=act_id).exists()
        or Exhibit.objects.visible_to(officer).filter(pk__in=list(subjects)).exists()
    )
    if not known:
        raise Http404("There is no such receipt of yours.")
    return answer(act_id)


def _took_part(officer: Officer, act_id: UUID) -> bool:
    """Whether the officer acted, proposed or confirmed: then they were there."""
    return (
        Entry.objects.filter(act_id=act_id, actor=officer.badge).exists()
        or Proposal.objects.filter(pk=act_id, proposer=officer).exists()
        or Confirmation.objects.filter(proposal=act_id, officer=officer).exists()
    )
