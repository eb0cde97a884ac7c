"""The driver's run: what is in the vehicle, to where and by when, and what to do when something goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custody.handling.legal import legal_now
from custody.kit import clock
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import Stage
from custody.web.access import show, shows, shows_exhibits, signed_in
from custody.web.cards import Card, cards, reached_by
from custody.web.faces import Face
from custody.web.hand_overs import between
from custody.web.overview import by_limit, live_units


@dataclass(frozen=True)
class Way:
    """One thing that can be done at a stop: a button."""

    title: Promise
    words: Promise
    address: str
    grave: bool = False


@dataclass(frozen=True)
class Stop:
    """What goes to one place in one vehicle, the unit that hurts first in front."""

    destination: str
    vehicle: str
    cards: tuple[Card, ...]
    ways: tuple[Way, ...]

    @property
    def face(self) -> Face | None:
        """The limit that falls first."""
        return next((card.face for card in self.cards if card.face), None)


@signed_in()
def run(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What the officer carries now, stop by stop, the most urgent first."""
    officer.require(Right.TRANSFER)
    now = clock.now()
    carried = live_units(officer).filter(stage=Stage.IN_TRANSIT, custodian=officer)
    rows = list(by_limit(officer, carried, now).select_related("seizure"))
    shown = cards(officer, rows, now)
    legal = {pk: {one.act for one in options} for pk, options in legal_now(officer, rows).items()}
    stops: dict[tuple[str, str], list[Card]] = {}
    for card in shown:
        place = (card.exhibit.destination_id or "", card.exhibit.place_id or "")
        stops.setdefault(place, []).append(card)
    passing = between(officer)
    shows(request, reached_by(shown))
    shows_exhibits(request, officer, passing.exhibits)
    return show(
        request,
        officer,
        "run.html",
        stops=[
            Stop(
                to,
                vehicle,
                tuple(load),
                _ways(load, to, set.intersection(*(legal[card.exhibit.pk] for card in load))),
            )
            for (to, vehicle), load in stops.items()
        ],
        count=len(shown),
        passing=passing,
    )


def _ways(load: Sequence[Card], to: str, legal: set[str]) -> tuple[Way, ...]:
    units = [("exhibit", card.exhibit.label) for card in load]

    def form(act: str, **more: str) -> str:
        return f"{reverse('act', args=[act])}?{urlencode([*units, *more.items()])}"

    ways = {
        "receive": [
            Way(_("Deliver"), _("Hand the load to who receives it"), form("receive", place=to)),
            Way(
                _("It is shut: to a store"),
                _("The plant or place does not take it: hand it to a store that does"),
                form("receive"),
            ),
        ],
        "dispatch": [
            Way(
                _("Breakdown: another driver"),
                _("Another driver and vehicle take the load over, here"),
                form("dispatch", destination=to),
            )
        ],
        "miss": [
            Way(
                _("Attack, theft or loss"),
                _("Something is gone: say so at once, supervisors are told within seconds"),
                form("miss"),
                grave=True,
            )
        ],
    }
    return tuple(way for act, several in ways.items() if act in legal for way in several)
