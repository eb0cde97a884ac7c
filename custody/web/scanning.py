"""Scanning: a pile of units grows scan by scan, a shelf may end it, and what is legal for all of it is one tap away.

Works with a scanner that types, with a phone that opened the code on a label, and by hand; the address is the pile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from custody.handling.commands import Kind, describe
from custody.handling.legal import Option, legal_now
from custody.handling.register import ACTS
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.labelling.models import LabelPrinting
from custody.people.models import Officer
from custody.people.rights import Right
from custody.places.models import Place
from custody.seizures import labels
from custody.seizures.models import Exhibit
from custody.web.access import show, shows, signed_in
from custody.web.cards import cards, reached_by

#: Units of one pile: an address can hold no more in any browser.
LARGEST_PILE = 100
#: Longer than any code that we print.
LONGEST = 200
#: What a colleague's screen shows, to be confirmed by whoever scans it.
_PROPOSAL = re.compile(r"/proposals/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?$")


class NotScanned(CustodyError):
    """{told} is no unit and no place that you may see: scan it again, or type what is printed under the code."""

    code = "not_scanned"
    category = "not_found"


class OnNothing(CustodyError):
    """{label} was printed and is on nothing yet: record what is piled first, then intercept a unit under it."""

    code = "label_on_nothing"


class PileFull(CustodyError):
    """{most} units are as many as one pile holds: record something of these first."""

    code = "pile_full"


@signed_in()
def scan(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The pile so far, and where the next scan goes."""
    pile, place = _pile(request, officer), _place(officer, request.GET.get("place", ""))
    told = request.GET.get("q", "").strip()[:LONGEST]
    problem: CustodyError | None = None
    if proposed := _PROPOSAL.search(told):
        return redirect("proposal", proposal_id=proposed[1])
    if told:
        try:
            return _to(*_grown(officer, told, pile, place))
        except OnNothing as error:
            if not pile:
                return _interception(error.params["label"])
            problem = error
        except CustodyError as error:
            problem = error
    shown = cards(officer, pile, clock.now())
    shows(request, reached_by(shown))
    return show(
        request,
        officer,
        "scan.html",
        status=404 if problem else 200,
        pile=[
            (card, _address([one for one in pile if one != card.exhibit], place)) for card in shown
        ],
        place=place,
        without_place=_address(pile, None),
        options=_together(officer, pile, place),
        told=told,
        problem=problem,
    )


@signed_in()
def unit(_request: HttpRequest, officer: Officer, label: str) -> HttpResponse:
    """Where the code on a unit's label leads: its page, or the pile if its label is on nothing yet."""
    try:
        wanted = labels.parse(label)
    except labels.MisreadLabel:
        return redirect(f"{reverse('search')}?{urlencode({'q': label[:LONGEST]})}")
    if _is_free(officer, wanted):
        return _interception(wanted)
    return redirect("exhibit", label=wanted)


@signed_in()
def place(_request: HttpRequest, officer: Officer, code: str) -> HttpResponse:
    """Where the code on a place leads: a pile that goes there."""
    found = _place(officer, code)
    if found is None:
        raise NotScanned(told=code)
    return _to([], found)


def _grown(
    officer: Officer, told: str, pile: Sequence[Exhibit], place: Place | None
) -> tuple[Sequence[Exhibit], Place | None]:
    """The pile and the place after one more scan.

    Raises:
        NotScanned: it is neither a unit nor a place that the officer may see.
        OnNothing: it is a label of a roll that nothing bears yet.
        PileFull: there is no room for another.
    """
    text = unquote(told.rstrip("/").rpartition("/")[2]).replace("\0", "")
    try:
        label = labels.parse(text)
    except labels.MisreadLabel:
        found = _place(officer, text.upper())
        if found is None:
            raise NotScanned(told=text) from None
        return pile, found
    row = Exhibit.objects.visible_to(officer).filter(label=label).first()
    if row is None:
        raise OnNothing(label=label) if _is_free(officer, label) else NotScanned(told=label)
    if row in pile:
        return pile, place
    if len(pile) == LARGEST_PILE:
        raise PileFull(most=LARGEST_PILE)
    return [*pile, row], place


def _pile(request: HttpRequest, officer: Officer) -> list[Exhibit]:
    """The units that the address names and the officer may see, in the order in which they were scanned."""
    asked = list(dict.fromkeys(request.GET.getlist("unit")))[:LARGEST_PILE]
    rows = {
        row.label: row
        for row in Exhibit.objects.visible_to(officer)
        .filter(label__in=asked)
        .select_related("seizure", "place", "destination")
    }
    return [rows[label] for label in asked if label in rows]


def _place(officer: Officer, code: str) -> Place | None:
    return Place.objects.visible_to(officer).filter(code=code).first() if code else None


def _is_free(officer: Officer, label: str) -> bool:
    """Whether a label was printed by those whose rolls the officer may see, and nothing bears it yet."""
    return (
        Right.INTERCEPT in officer.rights
        and LabelPrinting.objects.visible_to(officer).filter(labels__contains=[label]).exists()
        and not Exhibit.objects.filter(label=label).exists()
    )


def _interception(label: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(
        f"{reverse('act', args=['intercept'])}?{urlencode({'label': label})}"
    )


def _together(
    officer: Officer, pile: Sequence[Exhibit], place: Place | None
) -> list[tuple[Option, str]]:
    """What is legal for every unit of the pile and can be recorded of all at once, with where its form is.

    In front is what puts the pile where somebody has scanned that it goes.
    """
    if not pile:
        return []
    options = legal_now(officer, pile)
    every = set.intersection(*({one.act for one in options[row.id]} for row in pile))
    found = [
        (one, _form(one.act, pile, place))
        for one in options[pile[0].id]
        if one.act in every and (len(pile) == 1 or _takes_many(one.act))
    ]
    return sorted(found, key=lambda one: not _takes_place(one[0].act)) if place else found


def _takes_place(name: str) -> bool:
    return "place" in dict(describe(ACTS[name].command))


def _takes_many(name: str) -> bool:
    return any(
        description.kind is Kind.LABELS
        or (description.row is not None and "exhibit" in dict(describe(description.row)))
        for _, description in describe(ACTS[name].command)
    )


def _form(name: str, pile: Sequence[Exhibit], place: Place | None) -> str:
    told = [("exhibit", row.label) for row in pile] + ([("place", place.code)] if place else [])
    return f"{reverse('act', args=[name])}?{urlencode(told)}"


def _address(pile: Sequence[Exhibit], place: Place | None) -> str:
    told = [("unit", row.label) for row in pile] + ([("place", place.code)] if place else [])
    return f"{reverse('scan')}?{urlencode(told)}"


def _to(pile: Sequence[Exhibit], place: Place | None) -> HttpResponseRedirect:
    return HttpResponseRedirect(_address(pile, place))
