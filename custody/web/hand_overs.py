"""Hand-overs: what one holds and can pass on, the manifest of what passes, and its taker's answer."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import ngettext

from custody.audit.attachments import seen_among
from custody.audit.trails import hides_a_way
from custody.handling.accepting import TAKERS, Left, accept, left_with, taker_of
from custody.handling.errors import KeyReused
from custody.handling.manifests import Manifest, manifest, objections_to
from custody.handling.models import Proposal, ProposalState
from custody.handling.proposals import exhibits_of, waiting_for, withdrawn
from custody.handling.stocks import Crowded, crowded
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import AT_REST, Stage
from custody.seizures.models import Exhibit
from custody.web.access import STATUS, show, shows, shows_exhibits, signed_in
from custody.web.board import together
from custody.web.cards import cards, reached_by
from custody.web.checklist import Checklist
from custody.web.overview import by_limit, live_units

UNITS_A_PAGE = 50
#: Whoever has something in one of these stages can pass it on.
PASSING = frozenset({*AT_REST, Stage.IN_TRANSIT})


@dataclass(frozen=True)
class Between:
    """Hand-overs of an officer that are not over.

    Attributes:
        waiting: for the officer to take.
        out: what the officer proposed and nobody answered yet, the latest first.
        back: what was not taken of the officer's, and stays until somebody has looked at it.
    """

    waiting: list[Proposal]
    out: list[Proposal]
    back: list[Left]

    @property
    def exhibits(self) -> list[Exhibit]:
        return exhibits_of([*self.waiting, *self.out, *(one.proposal for one in self.back)])


def between(officer: Officer) -> Between:
    """The hand-overs of an officer that are not over."""
    asked = Proposal.objects.filter(
        proposer=officer, act__in=list(TAKERS), state=ProposalState.OPEN
    )
    return Between(
        waiting=[one for one in waiting_for(officer) if one.act in TAKERS],
        out=list(asked.prefetch_related("units__exhibit").order_by("-proposed_at")),
        back=left_with(officer),
    )


@signed_in()
def hand_overs(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What is in the hands of one's unit, to tick and pass on; what is on its way to one, and what came back."""
    officer.require(Right.TRANSFER)
    now = clock.now()
    own = live_units(officer).filter(
        custodian_unit=officer.unit_id, stage__in=[stage.value for stage in PASSING]
    )
    units = by_limit(officer, own, now)
    page = Paginator(units.select_related("seizure"), UNITS_A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = list(page.object_list)
    shown = cards(officer, rows, now)
    passing = between(officer)
    shows(request, reached_by(shown))
    shows_exhibits(request, officer, passing.exhibits)
    return show(
        request,
        officer,
        "hand_overs.html",
        page=page,
        cards=shown,
        options=[one for one in together(officer, rows) if one.act in TAKERS],
        passing=passing,
    )


@signed_in()
def manifest_paper(request: HttpRequest, officer: Officer, proposal_id: UUID) -> HttpResponse:
    """The manifest of a hand-over as a page to print."""
    found = (
        Proposal.objects.visible_to(officer)
        .filter(pk=proposal_id, act__in=list(TAKERS))
        .select_related("proposer")
        .first()
    )
    if found is None:
        raise Http404("There is no such hand-over that you may see.")
    reached = shows_exhibits(request, officer, _units(found))
    if hides_a_way(officer, found, reached.values()):
        raise Http404("There is no such hand-over that you may see.")
    return show(
        request,
        officer,
        "manifest.html",
        proposal=found,
        manifest=_listed(found),
        withdrawn=found.pk in withdrawn([found]),
        taker=found.command.get(TAKERS[found.act]) or found.proposer_id,
        now=clock.now(),
    )


def _units(found: Proposal) -> list[Exhibit]:
    return list(Exhibit.objects.filter(proposals__proposal=found).order_by("label"))


def _listed(found: Proposal) -> Manifest:
    """The manifest of a hand-over, with what became of each unit once it was answered."""
    objections = None if found.state == ProposalState.OPEN else objections_to(found)
    return manifest(_units(found), objections)


class Passage:
    """A proposal by which units pass, on its page: its manifest and, to who is to take them, the checklist.

    Attributes:
        answered: whether the taker sent the checklist.
        status: how a checklist that was not recorded is answered.
    """

    def __init__(self, request: HttpRequest, officer: Officer, found: Proposal) -> None:
        self._request, self._officer, self._found = request, officer, found
        self._takes = officer.badge == taker_of(found)
        self.answered = self._takes and request.POST.get("answer") == "accept"
        self.status = HTTPStatus.OK
        self._checklist: Checklist | None = None

    def taken(self) -> bool:
        """Record what the checklist says; whether that could be done."""
        found = self._found
        told = self._checklist = Checklist(self._officer, _listed(found), self._request.POST)
        if not told.judge():
            self.status = HTTPStatus.UNPROCESSABLE_ENTITY
            return False
        acceptance = told.acceptance()
        try:
            accept(self._officer, found.pk, acceptance, key=told.key, seen=told.seen)
        except CustodyError as error:
            told.blame(error)
            if isinstance(error, KeyReused):
                told.key = str(ids.new_id())
            self.status = HTTPStatus(STATUS[error.category])
            found.refresh_from_db()
            return False
        self._tell(len(acceptance.exhibits or ()), len(acceptance.not_taken or ()))
        return True

    def _tell(self, taken: int, left: int) -> None:
        if taken:
            text = ngettext("{count} unit is yours now.", "{count} units are yours now.", taken)
            messages.success(self._request, text.format(count=taken))
        if left:
            text = ngettext(
                "{count} unit stays with {unit}; a supervisor is told why.",
                "{count} units stay with {unit}; a supervisor is told why.",
                left,
            )
            unit = self._found.proposer.unit_id
            messages.success(self._request, text.format(count=left, unit=unit))

    def shown(self) -> dict[str, Any]:
        """What its page is told of it."""
        listed = _listed(self._found)
        is_open = self._found.state == ProposalState.OPEN
        told = self._checklist
        if is_open and self._takes and told is None:
            told = Checklist(self._officer, listed)
        pictures = (one for item in listed.items for one in item.exhibit.shown_by)
        return {
            "manifest": listed,
            "checklist": told if is_open else None,
            "pictures": seen_among(self._officer, pictures),
            "visible": set(
                Exhibit.objects.visible_to(self._officer)
                .filter(proposals__proposal=self._found)
                .values_list("pk", flat=True)
            ),
            "crowded": self._crowded(listed) if is_open and self._takes else [],
            "coming": True,
            **({} if is_open or told is None else {"error": told.error}),
        }

    def _crowded(self, listed: Manifest) -> list[Crowded]:
        """The taker's store into which these units are brought, if that is more than it should hold."""
        place = self._found.command.get("place")
        units = [item.exhibit for item in listed.items]
        return [one for one in crowded(self._officer, units) if one.place == place] if place else []
