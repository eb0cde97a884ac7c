"""The planning board: sessions side by side, units moved between them as a draft, and recorded all at once.

The draft is the form itself: each card says in a select where it shall be, and in the select's name where its reader
saw it. So it needs no script, no row and no memory of the browser, and a lost network loses one press of a button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from custody.audit.words import said
from custody.handling.errors import KeyReused
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.planning.comparing import Worth, placed_by, worth
from custody.planning.current import Current, current
from custody.planning.models import READY, UNDER_WAY, SessionPlan
from custody.planning.moving import NOWHERE, Move, record_moves, tried
from custody.planning.rules import Reason
from custody.planning.services import until as end_of
from custody.seizures.models import Exhibit
from custody.web.access import STATUS, show, shows, signed_in
from custody.web.arranged import (
    Column,
    columns_of,
    fill,
    items_of,
    proposed_slots,
    reached,
)
from custody.web.cards import cards, reached_by
from custody.web.forms import request_key
from custody.web.second_factor import require_fresh_proof

#: How many days the board looks ahead.
WINDOWS = (7, 14, 21, 42)
#: So many units in no session are cards of their own; of seizures, so many units go into theirs.
UNITS_SHOWN, UNITS_COUNTED = 60, 600
#: A proposal is set beside the plan for so long; after that too much has changed.
FRESH = timedelta(hours=12)
_MEANWHILE = gettext_noop("somebody else moved it meanwhile: it is shown where it is now")


@dataclass
class Asked:
    """What the address asks for."""

    days: int
    by_seizure: bool
    seizure: str

    @classmethod
    def of(cls, told: QueryDict) -> Asked:
        days = told.get("days", "")
        return cls(
            days=int(days) if days in {str(one) for one in WINDOWS} else 21,
            by_seizure=told.get("by") == "seizures",
            seizure=told.get("seizure", "").strip()[:40],
        )


@dataclass
class Draft:
    """What the form says: where each card shall be, by the number of a column."""

    ids: list[str]
    wanted: dict[tuple[int, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, told: QueryDict) -> Draft:
        draft = cls([NOWHERE, *told.getlist("column")[:100]])
        together = set(told.getlist("tick")) if told.get("do") == "move" else set()
        for field_name in told:
            word, _, rest = field_name.partition(" ")
            number, _, name = rest.partition(" ")
            at = _number(number)
            to = _number(told.get("together" if name in together else field_name, ""))
            if word != "to" or at is None or to is None:
                continue
            if max(at, to) < len(draft.ids):
                draft.wanted[at, name] = to
        return draft

    def moves(self, found: Current, *, by_seizure: bool) -> list[Move]:
        """The moves of single units that it asks for; a unit that is not where it was says so by its source."""
        asked = {
            (self.ids[at], name): self.ids[to] for (at, name), to in self.wanted.items() if at != to
        }
        if not by_seizure:
            return [Move(name, source, target) for (source, name), target in asked.items()]
        return [
            Move(unit.label, unit.fixed or NOWHERE, target)
            for unit in found.problem.units
            if (target := asked.get((unit.fixed or NOWHERE, unit.seizure))) is not None
        ]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


@signed_in("GET", "POST")
def planning_board(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The sessions of the coming weeks, what is in them and what waits; a draft is tried out and recorded here."""
    officer.require(Right.OVERSEE)
    asked = Asked.of(request.GET)
    if request.method == "GET":
        return _page(request, officer, asked)
    officer.require(Right.BOOK)
    draft = Draft.of(request.POST)
    if request.POST.get("do") != "record":
        return _page(request, officer, asked, draft)
    # as accepting a proposal does: the same can be recorded here, move by move
    require_fresh_proof(request)
    return _recorded(request, officer, asked, draft)


def _recorded(request: HttpRequest, officer: Officer, asked: Asked, draft: Draft) -> HttpResponse:
    now = clock.now()
    plan = _newest(officer, now)
    moves = draft.moves(_current(officer, asked, now, plan), by_seizure=asked.by_seizure)
    if not moves:
        return _page(request, officer, asked, draft)
    try:
        seqs = record_moves(
            officer,
            moves,
            key=request_key(request.POST),
            plan_id=plan.id if plan else None,
        )
    except CustodyError as error:
        status = STATUS[error.category]
        again = isinstance(error, KeyReused)
        return _page(request, officer, asked, draft, error=error, status=status, new_key=again)
    told = ngettext(
        "Recorded: %(count)d unit moved, by the events %(seqs)s.",
        "Recorded: %(count)d units moved, by the events %(seqs)s.",
        len(moves),
    )
    messages.success(
        request, told % {"count": len(moves), "seqs": ", ".join(str(one) for one in seqs)}
    )
    return redirect(request.get_full_path())


def _newest(officer: Officer, now: datetime) -> SessionPlan | None:
    """The officer's newest plan, if it is of use beside the board: fresh, and nothing of it has begun."""
    row = SessionPlan.objects.visible_to(officer).plans().order_by("-asked_at", "id").first()
    if row is None or row.as_of < now - FRESH or row.state not in {*READY, *UNDER_WAY}:
        return None
    starts = [one["starts_at"] for one in (row.proposal or {}).get("sessions", ())]
    if any(datetime.fromisoformat(one) <= now for one in starts):
        return None
    return row


def _current(officer: Officer, asked: Asked, now: datetime, plan: SessionPlan | None) -> Current:
    until = now + timedelta(days=asked.days)
    return current(
        officer,
        now=now,
        until=max(until, end_of(plan)) if plan else until,
        most=UNITS_COUNTED if asked.by_seizure else UNITS_SHOWN,
        seizure=asked.seizure or None,
    )


def _page(
    request: HttpRequest,
    officer: Officer,
    asked: Asked,
    draft: Draft | None = None,
    *,
    error: CustodyError | None = None,
    status: int = 200,
    new_key: bool = False,
) -> HttpResponse:
    now = clock.now()
    plan = _newest(officer, now)
    found = _current(officer, asked, now, plan)
    ready = plan if plan and plan.state in READY else None
    proposal: Mapping[str, Any] = (ready.proposal if ready else None) or {}
    slots = proposed_slots(proposal, found)
    columns = columns_of(found, slots, proposal)
    proposed = _where_proposed(proposal, found, columns)
    moves = draft.moves(found, by_seizure=asked.by_seizure) if draft else []
    if "take" in request.POST and not asked.by_seizure:
        moves = _taken_over(request.POST["take"], moves, found, proposed)
    placed, refused = _tried(found, columns, moves, error, by_seizure=asked.by_seizure)
    rows = Exhibit.objects.visible_to(officer).filter(
        label__in=[one.label for one in found.problem.units]
    )
    known = {one.exhibit.label: one for one in cards(officer, list(rows), now)}
    items = items_of(found.problem.units, known, placed, by_seizure=asked.by_seizure)
    fill(columns, items, proposed=proposed, refused=refused)
    shows(request, reached_by(reached(columns)))
    changes = sum(len(one.units) for one in items.values() if one.moved)
    return show(
        request,
        officer,
        "planning_board.html",
        status=status,
        view=asked,
        windows=WINDOWS,
        columns=columns,
        waiting=columns[0],
        sessions=columns[1:],
        found=found,
        may_move=Right.BOOK in officer.rights,
        may_take=Right.BOOK in officer.rights and not asked.by_seizure,
        changes=changes,
        refused=[(label, said(reason.text)) for label, reason in refused.items()],
        error=error,
        plan=plan,
        under_way=bool(plan and plan.state in UNDER_WAY),
        figures=_figures(proposal, found, columns, placed if changes else None),
        to_move=sum(found.placed.get(label, NOWHERE) != where for label, where in proposed.items()),
        to_book=len(slots),
        nothing=request.POST.get("do") == "record" and not error and not moves,
        key=request_key(None if new_key else request.POST),
    )


def _tried(
    found: Current,
    columns: list[Column],
    moves: list[Move],
    error: CustodyError | None,
    *,
    by_seizure: bool,
) -> tuple[dict[str, str], dict[str, Reason]]:
    """Where everything is in the draft, and what is put back: what has moved meanwhile, what does not fit, and what
    was refused when it should be recorded. Of a seizure that is one card all is put back, or nothing."""
    there = found.placed
    seizures = {one.label: one.seizure for one in found.problem.units}
    refused = {
        one.unit: Reason("moved_meanwhile", _MEANWHILE)
        for one in moves
        if one.unit not in seizures or there.get(one.unit, NOWHERE) != one.source
    }
    blamed = str(error.params.get("label", "")) if error else ""
    if error and blamed in seizures and blamed not in refused:
        refused[blamed] = Reason(error.code, said(error))
    vehicles = {one.id: one.vehicle_grams for one in columns if one.vehicle_grams is not None}
    slots = [one.slot for one in columns if one.slot]
    while True:
        cards = {(seizures.get(one), there.get(one, NOWHERE)) for one in refused}
        moves = [
            one
            for one in moves
            if one.unit not in refused
            and not (by_seizure and (seizures.get(one.unit), one.source) in cards)
        ]
        placed, more = tried(found.problem, moves, vehicles, slots)
        refused |= more
        if not (more and by_seizure):
            return placed, refused


def _where_proposed(
    proposal: Mapping[str, Any], found: Current, columns: list[Column]
) -> dict[str, str]:
    """By label the column that a proposal puts a unit into; a slot that was booked since is that session."""
    by_slot = {(one.slot.plant, one.slot.starts_at): one.id for one in columns if one.slot}
    names = {
        told["session"]: by_slot.get(
            (told["plant"], datetime.fromisoformat(told["starts_at"])), told["session"]
        )
        for told in proposal.get("sessions", ())
    }
    there = {one.label for one in found.problem.units}
    return {
        label: names[session] for label, session in placed_by(proposal).items() if label in there
    }


def _taken_over(
    name: str, moves: list[Move], found: Current, proposed: Mapping[str, str]
) -> list[Move]:
    """The draft with what the proposal says of one card, or, where none is named, of all of them."""
    taken = {
        one.label: Move(one.label, one.fixed or NOWHERE, proposed[one.label])
        for one in found.problem.units
        if one.label in proposed and name in {"", one.label}
    }
    kept = [one for one in moves if one.unit not in taken]
    return [*kept, *(one for one in taken.values() if one.source != one.target)]


def _figures(
    proposal: Mapping[str, Any],
    found: Current,
    columns: list[Column],
    draft: Mapping[str, str] | None,
) -> list[tuple[str, Worth]]:
    """What it is worth as it stands, as the draft has it, and as is proposed: the same units by the same measure."""
    if not proposal:
        return []
    starts = {one.id: one.slot.starts_at for one in columns if one.slot}
    starts |= {
        one["session"]: datetime.fromisoformat(one["starts_at"]) for one in proposal["sessions"]
    }
    rows = [(_("As planned now"), worth(proposal, found.placed, starts))]
    if draft is not None:
        rows.append((_("Your draft"), worth(proposal, draft, starts)))
    return [*rows, (_("The proposal"), worth(proposal, placed_by(proposal), starts))]
