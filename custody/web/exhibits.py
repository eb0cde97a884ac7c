"""One exhibit: its state, its clocks, what may be done with it now, and everything it went through."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from custody.audit.attachments import seen_among
from custody.audit.timeline import labels_in, timeline
from custody.audit.trails import trail_of, ways_hidden, with_told_times
from custody.deadlines.queries import clocks_of, open_flags
from custody.deadlines.telling import telling
from custody.handling.legal import legal_now
from custody.handling.models import Proposal, ProposalState
from custody.kit import clock
from custody.law.models import DestructionOrder, Hold
from custody.ledger.checkpoints import live_size
from custody.ledger.faults import LedgerFault
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures import labels
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit
from custody.seizures.queries import outermost, seals_of
from custody.web.access import show, shows, shows_exhibits, signed_in
from custody.web.cards import cards, reached_by
from custody.web.discrepancies import matters
from custody.web.faces import face, trouble, worst_of_each_clock
from custody.web.last_seen import last_seen
from custody.web.verifying import verified

CONTENTS_SHOWN = 24


@signed_in()
def exhibit(request: HttpRequest, officer: Officer, label: str) -> HttpResponse:
    """One exhibit's page."""
    row = find(officer, label)
    now = clock.now()
    unit = row
    if row.within_id:
        unit = Exhibit.objects.select_related("place").get(pk=outermost([row.id])[row.id])
    clocks = clocks_of({row.id, unit.id})
    flags = open_flags(officer).filter(exhibit__in={row, unit})
    told = worst_of_each_clock(flags)
    about = matters(flag.source for flag in told)
    options = legal_now(officer, [row])[row.id]
    own = shows_exhibits(request, officer, [row])[row.id]
    hidden = telling(told) if own.masked else None
    states = clocks.get(unit.id, [])
    if hidden:
        states = sorted(states, key=hidden.begun)
    faces = [(state, face(state, now, hidden)) for state in states]
    try:
        steps = trail_of(row, own.shown)
    except LedgerFault:
        # a trail that does not hold is not told as if it did
        return verified(request, officer, row)
    happened = timeline(steps, labels_in(steps))
    trail = happened[::-1]
    contents = Exhibit.objects.filter(within=row).order_by("label").select_related("seizure")
    inside = cards(officer, list(contents[:CONTENTS_SHOWN]), now)
    shows(request, reached_by(inside))
    proposals = Proposal.objects.filter(units__exhibit=row, state=ProposalState.OPEN)
    waiting = list(
        with_told_times(officer, proposals.prefetch_related("units__exhibit")).order_by(
            "told_at", "act_id"
        )
    )
    unsaid = ways_hidden(officer, waiting)
    return show(
        request,
        officer,
        "exhibit.html",
        exhibit=row,
        unit=unit,
        reach=own,
        on_the_road=own.masked and unit.stage == Stage.IN_TRANSIT,
        lost=last_seen(unit, happened, states, hidden),
        seals=seals_of([row])[row.id],
        running=[one for state, one in faces if state.running],
        ended=[one for state, one in faces if not state.running],
        flags=[trouble(flag, now, about.get(flag.source), hidden) for flag in told],
        options=options,
        acts={option.act for option in options},
        contents=inside,
        content_count=contents.count(),
        holds=Hold.objects.filter(pk__in=row.holds, lifted_at__isnull=True).order_by("placed_at"),
        orders=DestructionOrder.objects.filter(pk__in=row.orders, revoked_at__isnull=True),
        waiting=[(one, one.pk in unsaid) for one in waiting],
        trail=trail,
        seen=seen_among(officer, (file.sha256 for one in trail for file in one.files)),
        may_erase=Right.ERASE in officer.rights,
        may_correct=Right.CORRECT in officer.rights,
        signed_size=live_size(),
        whole=row.seizure_id in officer.cases
        or not {*officer.scopes}.isdisjoint(row.seizure.concerned),
    )


@signed_in()
def verification(request: HttpRequest, officer: Officer, label: str) -> HttpResponse:
    """What holds of a unit's trail now."""
    row = find(officer, label)
    shows_exhibits(request, officer, [row])
    return verified(request, officer, row)


def find(officer: Officer, label: str) -> Exhibit:
    """The exhibit with this label.

    Raises:
        Http404: there is none that the officer may see.
    """
    try:
        wanted = labels.parse(label)
    except labels.MisreadLabel as error:
        raise Http404(str(error)) from error
    row = (
        Exhibit.objects.visible_to(officer)
        .select_related("seizure", "place", "destination", "within", "made_from", "custodian")
        .filter(label=wanted)
        .first()
    )
    if row is None:
        raise Http404(f"{wanted} is not a unit that you may see.")
    return row
