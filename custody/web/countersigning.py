"""Proposals: what waits for you, what you wait for, and saying yes or no to one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from custody.audit.trails import hides_a_way
from custody.audit.words import NO_BREAK, plain, said
from custody.handling.accepting import TAKERS, left_with
from custody.handling.acts import Act
from custody.handling.commands import Description, Kind, describe
from custody.handling.models import Proposal, ProposalState
from custody.handling.proposals import (
    confirm,
    exhibits_of,
    refuse,
    waiting_for,
    why_not,
    withdrawn,
)
from custody.handling.register import ACTS, FINAL
from custody.kit import clock
from custody.kit.clock import start_of_day
from custody.kit.errors import CustodyError
from custody.labelling.codes import qr_code
from custody.people.models import Officer
from custody.web.access import STATUS, show, shows_exhibits, signed_in
from custody.web.hand_overs import Passage
from custody.web.second_factor import require_fresh_proof
from custody.web.slots import beside_its_slot, heat_asked
from custody.web.words import before_colon, grouped

SHOWN = 50
#: Fields that ask their proposer, and tell everybody else.
_TOLD = {"taker": gettext_noop("Who takes them")}


class ReasonForm(forms.Form):
    """Why somebody says no, or takes note."""

    use_required_attribute = False

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=4_000,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Say why: it goes on record.")},
    )


@signed_in()
def proposals(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What waits for the officer, and what the officer proposed and others have not settled yet."""
    own = Proposal.objects.filter(proposer=officer).exclude(state=ProposalState.RECORDED)
    told = list(own.prefetch_related("units__exhibit").order_by("-proposed_at")[:SHOWN])
    waiting, back = waiting_for(officer), left_with(officer)
    shows_exhibits(
        request, officer, exhibits_of([*waiting, *(one.proposal for one in back), *told])
    )
    return show(
        request,
        officer,
        "proposals.html",
        waiting=waiting,
        back=back,
        own=told,
        withdrawn=withdrawn(told),
        now=clock.now(),
    )


@signed_in("GET", "POST")
def proposal(request: HttpRequest, officer: Officer, proposal_id: UUID) -> HttpResponse:
    """One proposal as it was told, and the two answers to it."""
    found = (
        Proposal.objects.visible_to(officer)
        .filter(pk=proposal_id)
        .select_related("proposer__unit")
        .first()
    )
    if found is None:
        raise Http404("There is no such proposal that you may see.")
    passage = Passage(request, officer, found) if found.act in TAKERS else None
    reason = ReasonForm(request.POST if request.POST.get("answer") == "refuse" else None)
    error: CustodyError | None = None
    status = 200
    if found.act in FINAL:
        require_fresh_proof(request)
    if request.method == "POST":
        try:
            if passage and passage.answered:
                if passage.taken():
                    return redirect("proposal", proposal_id=proposal_id)
                status = passage.status
            elif request.POST.get("answer") == "confirm":
                confirm(officer, proposal_id)
                return redirect("receipt", act_id=proposal_id)
            elif reason.is_valid():
                refuse(officer, proposal_id, reason.cleaned_data["reason"])
                taken_back = found.proposer_id == officer.pk
                messages.success(
                    request,
                    _("Withdrawn; your reason is on record.")
                    if taken_back
                    else _("Refused; your reason is on record."),
                )
                return redirect("proposal", proposal_id=proposal_id)
            else:
                status = 422
        except CustodyError as refused:
            error, status = refused, STATUS[refused.category]
            found.refresh_from_db()
    own, open_ = found.proposer_id == officer.pk, found.state == ProposalState.OPEN
    confirmations = list(found.confirmations.select_related("officer__unit").order_by("pk"))
    why = why_not(officer, found, [one.officer for one in confirmations])
    waits = open_ and found.lapses_at > clock.now() and why is None
    act = ACTS[found.act]
    reached = shows_exhibits(request, officer, exhibits_of([found]))
    hidden = hides_a_way(officer, found, reached.values())
    shown = {"error": error} | (passage.shown() if passage and not hidden else {})
    return show(
        request,
        officer,
        "hand_over.html" if "manifest" in shown else "proposal.html",
        status=status,
        proposal=found,
        title=before_colon(act.title),
        # a manifest says it better
        told=[]
        if hidden
        else _told(act, {**found.command, "exhibits": None} if passage else found.command),
        hidden=hidden,
        beside=None
        if hidden or not open_
        else beside_its_slot(officer, found.act, found.command.get("session"), found.occurred_at),
        heat=None
        if hidden or not open_
        else heat_asked(
            officer,
            found.act,
            found.command.get("session"),
            found.command.get("temperature_celsius"),
            found.occurred_at,
        ),
        days={
            name: at and start_of_day(at)
            for name in ("occurred_at", "lapses_at", "ended_at")
            for at in (getattr(found, name),)
        },
        confirmations=confirmations,
        units=found.units.select_related("exhibit").order_by("exhibit__label")[:SHOWN],
        code=_code(found) if own and open_ else "",
        withdrawn=found.pk in withdrawn([found]),
        may_confirm=waits,
        why_not=why if open_ and not hidden else None,
        may_refuse=waits or (own and open_),
        reason=reason,
        now=clock.now(),
        **shown,
    )


def _code(found: Proposal) -> str:
    """What the colleague scans off this screen with their own phone: the address of a picture that holds it all."""
    address = f"{settings.SITE_URL}{reverse('proposal', args=[found.act_id])}"
    return f"data:image/svg+xml,{quote(qr_code(address, on_screen=True))}"


def _told(act: Act, command: Mapping[str, Any]) -> list[tuple[str, list[list[str]] | str]]:
    """What the proposer said, field by field; rows as lists of what each says."""
    told: list[tuple[str, list[list[str]] | str]] = []
    for name, description in describe(act.command):
        value = command.get(name)
        if value in (None, [], ""):
            continue
        if description.kind is Kind.ROWS and description.row is not None:
            rows = [
                [
                    f"{said(one.title)}: {_word(one, row[field])}"
                    for field, one in describe(description.row)
                    if row.get(field) not in (None, "")
                ]
                for row in value
            ]
            told.append((said(description.title), rows))
        else:
            told.append((said(_TOLD.get(name, description.title)), _word(description, value)))
    return told


def _word(description: Description, value: Any) -> str:
    if description.kind is Kind.GRAMS:
        # titles of masses end "in grams": what was typed, not what people would say
        return f"{grouped(Decimal(value).normalize())}{NO_BREAK}g"
    if isinstance(value, list):
        return ", ".join(value)
    return plain(value) if description.kind is Kind.CHOICE else str(value)
