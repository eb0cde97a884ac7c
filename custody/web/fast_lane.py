"""The fast-lane report, for those who count: limits kept, times taken, and what lay in store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custody.audit.fast_lane import DEFINITION, DEFINITIONS, Exposure, Line, Report
from custody.audit.fast_lane import fast_lane as figures
from custody.audit.quarters import NoSuchQuarter, Quarter, parse_quarter, quarter_of
from custody.exchange.figures import figures_table
from custody.kit import clock
from custody.people.models import Officer
from custody.web.access import show, signed_in
from custody.web.headings import HEADINGS
from custody.web.panels import compliance

PARTS = (
    ("quarter", gettext_noop("The whole quarter")),
    ("week", gettext_noop("By week")),
    ("unit", gettext_noop("By unit")),
)
BY_PLANT = ("plant", gettext_noop("By plant"))


@dataclass(frozen=True)
class Part:
    """The figures of one breakdown."""

    by: str
    title: str
    lines: Sequence[Line]
    exposures: Sequence[Exposure]


@signed_in()
def fast_lane(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The report of one quarter; it names no exhibit."""
    quarter = _quarter(request)
    report = figures(officer, quarter)
    return show(
        request,
        officer,
        "fast_lane.html",
        report=report,
        parts=_parts(report),
        lane=compliance(quarter, report.lines),
        definition=DEFINITION,
        definitions=DEFINITIONS,
        before=quarter.before,
        following=quarter.following if quarter < quarter_of(clock.now()) else None,
    )


@signed_in()
def fast_lane_table(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The same as a table to keep."""
    quarter = _quarter(request)
    table = figures_table(figures(officer, quarter), HEADINGS)
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="fast-lane-{quarter}.csv"'
    return answer


def _quarter(request: HttpRequest) -> Quarter:
    told = request.GET.get("quarter")
    try:
        return parse_quarter(told) if told else quarter_of(clock.now())
    except NoSuchQuarter as error:
        raise Http404(str(error)) from error


def _parts(report: Report) -> list[Part]:
    names = PARTS if report.fewest else (*PARTS, BY_PLANT)
    return [
        Part(
            by,
            _(title),
            [one for one in report.lines if one.by == by],
            [one for one in report.exposures if one.by == by],
        )
        for by, title in names
    ]
