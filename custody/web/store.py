"""The store keeper's page: how full each store is, what came in today, what is to leave, what lies longest."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from custody.deadlines.models import Clock
from custody.deadlines.rows import clock_state
from custody.deadlines.rules import Standing
from custody.deadlines.telling import in_told_order, telling
from custody.handling.proposals import exhibits_of, waiting_for
from custody.handling.stocks import (
    MOST_BEFORE_ORDER_GRAMS,
    arrived_today,
    due_out,
    stocks,
    stored_with,
)
from custody.kit import clock
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.models import Exhibit
from custody.seizures.reach import reach
from custody.web.access import show, shows, shows_exhibits, signed_in
from custody.web.cards import cards, reached_by
from custody.web.faces import Face, face

#: What a page holds of each.
SHOWN = 12


@signed_in()
def store(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The stores of the officer's unit."""
    officer.require(Right.KEEP)
    now = clock.now()
    arrived = arrived_today(officer, now)
    leaving = due_out(officer)
    shown = cards(officer, arrived[:SHOWN], now)
    longest = _longest(officer, now)
    waiting = waiting_for(officer)
    shows(request, reached_by(shown))
    going = [row for _, units in leaving for row in units[:SHOWN]]
    shows_exhibits(request, officer, [*(row for row, _ in longest), *going])
    shows_exhibits(request, officer, exhibits_of(waiting))
    return show(
        request,
        officer,
        "store.html",
        stocks=stocks(officer),
        most=MOST_BEFORE_ORDER_GRAMS,
        arrived=shown,
        arrived_count=len(arrived),
        leaving=[(session, units[:SHOWN], len(units)) for session, units in leaving],
        longest=longest,
        waiting=waiting,
    )


def _longest(officer: Officer, now: datetime) -> list[tuple[Exhibit, Face]]:
    """The units that lie in store longest, each with the clock that says since when."""
    hidden = telling()
    running = (
        Clock.objects.filter(
            name="store",
            stopped_at__isnull=True,
            standing=Standing.OWN,
            exhibit__in=stored_with(officer),
        )
        .select_related("exhibit")
        .annotate(told=in_told_order("started_at", hidden.masked_for(officer)))
        .order_by("told", "id")[:SHOWN]
    )
    reached = reach(officer, [one.exhibit for one in running])
    return [
        (
            one.exhibit,
            face(clock_state(one), now, hidden if reached[one.exhibit_id].masked else None),
        )
        for one in running
    ]
