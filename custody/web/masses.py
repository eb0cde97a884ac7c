"""Masses: the account of one seizure, and small losses that go on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from custody.audit.account import Heading
from custody.audit.drifting import mass_drift as drift
from custody.audit.masses import account_of, lines_shown
from custody.exchange.drifts import drift_table
from custody.people.models import Officer
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seizure
from custody.web.access import show, shows_exhibits, shows_seizures, signed_in
from custody.web.headings import HEADINGS

TITLES = {
    Heading.INTERCEPTED: gettext_noop("Intercepted"),
    Heading.REAGENT: gettext_noop("Reagent added"),
    Heading.CONSUMED: gettext_noop("Used up by analyses"),
    Heading.BURNT: gettext_noop("Burnt, as weighed at the kiln mouth"),
    Heading.PACKAGING: gettext_noop("Counted as goods, weighed as packaging"),
    Heading.DIFFERENCE: gettext_noop("Differences of readings"),
    Heading.OPENED: gettext_noop("Differences of containers, once open"),
}


@signed_in()
def mass_account(request: HttpRequest, officer: Officer, reference: str) -> HttpResponse:
    """Every gram of a seizure in and out, for those whom it concerns as a whole."""
    seizure = Seizure.objects.whole_visible_to(officer).filter(reference=reference).first()
    if seizure is None:
        raise Http404(f"{reference} is not a seizure whose masses you may see.")
    shows_seizures(request, officer, [seizure])
    reached = shows_exhibits(request, officer, Exhibit.objects.filter(seizure=seizure))
    found = account_of(seizure)
    lines = lines_shown(found, reached)
    return show(
        request,
        officer,
        "mass_account.html",
        seizure=seizure,
        account=found,
        sums=[(title, total) for one, title in TITLES.items() if (total := found.total(one))],
        held=[(stage.value, found.held[stage]) for stage in Stage if stage in found.held],
        beyond=[one for one in lines if one.beyond],
        lines=[(TITLES[one.heading], one) for one in lines if one.grams],
    )


@signed_in()
def mass_drift(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Whom or what chance does not explain; it names no exhibit."""
    return show(request, officer, "mass_drift.html", report=drift(officer))


@signed_in()
def mass_drift_table(_request: HttpRequest, officer: Officer) -> HttpResponse:
    """The same as a table to keep."""
    table = drift_table(drift(officer), HEADINGS)
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mass-drift.csv"'
    return answer
