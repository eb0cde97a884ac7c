"""Pictures for those who oversee: each with its table, its definition, whose it is, of when and as of when."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custody.audit.fast_lane import lines_by_week
from custody.audit.periods import DAY, WEEK, NoSuchPeriod, Period, parse_period, usual_period
from custody.audit.pictures import DEFINITIONS, picture
from custody.audit.pictures import pictures as told
from custody.audit.quarters import quarter_of
from custody.exchange.pictures import picture_table
from custody.kit import clock
from custody.people.models import Officer
from custody.people.rights import Right
from custody.web.access import show, signed_in
from custody.web.drawn import shown
from custody.web.headings import HEADINGS
from custody.web.panels import Panel, compliance

TITLES: dict[str, str] = {
    "stock": gettext_noop("Stock over time, by stage"),
    "exposure": gettext_noop("Exposure in kilogram-hours"),
    "flow": gettext_noop("Flow from stage to stage"),
    "slots": gettext_noop("Use of incineration slots"),
    "seizures": gettext_noop("Seizures by count and by mass"),
}
#: Weeks that a press of a button shows, up to today.
SPANS = (4, 13, 26, 52)


@dataclass(frozen=True)
class Card:
    """A picture on the page of all."""

    name: str
    title: str
    panels: list[Panel]
    empty: bool


@signed_in()
def pictures(request: HttpRequest, officer: Officer) -> HttpResponse:
    """All pictures of the last weeks, small; who only counts finds the fast lane alone."""
    officer.require(Right.COUNT)
    now = clock.now()
    cards = []
    if Right.OVERSEE in officer.rights:
        for one in told(officer, TITLES, usual_period(now)):
            found = shown(one)
            cards.append(Card(one.name, _(TITLES[one.name]), list(found.panels), found.empty))
    quarter = quarter_of(now)
    return show(
        request,
        officer,
        "pictures.html",
        cards=cards,
        quarter=quarter,
        lane=compliance(quarter, lines_by_week(officer, quarter)),
        period=usual_period(now),
        frozen_at=now,
    )


@signed_in()
def one_picture(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """One picture of a period; it names no exhibit."""
    period = _asked(request, name)
    found = picture(officer, name, period)
    today = clock.now().date()
    return show(
        request,
        officer,
        "picture.html",
        name=name,
        title=_(TITLES[name]),
        picture=found,
        shown=shown(found),
        others=[(one, _(title)) for one, title in TITLES.items() if one != name],
        spans=[(weeks, today - weeks * WEEK + DAY, today) for weeks in SPANS],
    )


@signed_in()
def picture_file(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """The same as a table to keep."""
    period = _asked(request, name)
    table = picture_table(picture(officer, name, period), HEADINGS)
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    file = f"{name}-{period.first}-{period.last}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def _asked(request: HttpRequest, name: str) -> Period:
    """The period that is asked for.

    Raises:
        Http404: there is no such picture, or no such period.
    """
    if name not in DEFINITIONS:
        raise Http404("There is no picture of that name.")
    first, last = request.GET.get("from"), request.GET.get("to")
    if not first and not last:
        return usual_period(clock.now())
    try:
        return parse_period(first or "", last or "")
    except NoSuchPeriod as error:
        raise Http404(str(error)) from error
